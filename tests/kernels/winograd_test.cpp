// Minimal filtering: how work is cut, how exact it is, and that threads and instruction sets do not
// change it. That it computes convolutions is convolution_test.cpp's.
#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <tuple>
#include <vector>

#include "belamy/kernels/convolution.h"
#include "tests/kernels/kernel_testing.h"
#include "tests/kernels/product_testing.h"

namespace belamy::kernels {
namespace {

const ConvolutionGeometry kSame3 = square(12, 64, 12, 64, 3, 1, 1);
const ConvolutionGeometry kStrided4 = square(14, 64, 7, 64, 4, 2, 1);

std::vector<size_t> outputs_of(const WinogradAxis& axis) {
  std::vector<size_t> outputs;
  for (const WinogradSegment& segment : axis.segments) outputs.push_back(segment.outputs);
  return outputs;
}

TEST(WinogradAxis, outputs_of_two_taps_come_in_threes_and_twos) {
  EXPECT_EQ(outputs_of(WinogradAxis::plan(7, 2, 1).value()), (std::vector<size_t>{3, 2, 2}));
  EXPECT_EQ(outputs_of(WinogradAxis::plan(3, 2, 1).value()), (std::vector<size_t>{3}));
  EXPECT_EQ(outputs_of(WinogradAxis::plan(4, 2, 1).value()), (std::vector<size_t>{2, 2}));
}

TEST(WinogradAxis, outputs_of_three_taps_come_in_twos_and_the_last_one_may_repeat) {
  const WinogradAxis axis = WinogradAxis::plan(7, 3, 1).value();
  EXPECT_EQ(outputs_of(axis), (std::vector<size_t>{2, 2, 2, 2}));
  EXPECT_EQ(axis.segments.back().first, 5u);
  EXPECT_EQ(axis.segments.back().repeated, 1u);
}

TEST(WinogradAxis, more_taps_are_cut_into_threes_and_twos_of_each_residue) {
  const WinogradAxis five = WinogradAxis::plan(10, 5, 1).value();
  ASSERT_EQ(five.taps.size(), 2u);
  EXPECT_EQ(five.taps[0].count, 3u);
  EXPECT_EQ(five.taps[1].first, 3u);
  EXPECT_EQ(five.taps[1].count, 2u);
  const WinogradAxis strided = WinogradAxis::plan(7, 4, 2).value();
  ASSERT_EQ(strided.taps.size(), 2u);
  EXPECT_EQ(strided.taps[1].residue, 1u);
  EXPECT_EQ(strided.taps[1].count, 2u);
}

TEST(WinogradAxis, single_outputs_and_single_taps_have_no_plan) {
  EXPECT_FALSE(WinogradAxis::plan(1, 3, 1));
  EXPECT_FALSE(WinogradAxis::plan(7, 1, 1));
  EXPECT_FALSE(WinogradAxis::plan(7, 3, 2));  // one residue has a tap to itself
}

size_t products_of(const ConvolutionGeometry& g) {
  const Correlation shape = forward_correlation(g);
  return WinogradPlan::of(shape, shape.phases[0]).value().products();
}

TEST(WinogradPlan, products_are_those_of_the_papers) {
  EXPECT_EQ(products_of(square(28, 1, 28, 1, 3, 1, 1)), 14u * 14 * 16);  // F(2×2, 3×3)
  EXPECT_EQ(products_of(square(14, 1, 7, 1, 4, 2, 1)), 4u * 10 * 10);
  EXPECT_EQ(products_of(square(14, 1, 10, 1, 5, 1, 0)), 35u * 35);
}

TEST(WinogradPlan, small_images_are_not_worth_many_weights) {
  const auto plan_of = [](size_t pixels) {
    const Correlation shape = forward_correlation(square(pixels, 1, pixels, 1, 3, 1, 1));
    return WinogradPlan::of(shape, shape.phases[0]).value();
  };
  EXPECT_TRUE(plan_of(4).is_worth_weights(256, 512));
  EXPECT_FALSE(plan_of(4).is_worth_weights(512, 512));
  EXPECT_TRUE(plan_of(16).is_worth_weights(512, 512));
}

// The weights are not exact in bf16, as they are not in a network.
struct Operands {
  explicit Operands(const ConvolutionGeometry& geometry)
      : g(geometry), w(g.out_channels * g.taps() * g.in_channels) {
    std::mt19937 engine(3);
    std::normal_distribution<float> draw(0.0f, 0.05f);
    for (float& weight : w) weight = draw(engine);
  }

  const ConvolutionGeometry g;
  const size_t images = 5;
  std::vector<float> x = random_values(images * g.in_pixels() * g.in_channels, 1);
  std::vector<float> dy = random_values(images * g.out_pixels() * g.out_channels, 2);
  std::vector<float> w;
};

template <class T>
std::vector<float> forward_of(const Operands& operands) {
  TileConvolution<T> convolution(operands.g, false);
  convolution.set_forward_weights(operands.w.data());
  std::vector<float> y(operands.dy.size());
  convolution.forward(values_of<T>(operands.x).data(), operands.images, nullptr, {}, y.data());
  return y;
}

double root_mean_square(const std::vector<float>& a, const std::vector<double>& b) {
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += (a[i] - b[i]) * (a[i] - b[i]);
  return std::sqrt(sum / static_cast<double>(a.size()));
}

// Sums over taps in double.
std::vector<double> exact_forward(const Operands& operands, const std::vector<float>& w) {
  const ConvolutionGeometry& g = operands.g;
  std::vector<double> y(operands.dy.size());
  for (size_t i = 0; i < y.size(); ++i) {
    const size_t f = i % g.out_channels, pixel = i / g.out_channels;
    const size_t n = pixel / g.out_pixels();
    const size_t r = pixel % g.out_pixels() / g.out_columns, c = pixel % g.out_columns;
    for (size_t tap = 0; tap < g.taps(); ++tap) {
      const size_t row = r * g.stride_rows + tap / g.kernel_columns - g.pad_top;
      const size_t column = c * g.stride_columns + tap % g.kernel_columns - g.pad_left;
      if (row >= g.in_rows || column >= g.in_columns) continue;
      const float* x = &operands.x[((n * g.in_rows + row) * g.in_columns + column) * g.in_channels];
      const float* weights = &w[(f * g.taps() + tap) * g.in_channels];
      for (size_t k = 0; k < g.in_channels; ++k) y[i] += double{x[k]} * weights[k];
    }
  }
  return y;
}

// The error of sums over taps is that of weights rounded to bf16, since the sums are float.
TEST(WinogradCorrelation, rounding_to_bf16_costs_little_more_than_direct_sums_do) {
  for (const ConvolutionGeometry& g : {kSame3, kStrided4, square(14, 64, 10, 32, 5, 1, 0)}) {
    if (!std::isfinite(WinogradCorrelation<Bf16>::cost(forward_correlation(g)))) GTEST_SKIP();
    const Operands operands(g);
    const std::vector<double> exact = exact_forward(operands, operands.w);
    std::vector<float> rounded = operands.w;
    for (float& weight : rounded) weight = to_float(to_bf16(weight));
    const std::vector<double> direct = exact_forward(operands, rounded);
    const double of_direct =
        root_mean_square(std::vector<float>(direct.begin(), direct.end()), exact);
    const double filtered = root_mean_square(forward_of<Bf16>(operands), exact);
    EXPECT_LT(filtered, 3 * of_direct);
    EXPECT_GT(filtered, of_direct / 2);  // or it is not what was measured
  }
}

template <class T>
auto everything_of(const Operands& operands) {
  TileConvolution<T> convolution(operands.g, false);
  convolution.set_forward_weights(operands.w.data());
  convolution.set_backward_weights(operands.w.data());
  const std::vector<T> x = values_of<T>(operands.x), dy = values_of<T>(operands.dy);
  std::vector<T> y(dy.size()), dx(x.size());
  std::vector<float> dw(operands.w.size()), db(operands.g.out_channels);
  convolution.forward(x.data(), operands.images, nullptr, {}, y.data());
  convolution.backward(
      {.x = x.data(), .dy = dy.data(), .dx = dx.data(), .dw = dw.data(), .db = db.data()},
      operands.images, {});
  return std::tuple(y, dx, dw, db);
}

TEST(WinogradConvolution, threads_do_not_change_its_bits) {
  for (const ConvolutionGeometry& g : {kSame3, kStrided4, square(7, 32, 3, 48, 4, 2, 1)}) {
    const Operands operands(g);
    expect_same_with_one_and_two_threads([&] { return everything_of<float>(operands); });
    expect_same_with_one_and_two_threads([&] { return everything_of<Bf16>(operands); });
  }
}

// An image's results do not depend on those beside it, nor on what its working memory held.
TEST(WinogradConvolution, images_are_computed_by_themselves) {
  const Operands operands(kStrided4);
  TileConvolution<float> convolution(operands.g, false);
  convolution.set_forward_weights(operands.w.data());
  const std::vector<float> all = forward_of<float>(operands);
  const size_t x_size = operands.x.size() / operands.images;
  const size_t y_size = all.size() / operands.images;
  std::vector<float> bad(operands.x.size(), NAN), y(all.size());
  convolution.forward(bad.data(), operands.images, nullptr, {}, y.data());
  for (size_t image = 0; image < operands.images; ++image) {
    convolution.forward(&operands.x[image * x_size], 1, nullptr, {}, y.data());
    for (size_t i = 0; i < y_size; ++i) ASSERT_EQ(y[i], all[image * y_size + i]);
  }
}

TEST(WinogradConvolution, gradients_of_weights_ignore_what_working_memory_held) {
  const Operands operands(kStrided4);
  TileConvolution<float> convolution(operands.g, false);
  std::vector<float> bad(operands.x.size(), NAN), dw(operands.w.size()), again(dw.size());
  std::vector<float> bad_dy(operands.dy.size(), NAN);
  const auto gradient = [&](const float* x, const float* dy, size_t images, float* to) {
    convolution.backward({.x = x, .dy = dy, .dw = to}, images, {});
  };
  gradient(operands.x.data(), operands.dy.data(), 3, dw.data());
  gradient(bad.data(), bad_dy.data(), operands.images, again.data());
  gradient(operands.x.data(), operands.dy.data(), 3, again.data());
  EXPECT_EQ(dw, again);
}

template <class Values>
void expect_near(const std::vector<float>& values, const Values& expected, double off) {
  for (size_t i = 0; i < values.size(); ++i) ASSERT_NEAR(values[i], expected[i], off) << i;
}

TEST(WinogradConvolution, every_instruction_set_computes_it) {
  for (const ConvolutionGeometry& g : {kSame3, kStrided4, square(14, 64, 10, 32, 5, 1, 0)}) {
    const Operands operands(g);
    const std::vector<double> exact = exact_forward(operands, operands.w);
    const auto best = everything_of<float>(operands);
    for_each_simd_target([&] {
      const auto other = everything_of<float>(operands);
      expect_near(std::get<0>(other), exact, 1e-5);
      expect_near(std::get<1>(other), std::get<1>(best), 1e-5);
      expect_near(std::get<2>(other), std::get<2>(best), 1e-3);
    });
  }
}

}  // namespace
}  // namespace belamy::kernels
