#include "belamy/kernels/pooling.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>
#include <tuple>

#include "belamy/core/error.h"
#include "tests/kernels/activation_testing.h"

namespace belamy::kernels {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

size_t large_size(const PoolingShape& s) {
  return s.images * s.height * s.width * s.channels;
}
size_t small_size(const PoolingShape& s) {
  return s.images * s.pooled_height() * s.pooled_width() * s.channels;
}

// Calls body(large index, small index, place in the window) for each element that a window covers,
// in the order of the larger tensor.
template <class Body>
void for_each_covered(const PoolingShape& s, const Body& body) {
  for (size_t i = 0; i < large_size(s); ++i) {
    const size_t c = i % s.channels, w = i / s.channels % s.width;
    const size_t h = i / s.channels / s.width % s.height, n = i / s.channels / s.width / s.height;
    const size_t ph = h / s.window_height, pw = w / s.window_width;
    if (ph >= s.pooled_height() || pw >= s.pooled_width()) continue;
    const size_t small = ((n * s.pooled_height() + ph) * s.pooled_width() + pw) * s.channels + c;
    body(i, small, h % s.window_height * s.window_width + w % s.window_width);
  }
}

struct ReferencePool {
  std::vector<float> y;
  std::vector<uint8_t> winner;
};

template <class T>
ReferencePool reference_pool(const std::vector<T>& x, const PoolingShape& s) {
  ReferencePool out{std::vector<float>(small_size(s), -kInfinity),
                    std::vector<uint8_t>(small_size(s), 0)};
  for_each_covered(s, [&](size_t i, size_t small, size_t place) {
    const float value = to_float(x[i]);
    if (!(value > out.y[small]) && !std::isnan(value)) return;
    out.y[small] = value;
    out.winner[small] = static_cast<uint8_t>(place);
  });
  return out;
}

template <class T>
class Pooling : public testing::Test {};
using ElementTypes = testing::Types<float, Bf16>;
TYPED_TEST_SUITE(Pooling, ElementTypes);

template <class Body>
void for_each_pooling(bool covering, const Body& body) {
  for (const size_t channels : {1, 3, 7, 16, 17, 33, 100, 128}) {
    for (const auto& [height, width, window_height, window_width] :
         {std::array<size_t, 4>{4, 6, 2, 2}, {7, 5, 2, 2}, {6, 8, 3, 2}, {9, 4, 4, 3}}) {
      const PoolingShape shape{2, height, width, channels, window_height, window_width};
      if (covering && (height % window_height != 0 || width % window_width != 0)) continue;
      for_each_simd_target([&] {
        SCOPED_TRACE(std::to_string(channels) + " channels of " + std::to_string(shape.height) +
                     " x " + std::to_string(shape.width));
        body(shape);
      });
    }
  }
}

TYPED_TEST(Pooling, keeps_each_windows_largest_and_its_place) {
  for_each_pooling(false, [](const PoolingShape& shape) {
    const auto x = as(some_floats(large_size(shape), -2.0f, 2.0f, "x"), TypeParam());
    Buffer<TypeParam> in(x, 1), y(small_size(shape), 1);
    Buffer<uint8_t> winner(y.size(), 1);
    max_pool(in.data(), y.data(), winner.data(), shape);
    const auto expected = reference_pool(x, shape);
    EXPECT_EQ(y.values(), as(expected.y, TypeParam()));
    EXPECT_EQ(winner.values(), expected.winner);
  });
}

TYPED_TEST(Pooling, the_first_of_equals_and_the_last_nan_win) {
  const std::vector<float> windows[] = {
      {1, 2, 2, 0}, {-kInfinity, -kInfinity, -kInfinity, -kInfinity}, {kNan, 5, kNan, kInfinity}};
  // Over enough channels for full vectors and single lanes.
  constexpr size_t kChannels = 37;
  const PoolingShape shape{3, 2, 2, kChannels};
  std::vector<float> spread;
  for (const auto& window : windows) {
    for (const float value : window) spread.insert(spread.end(), kChannels, value);
  }
  const auto x = as(spread, TypeParam());
  for_each_simd_target([&] {
    std::vector<TypeParam> y(3 * kChannels);
    std::vector<uint8_t> winner(y.size());
    max_pool(x.data(), y.data(), winner.data(), shape);
    for (size_t c = 0; c < kChannels; ++c) {
      EXPECT_EQ(winner[c], 1);
      EXPECT_EQ(to_float(y[c]), 2.0f);
      EXPECT_EQ(winner[kChannels + c], 0);
      EXPECT_EQ(to_float(y[kChannels + c]), -kInfinity);
      EXPECT_EQ(winner[2 * kChannels + c], 2);
      EXPECT_TRUE(std::isnan(to_float(y[2 * kChannels + c])));
    }
  });
}

TYPED_TEST(Pooling, gradients_go_to_the_winners_alone) {
  for_each_pooling(false, [](const PoolingShape& shape) {
    const auto x = as(some_floats(large_size(shape), -2.0f, 2.0f, "x"), TypeParam());
    const auto dy = as(some_floats(small_size(shape), 1.0f, 2.0f, "dy"), TypeParam());
    const auto winner = reference_pool(x, shape).winner;
    std::vector<TypeParam> expected(x.size());
    for_each_covered(shape, [&](size_t i, size_t small, size_t place) {
      if (winner[small] == place) expected[i] = dy[small];
    });
    Buffer<TypeParam> dx(x, 1);  // filled, to be overwritten
    max_pool_backward(dy.data(), winner.data(), dx.data(), shape);
    EXPECT_EQ(dx.values(), expected);
  });
}

TYPED_TEST(Pooling, its_gradients_are_those_of_finite_differences) {
  const PoolingShape shape{1, 5, 4, 3};
  const auto x = as(some_floats(large_size(shape), -2.0f, 2.0f, "x"), TypeParam());
  const auto dy = as(some_floats(small_size(shape), -1.0f, 1.0f, "dy"), TypeParam());
  std::vector<TypeParam> y(dy.size()), dx(x.size());
  std::vector<uint8_t> winner(dy.size());
  max_pool(x.data(), y.data(), winner.data(), shape);
  max_pool_backward(dy.data(), winner.data(), dx.data(), shape);
  std::vector<float> wide;
  for (const TypeParam value : x) wide.push_back(to_float(value));
  for (size_t i = 0; i < x.size(); ++i) {
    double loss = 0.0;
    for (const float sign : {1.0f, -1.0f}) {
      auto moved = wide;
      moved[i] += sign * 0x1.0p-12f;  // exact in float for these values
      const auto pooled = reference_pool(moved, shape).y;
      for (size_t j = 0; j < dy.size(); ++j) loss += sign * double{pooled[j]} * to_float(dy[j]);
    }
    EXPECT_NEAR(to_float(dx[i]), loss * 0x1.0p11, 2e-3) << "at " << i;
  }
}

TYPED_TEST(Pooling, upsampling_repeats_each_element_and_its_gradient_sums) {
  for_each_pooling(true, [](const PoolingShape& shape) {
    const auto x = as(some_floats(small_size(shape), -2.0f, 2.0f, "x"), TypeParam());
    const auto dy = as(some_floats(large_size(shape), -1.0f, 1.0f, "dy"), TypeParam());
    Buffer<TypeParam> y(dy.size(), 1), dx(x.size(), 1);
    upsample(x.data(), y.data(), shape);
    upsample_backward(dy.data(), dx.data(), shape);
    std::vector<double> sums(x.size(), 0.0);
    for_each_covered(shape, [&](size_t i, size_t small, size_t) {
      ASSERT_EQ(y[i], x[small]);
      sums[small] += to_float(dy[i]);
    });
    for (size_t i = 0; i < x.size(); ++i) {
      const double tolerance = 1e-6 + kRounding<TypeParam> * std::abs(sums[i]);
      ASSERT_NEAR(to_float(dx[i]), sums[i], tolerance) << "at " << i;
    }
  });
}

TYPED_TEST(Pooling, impossible_windows_are_refused) {
  TypeParam value{};
  uint8_t winner = 0;
  for (const auto& [height, width] : {std::array<size_t, 2>{0, 2}, {2, 0}, {16, 17}, {257, 1}}) {
    const PoolingShape shape{1, 1, 1, 1, height, width};
    EXPECT_THROW(max_pool(&value, &value, &winner, shape), Error);
    EXPECT_THROW(max_pool_backward(&value, &winner, &value, shape), Error);
  }
  for (const auto& [height, width] : {std::array<size_t, 2>{0, 1}, {1, 0}, {2, 1}, {1, 2}}) {
    const PoolingShape shape{1, 1, 1, 1, height, width};
    EXPECT_THROW(upsample(&value, &value, shape), Error);
    EXPECT_THROW(upsample_backward(&value, &value, shape), Error);
  }
}

TYPED_TEST(Pooling, threads_change_nothing) {
  const PoolingShape shape{5, 28, 30, 33};
  const auto x = as(some_floats(large_size(shape), -2.0f, 2.0f, "x"), TypeParam());
  expect_same_with_one_and_two_threads([&] {
    std::vector<TypeParam> y(small_size(shape)), dx(x.size()), sum(y.size()), up(x.size());
    std::vector<uint8_t> winner(y.size());
    max_pool(x.data(), y.data(), winner.data(), shape);
    max_pool_backward(y.data(), winner.data(), dx.data(), shape);
    upsample(y.data(), up.data(), shape);
    upsample_backward(x.data(), sum.data(), shape);
    return std::tuple(y, winner, dx, up, sum);
  });
}

}  // namespace
}  // namespace belamy::kernels
