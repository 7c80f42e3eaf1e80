#include "belamy/kernels/normalization.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "belamy/core/error.h"
#include "tests/kernels/normalization_testing.h"

namespace belamy::kernels {
namespace {

constexpr NormalizationShape kShapes[] = {{1, 3},    {3, 7},     {17, 16},  {33, 17},  {100, 33},
                                          {7, 100},  {128, 128}, {1300, 1}, {1100, 3}, {9, 1024},
                                          {9, 1022}, {18, 1500}, {9, 2052}};

// No dropout, either, both. The rates and blocks differ.
std::vector<Normalization> mask_choices(ActivationFunction function) {
  const DropoutMask before{0.3f, kKey, kFirstBlock}, after{0.5f, kKey, 77};
  return {{.function = function},
          {.function = function, .before = before},
          {.function = function, .after = after},
          {.function = function, .before = before, .after = after}};
}

// Everything a call takes and gives, and the same in double.
template <class T>
struct Case {
  NormalizationShape shape;
  Normalization options;
  size_t size = shape.rows * shape.channels;
  std::vector<float> gamma = some_floats(shape.channels, 0.5f, 1.5f, "gamma");
  std::vector<float> beta = some_floats(shape.channels, -0.5f, 0.5f, "beta");
  std::vector<T> x = as(some_floats(size, -1.0f, 3.0f, "x"), T());
  std::vector<T> dy = as(some_floats(size, -1.0f, 1.0f, "dy"), T());
  std::vector<T> y = x, dx = x;
  std::vector<float> mean = gamma, variance = gamma, inverse_deviation = gamma;
  std::vector<float> dgamma = gamma, dbeta = gamma;

  Normalization pointed() const {
    Normalization n = options;
    n.gamma = gamma.data();
    n.beta = beta.data();
    return n;
  }
  void forward(const T* from, T* to) {
    batch_normalization(from, to, shape, pointed(),
                        {mean.data(), variance.data(), inverse_deviation.data()});
  }
  void backward(const T* from, const T* gradient, T* to) {
    batch_normalization_backward(
        shape, pointed(),
        NormalizationGradients<T>{from, gradient, mean.data(), inverse_deviation.data(), to,
                                  dgamma.data(), dbeta.data()});
  }
  ReferenceNormalization reference() const {
    ReferenceNormalization r{.shape = shape,
                             .options = options,
                             .gamma = Doubles(gamma.begin(), gamma.end()),
                             .beta = Doubles(beta.begin(), beta.end())};
    r.forward(doubles(x));
    return r;
  }
  static Doubles doubles(const std::vector<T>& values) {
    Doubles wide;
    for (const T value : values) wide.push_back(to_float(value));
    return wide;
  }
};

template <class T>
void expect_near(const std::vector<T>& got, const Doubles& expected, double tolerance,
                 double rounding, const char* name) {
  SCOPED_TRACE(name);
  for (size_t i = 0; i < got.size(); ++i) {
    const double bound = tolerance + (rounding + 1e-6) * std::abs(expected[i]);
    ASSERT_NEAR(to_float(got[i]), expected[i], bound) << "at " << i;
  }
}

template <class T>
class BatchNormalization : public testing::Test {};
using ElementTypes = testing::Types<float, Bf16>;
TYPED_TEST_SUITE(BatchNormalization, ElementTypes);

template <class T, class Body>
void for_each_normalization(const Body& body) {
  for (const NormalizationShape shape : kShapes) {
    for (const ActivationFunction function : kFunctions) {
      for (const Normalization& options : mask_choices(function)) {
        SCOPED_TRACE(std::to_string(shape.rows) + " x " + std::to_string(shape.channels) +
                     ", function " + std::to_string(static_cast<int>(function.kind)) +
                     ", dropout " + std::to_string(options.before.rate) + " and " +
                     std::to_string(options.after.rate));
        body(Case<T>{.shape = shape, .options = options});
      }
    }
  }
}

TYPED_TEST(BatchNormalization, forward_is_its_reference) {
  for_each_normalization<TypeParam>([](Case<TypeParam> c) {
    const auto expected = c.reference();
    for_each_simd_target([&] {
      Buffer<TypeParam> x(c.x, 1), y(c.size, 0);
      c.forward(x.data(), y.data());
      expect_near(c.mean, expected.mean, 1e-6, 0.0, "mean");
      expect_near(c.variance, expected.variance, 1e-6, 1e-6, "variance");
      expect_near(y.values(), expected.y, 1e-5, kRounding<TypeParam>, "y");
      c.forward(x.data(), x.data());
      EXPECT_EQ(x.values(), y.values());
    });
  });
}

TYPED_TEST(BatchNormalization, gradients_are_those_of_its_reference) {
  for_each_normalization<TypeParam>([](Case<TypeParam> c) {
    const auto expected = c.reference().backward(Case<TypeParam>::doubles(c.dy));
    const double rows = static_cast<double>(c.shape.rows);
    for_each_simd_target([&] {
      c.forward(c.x.data(), c.y.data());
      Buffer<TypeParam> dy(c.dy, 1), dx(c.size, 0);
      c.backward(c.x.data(), dy.data(), dx.data());
      expect_near(c.dbeta, expected.dbeta, 1e-6 + 2e-7 * rows, 0.0, "dbeta");
      expect_near(c.dgamma, expected.dgamma, 1e-6 + 2e-7 * rows, 0.0, "dgamma");
      expect_near(dx.values(), expected.dx, 5e-5, kRounding<TypeParam>, "dx");
      c.backward(c.x.data(), dy.data(), dy.data());
      EXPECT_EQ(dy.values(), dx.values());
    });
  });
}

TEST(BatchNormalizationReference, has_the_gradients_of_finite_differences) {
  constexpr double kStep = 1e-6;
  for (const ActivationFunction function : kFunctions) {
    for (const Normalization& options : mask_choices(function)) {
      const Case<float> c{.shape = {9, 5}, .options = options};
      auto reference = c.reference();
      Doubles x = Case<float>::doubles(c.x);
      const Doubles dy = Case<float>::doubles(c.dy);
      const auto analytic = reference.backward(dy);
      const auto difference = [&](double& value) {
        double loss = 0.0;
        const double before = value;
        for (const double sign : {1.0, -1.0}) {
          value = before + sign * kStep;
          reference.forward(x);
          for (size_t i = 0; i < x.size(); ++i) loss += sign * dy[i] * reference.y[i];
        }
        value = before;
        return loss / (2 * kStep);
      };
      for (size_t i = 0; i < x.size(); ++i) ASSERT_NEAR(difference(x[i]), analytic.dx[i], 1e-6);
      for (size_t i = 0; i < 5; ++i) {
        ASSERT_NEAR(difference(reference.gamma[i]), analytic.dgamma[i], 1e-6);
        ASSERT_NEAR(difference(reference.beta[i]), analytic.dbeta[i], 1e-6);
      }
    }
  }
}

TEST(BatchNormalizationStatistics, a_mean_far_from_zero_costs_the_variance_no_digits) {
  Case<float> c{.shape = {4000, 33}, .options = {}};
  c.x = some_floats(c.size, 999.9f, 1000.1f, "far");
  const auto expected = c.reference();
  for_each_simd_target([&] {
    c.forward(c.x.data(), c.y.data());
    for (size_t i = 0; i < 33; ++i) {
      EXPECT_NEAR(c.mean[i], expected.mean[i], 1e-4);
      EXPECT_NEAR(c.variance[i] / expected.variance[i], 1.0, 1e-5);
    }
  });
}

TEST(BatchNormalizationStatistics, a_constant_has_no_variance) {
  Case<float> c{.shape = {1000, 17}, .options = {}};
  std::ranges::fill(c.x, 0.1f);
  c.forward(c.x.data(), c.y.data());
  EXPECT_EQ(c.mean, std::vector<float>(17, 0.1f));
  EXPECT_EQ(c.variance, std::vector<float>(17, 0.0f));
}

TYPED_TEST(BatchNormalization, the_inference_form_is_its_reference) {
  for_each_normalization<TypeParam>([](const Case<TypeParam>& c) {
    if (c.options.before.rate > 0.0f || c.options.after.rate > 0.0f) return;
    for_each_simd_target([&] {
      Buffer<TypeParam> y(c.x, 1);
      scale_shift(y.data(), y.data(), c.shape, c.gamma.data(), c.beta.data(), c.options.function);
      Doubles expected;
      for (size_t i = 0; i < c.size; ++i) {
        const size_t channel = i % c.shape.channels;
        const double z = double{c.gamma[channel]} * to_float(c.x[i]) + c.beta[channel];
        expected.push_back(reference_activation(z, c.options.function));
      }
      expect_near(y.values(), expected, 1e-6, kRounding<TypeParam>, "y");
    });
  });
}

TYPED_TEST(BatchNormalization, threads_change_nothing) {
  for (const size_t channels : {size_t{17}, size_t{128}}) {
    const auto options = mask_choices(kFunctions[3]).back();
    Case<TypeParam> c{.shape = {3001, channels}, .options = options};
    expect_same_with_one_and_two_threads([&] {
      c.forward(c.x.data(), c.y.data());
      c.backward(c.x.data(), c.dy.data(), c.dx.data());
      return std::tuple(c.y, c.dx, c.mean, c.variance, c.dgamma, c.dbeta);
    });
  }
}

TYPED_TEST(BatchNormalization, no_rows_and_wrong_rates_are_refused) {
  Case<TypeParam> c{.shape = {2, 3}, .options = {}};
  for (const float rate : {-0.1f, 1.0f, std::nanf("")}) {
    c.options.before.rate = rate;
    EXPECT_THROW(c.forward(c.x.data(), c.y.data()), Error);
    EXPECT_THROW(c.backward(c.x.data(), c.dy.data(), c.dx.data()), Error);
  }
  c.options.before.rate = 0.0f;
  c.shape.rows = 0;
  EXPECT_THROW(c.forward(c.x.data(), c.y.data()), Error);
}

}  // namespace
}  // namespace belamy::kernels
