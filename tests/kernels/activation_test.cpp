#include "belamy/kernels/activation.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/kernels/activation_testing.h"

namespace belamy::kernels {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

template <class T>
class Activation : public testing::Test {};
using ElementTypes = testing::Types<float, Bf16>;
TYPED_TEST_SUITE(Activation, ElementTypes);

template <class Body>
void for_each_function(const Body& body) {
  for (const ActivationFunction function : kFunctions) {
    SCOPED_TRACE("function " + std::to_string(static_cast<int>(function.kind)));
    body(function);
  }
}

template <class T>
void expect_agreement(const std::vector<T>& in, const std::vector<T>& out,
                      ActivationFunction function) {
  for (size_t i = 0; i < in.size(); ++i) {
    const double expected = reference_activation(to_float(in[i]), function);
    const double tolerance = (3e-7 + kRounding<T>)*std::abs(expected) + 2e-38;
    ASSERT_NEAR(to_float(out[i]), expected, tolerance) << "of " << to_float(in[i]);
  }
}

TYPED_TEST(Activation, is_its_reference_within_the_stated_tolerance) {
  for_each_function([](ActivationFunction function) {
    for_each_case([&](size_t size, size_t offset) {
      const auto in = as(some_floats(size, -6.0f, 6.0f, "in"), TypeParam());
      Buffer<TypeParam> from(in, offset), to(size, 1 - offset);
      activate(from.data(), to.data(), size, function);
      expect_agreement(in, to.values(), function);
      EXPECT_EQ(from.values(), in);
    });
  });
}

TYPED_TEST(Activation, is_as_exact_from_the_smallest_values_to_the_largest) {
  std::vector<float> in;
  for (float size = 1e-37f; size < 1e38f; size *= 1.03f) in.insert(in.end(), {size, -size});
  for_each_function([&](ActivationFunction function) {
    for_each_simd_target([&] {
      const auto from = as(in, TypeParam());
      auto to = from;
      activate(from.data(), to.data(), to.size(), function);
      expect_agreement(from, to, function);
    });
  });
}

TYPED_TEST(Activation, saturates_at_its_limits_and_keeps_nan) {
  const auto in = as({kNan, kInfinity, -kInfinity}, TypeParam());
  std::vector<TypeParam> many;
  for (int i = 0; i < 11; ++i) many.insert(many.end(), in.begin(), in.end());
  const float limits[][2] = {{kInfinity, -kInfinity}, {kInfinity, 0.0f}, {kInfinity, -kInfinity},
                             {1.0f, -1.0f},           {1.0f, 0.0f},      {kInfinity, -0.7f}};
  for_each_function([&](ActivationFunction function) {
    const auto expected = limits[static_cast<int>(function.kind)];
    for_each_simd_target([&] {
      auto out = many;
      activate(out.data(), out.data(), out.size(), function);
      for (size_t i = 0; i < out.size(); i += 3) {
        EXPECT_TRUE(std::isnan(to_float(out[i])));
        EXPECT_EQ(to_float(out[i + 1]), expected[0]);
        const float low = to_float(as({expected[1]}, TypeParam())[0]), got = to_float(out[i + 2]);
        EXPECT_TRUE(got == low || std::abs(got - low) < 2e-38f) << got << " is not " << low;
      }
    });
  });
}

TYPED_TEST(Activation, gradients_are_the_outputs_slope_times_the_gradient) {
  for_each_function([](ActivationFunction function) {
    for_each_case([&](size_t size, size_t offset) {
      // From x in double, rounded once: the slope depends on y as it is stored.
      const auto x = some_floats(size, -3.0f, 3.0f, "x");
      std::vector<float> y;
      for (const float value : x) {
        y.push_back(static_cast<float>(reference_activation(value, function)));
      }
      const auto dy = as(some_floats(size, -2.0f, 2.0f, "dy"), TypeParam());
      Buffer<TypeParam> from(as(y, TypeParam()), offset), gradient(dy, 1 - offset), dx(size, 0);
      activation_backward(from.data(), gradient.data(), dx.data(), size, function);
      activation_backward(from.data(), gradient.data(), gradient.data(), size, function);
      EXPECT_EQ(gradient.values(), dx.values());
      for (size_t i = 0; i < size; ++i) {
        const double expected = to_float(dy[i]) * reference_slope(x[i], function);
        const double tolerance = 1e-6 + kRounding<TypeParam> * 6;
        if (std::abs(x[i]) < 1e-5f) continue;  // the difference would straddle a kink
        ASSERT_NEAR(to_float(dx[i]), expected, tolerance) << "at x = " << x[i];
      }
    });
  });
}

TYPED_TEST(Activation, threads_change_nothing) {
  const auto in = as(some_floats(100003, -6.0f, 6.0f, "in"), TypeParam());
  expect_same_with_one_and_two_threads([&] {
    auto out = in;
    activate(in.data(), out.data(), in.size(), kFunctions[3]);
    activation_backward(out.data(), in.data(), out.data(), in.size(), kFunctions[3]);
    return out;
  });
}

}  // namespace
}  // namespace belamy::kernels
