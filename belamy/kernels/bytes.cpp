#include "belamy/kernels/bytes.h"

#include <cmath>

#include "belamy/core/error.h"
#include "belamy/kernels/chunks.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "belamy/kernels/bytes.cpp"
// clang-format off
#include "hwy/foreach_target.h"  // re-includes this file; must come before highway.h
#include "hwy/highway.h"
#include "belamy/kernels/vectors-inl.h"
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace belamy::kernels {
namespace HWY_NAMESPACE {

// t * high + (low - t * low) rather than t * (high - low) + low: t = 1 then gives `high` exactly.
void bytes_to_floats_chunk(const uint8_t* HWY_RESTRICT in, float* HWY_RESTRICT out, size_t count,
                           float low, float high) {
  for_vectors<float>(count, [&](auto d, size_t i) HWY_ATTR {
    const hn::RebindToSigned<decltype(d)> d_signed;
    const hn::Rebind<uint8_t, decltype(d)> d_bytes;
    const auto bytes = hn::ConvertTo(d, hn::PromoteTo(d_signed, hn::LoadU(d_bytes, in + i)));
    const auto t = hn::Mul(bytes, hn::Set(d, 1.0f / 255.0f));  // 255 gives exactly 1
    const auto from_low = hn::NegMulAdd(t, hn::Set(d, low), hn::Set(d, low));
    hn::StoreU(hn::MulAdd(t, hn::Set(d, high), from_low), d, out + i);
  });
}

void floats_to_bytes_chunk(const float* HWY_RESTRICT in, uint8_t* HWY_RESTRICT out, size_t count,
                           float low, float scale) {
  for_vectors<float>(count, [&](auto d, size_t i) HWY_ATTR {
    const hn::Rebind<uint8_t, decltype(d)> d_bytes;
    const auto value = hn::LoadU(d, in + i);
    const auto scaled = hn::Mul(hn::Sub(value, hn::Set(d, low)), hn::Set(d, scale));
    const auto number = hn::IfThenElseZero(hn::Eq(value, value), scaled);  // NaN becomes 0
    const auto clamped = hn::Min(hn::Max(number, hn::Zero(d)), hn::Set(d, 255.0f));
    hn::StoreU(hn::DemoteTo(d_bytes, hn::NearestInt(clamped)), d_bytes, out + i);
  });
}

}  // namespace HWY_NAMESPACE
}  // namespace belamy::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace belamy::kernels {

HWY_EXPORT(bytes_to_floats_chunk);
HWY_EXPORT(floats_to_bytes_chunk);

namespace {

void check_range(float low, float high) {
  if (!(low < high) || !std::isfinite(high - low)) {
    fail(ErrorKind::kUsage, "a pixel range must be finite and low < high, got {} .. {}", low, high);
  }
}

}  // namespace

void bytes_to_floats(const uint8_t* in, float* out, size_t count, float low, float high) {
  check_range(low, high);
  for_chunks(count, [&](size_t begin, size_t size) {
    HWY_DYNAMIC_DISPATCH(bytes_to_floats_chunk)(in + begin, out + begin, size, low, high);
  });
}

void floats_to_bytes(const float* in, uint8_t* out, size_t count, float low, float high) {
  check_range(low, high);
  const float scale = 255.0f / (high - low);
  for_chunks(count, [&](size_t begin, size_t size) {
    HWY_DYNAMIC_DISPATCH(floats_to_bytes_chunk)(in + begin, out + begin, size, low, scale);
  });
}

}  // namespace belamy::kernels
#endif  // HWY_ONCE
