#include "belamy/kernels/moments.h"

#include <cmath>
#include <vector>

#include "belamy/kernels/chunks.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "belamy/kernels/moments.cpp"
// clang-format off
#include "hwy/foreach_target.h"  // re-includes this file; must come before highway.h
#include "hwy/highway.h"
#include "belamy/kernels/vectors-inl.h"
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace belamy::kernels {
namespace HWY_NAMESPACE {

// The sum over values of (value - center)^Power, in two interleaved sums to hide latency.
template <int Power>
HWY_INLINE double power_sum(const float* HWY_RESTRICT values, size_t count, double center) {
  const hn::ScalableTag<double> d;
  const hn::Rebind<float, decltype(d)> d_float;
  const size_t lanes = hn::Lanes(d);
  auto sum0 = hn::Zero(d), sum1 = hn::Zero(d);
  const auto accumulate = [&](auto& sum, size_t i) HWY_ATTR {
    const auto value = hn::PromoteTo(d, hn::LoadU(d_float, values + i));
    const auto distance = hn::Sub(value, hn::Set(d, center));
    sum = Power == 1 ? hn::Add(sum, distance) : hn::MulAdd(distance, distance, sum);
  };
  size_t i = 0;
  for (; i + 2 * lanes <= count; i += 2 * lanes) {
    accumulate(sum0, i);
    accumulate(sum1, i + lanes);
  }
  double total = hn::GetLane(hn::SumOfLanes(d, hn::Add(sum0, sum1)));
  for (; i < count; ++i) {
    const double distance = values[i] - center;
    total += Power == 1 ? distance : distance * distance;
  }
  return total;
}

// Two passes over a chunk that the first one left in the cache.
void moments_chunk(const float* HWY_RESTRICT values, size_t count, double* HWY_RESTRICT mean,
                   double* HWY_RESTRICT squares) {
  *mean = power_sum<1>(values, count, 0.0) / static_cast<double>(count);
  *squares = power_sum<2>(values, count, *mean);
}

}  // namespace HWY_NAMESPACE
}  // namespace belamy::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace belamy::kernels {

HWY_EXPORT(moments_chunk);

namespace {

struct PartialMoments {
  double count = 0.0;
  double mean = 0.0;
  double squares = 0.0;  // the sum of squared distances from the mean
};

PartialMoments combine(const PartialMoments& a, const PartialMoments& b) {
  const double count = a.count + b.count, distance = b.mean - a.mean;
  return {count, a.mean + distance * (b.count / count),
          a.squares + b.squares + distance * distance * (a.count * b.count / count)};
}

}  // namespace

Moments moments(const float* values, size_t count) {
  if (count == 0) return {};
  std::vector<PartialMoments> parts(chunk_count(count));
  for_chunks(count, [&](size_t begin, size_t size) {
    PartialMoments& part = parts[begin / kChunk];
    part.count = static_cast<double>(size);
    HWY_DYNAMIC_DISPATCH(moments_chunk)(values + begin, size, &part.mean, &part.squares);
  });
  for (size_t step = 1; step < parts.size(); step *= 2) {
    for (size_t i = 0; i + step < parts.size(); i += 2 * step) {
      parts[i] = combine(parts[i], parts[i + step]);
    }
  }
  return {parts[0].mean, std::sqrt(parts[0].squares / parts[0].count)};
}

}  // namespace belamy::kernels
#endif  // HWY_ONCE
