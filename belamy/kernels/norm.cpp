#include "belamy/kernels/norm.h"

#include <numeric>
#include <vector>

#include "belamy/kernels/chunks.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "belamy/kernels/norm.cpp"
// clang-format off
#include "hwy/foreach_target.h"  // re-includes this file; must come before highway.h
#include "hwy/highway.h"
#include "belamy/kernels/vectors-inl.h"
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace belamy::kernels {
namespace HWY_NAMESPACE {

// Two interleaved sums hide the latency of addition.
double squares_chunk(const float* HWY_RESTRICT values, size_t count) {
  const hn::ScalableTag<double> d;
  const hn::Rebind<float, decltype(d)> d_float;
  const size_t lanes = hn::Lanes(d);
  auto sum0 = hn::Zero(d), sum1 = hn::Zero(d);
  size_t i = 0;
  for (; i + 2 * lanes <= count; i += 2 * lanes) {
    const auto a = hn::PromoteTo(d, hn::LoadU(d_float, values + i));
    const auto b = hn::PromoteTo(d, hn::LoadU(d_float, values + i + lanes));
    sum0 = hn::MulAdd(a, a, sum0);
    sum1 = hn::MulAdd(b, b, sum1);
  }
  double total = hn::GetLane(hn::SumOfLanes(d, hn::Add(sum0, sum1)));
  for (; i < count; ++i) total += static_cast<double>(values[i]) * values[i];
  return total;
}

void scale_chunk(float* HWY_RESTRICT values, size_t count, float factor) {
  for_vectors<float>(count, [&](auto d, size_t i) HWY_ATTR {
    hn::StoreU(hn::Mul(hn::LoadU(d, values + i), hn::Set(d, factor)), d, values + i);
  });
}

}  // namespace HWY_NAMESPACE
}  // namespace belamy::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace belamy::kernels {

HWY_EXPORT(squares_chunk);
HWY_EXPORT(scale_chunk);

double sum_of_squares(const float* values, size_t count) {
  std::vector<double> parts(chunk_count(count));
  for_chunks(count, [&](size_t begin, size_t size) {
    parts[begin / kChunk] = HWY_DYNAMIC_DISPATCH(squares_chunk)(values + begin, size);
  });
  return std::accumulate(parts.begin(), parts.end(), 0.0);
}

void scale(float* values, size_t count, float factor) {
  for_chunks(count, [&](size_t begin, size_t size) {
    HWY_DYNAMIC_DISPATCH(scale_chunk)(values + begin, size, factor);
  });
}

}  // namespace belamy::kernels
#endif  // HWY_ONCE
