// Against sums written out in double, for forward and every gradient.
#include "belamy/kernels/convolution.h"

#include <gtest/gtest.h>
#include <omp.h>

#include <cmath>
#include <string>

#include "tests/kernels/kernel_testing.h"
#include "tests/kernels/product_testing.h"

namespace belamy::kernels {
namespace {

struct Case {
  const char* name;
  ConvolutionGeometry geometry;
  size_t images;
};

const Case kCases[] = {
    {"one_by_one", square(3, 32, 3, 32, 1, 1, 0), 2},
    {"same_3", square(12, 32, 12, 64, 3, 1, 1), 3},
    {"wide_rows_in_two_tiles", square(20, 32, 20, 16, 5, 1, 2), 3},
    {"rows_that_do_not_come_out_even", square(25, 64, 25, 20, 3, 1, 1), 2},
    {"valid_5", square(14, 64, 10, 48, 5, 1, 0), 5},
    {"one_channel_in", square(28, 1, 28, 64, 5, 1, 2), 3},
    {"one_channel_out", square(14, 64, 14, 1, 5, 1, 2), 3},
    {"three_channels", square(9, 3, 9, 33, 3, 1, 1), 2},
    {"strided_4", square(28, 1, 14, 32, 4, 2, 1), 2},
    {"strided_three_channels", square(28, 3, 14, 32, 4, 2, 1), 64},
    {"strided_channels", square(14, 64, 7, 100, 4, 2, 1), 5},
    {"strided_3_same_of_keras", square(28, 16, 14, 32, 3, 2, 0), 2},
    {"across_rows", square(7, 64, 7, 48, 3, 1, 1), 9},
    {"across_rows_strided", square(16, 32, 8, 64, 5, 2, 2), 5},
    {"gradient_of_weights_in_rounds", square(28, 16, 28, 17, 3, 1, 1), 24},
    {"gradient_of_weights_in_parts", square(28, 16, 28, 17, 3, 1, 1), 42},
    {"gradient_of_weights_of_patches_in_parts", square(28, 3, 28, 17, 5, 1, 2), 42},
    {"channels_between_tiles", square(28, 24, 28, 3, 5, 1, 2), 12},
    {"strided_channels_between_tiles", square(40, 11, 20, 17, 4, 2, 1), 24},
    {"odd_stride", square(11, 16, 4, 17, 4, 3, 1), 3},
    {"stride_above_kernel", square(10, 32, 4, 32, 2, 3, 0), 2},
    {"filtered_in_rounds", square(28, 32, 28, 32, 3, 1, 1), 11},
    {"many_weights_of_small_images", square(4, 384, 4, 384, 3, 1, 1), 2},
    {"small_images", square(4, 256, 1, 100, 4, 1, 0), 7},
    {"rows_that_no_window_reaches", square(8, 32, 3, 32, 3, 2, 0), 2},
    {"unlike_sides", {6, 12, 32, 3, 12, 48, 3, 2, 2, 1, 1, 0}, 3},
};

// How far a result may be off by the rounding of what is stored.
template <class T>
double rounding(double value) {
  return std::is_same_v<T, float> ? 0.0 : std::abs(value) / 250;
}

// And by minimal filtering, which rounds values at its points, too: sums of so many products whose
// operands are at most 1. Six standard deviations, three hundredths of what such sums are.
template <class T>
double filtering(const ConvolutionGeometry& g, size_t products) {
  if (std::is_same_v<T, float>) return 0.0;
  const bool filtered = std::isfinite(WinogradCorrelation<T>::cost(forward_correlation(g))) ||
                        std::isfinite(WinogradCorrelation<T>::cost(input_gradient_correlation(g)));
  return filtered ? 0.009 * std::sqrt(static_cast<double>(products)) : 0.0;
}

// Calls body(input index, output index, weight index) for every product of the convolution.
template <class Body>
void for_products(const ConvolutionGeometry& g, size_t images, const Body& body) {
  for (size_t n = 0; n < images; ++n)
    for (size_t r = 0; r < g.out_rows; ++r)
      for (size_t c = 0; c < g.out_columns; ++c)
        for (size_t kr = 0; kr < g.kernel_rows; ++kr)
          for (size_t kc = 0; kc < g.kernel_columns; ++kc) {
            const size_t row = r * g.stride_rows + kr - g.pad_top;
            const size_t column = c * g.stride_columns + kc - g.pad_left;
            if (row >= g.in_rows || column >= g.in_columns) continue;
            for (size_t i = 0; i < g.in_channels; ++i)
              for (size_t f = 0; f < g.out_channels; ++f)
                body(((n * g.in_rows + row) * g.in_columns + column) * g.in_channels + i,
                     ((n * g.out_rows + r) * g.out_columns + c) * g.out_channels + f,
                     ((f * g.kernel_rows + kr) * g.kernel_columns + kc) * g.in_channels + i);
          }
}

class TileConvolutionTest : public ::testing::TestWithParam<std::tuple<Case, bool>> {
 protected:
  const ConvolutionGeometry g = std::get<0>(GetParam()).geometry;
  const size_t images = std::get<0>(GetParam()).images;
  const bool transposed = std::get<1>(GetParam());

  size_t in_size() const { return images * g.in_pixels() * g.in_channels; }
  size_t out_size() const { return images * g.out_pixels() * g.out_channels; }
  size_t x_size() const { return transposed ? out_size() : in_size(); }
  size_t y_size() const { return transposed ? in_size() : out_size(); }
  size_t products_of_y() const { return g.taps() * (transposed ? g.out_channels : g.in_channels); }
  size_t products_of_dx() const { return g.taps() * (transposed ? g.in_channels : g.out_channels); }
  size_t y_channels() const { return transposed ? g.in_channels : g.out_channels; }

  std::vector<float> x = random_values(x_size(), 1), dy = random_values(y_size(), 2);
  std::vector<float> w = random_values(g.out_channels * g.in_channels * g.taps(), 3);
  std::vector<float> bias = random_values(y_channels(), 4);

  std::vector<double> expected_y() const {
    std::vector<double> y(y_size());
    for (size_t i = 0; i < y.size(); ++i) y[i] = bias[i % y_channels()];
    for_products(g, images, [&](size_t in, size_t out, size_t k) {
      transposed ? y[in] += double{x[out]} * w[k] : y[out] += double{x[in]} * w[k];
    });
    return y;
  }

  template <class T>
  void expect_forward() const {
    TileConvolution<T> convolution(g, transposed);
    convolution.set_forward_weights(w.data());
    std::vector<float> y(y_size(), -1000.0f);
    convolution.forward(values_of<T>(x).data(), images, bias.data(), {}, y.data());
    const std::vector<double> expected = expected_y();
    const double off = 2e-4 + filtering<T>(g, products_of_y());
    for (size_t i = 0; i < y.size(); ++i) ASSERT_NEAR(y[i], expected[i], off) << i;
  }

  template <class T>
  void expect_activation() const {
    TileConvolution<T> convolution(g, transposed);
    convolution.set_forward_weights(w.data());
    std::vector<T> y(y_size());
    convolution.forward(values_of<T>(x).data(), images, bias.data(),
                        {ActivationKind::kLeakyRelu, 0.25f}, y.data());
    const std::vector<double> expected = expected_y();
    const double off = 1e-3 + filtering<T>(g, products_of_y());
    for (size_t i = 0; i < y.size(); ++i) {
      const double leaky = expected[i] > 0 ? expected[i] : expected[i] / 4;
      ASSERT_NEAR(to_float(y[i]), leaky, rounding<T>(leaky) + off) << i;
    }
  }

  template <class T>
  void expect_gradients() const {
    TileConvolution<T> convolution(g, transposed);
    convolution.set_backward_weights(w.data());
    std::vector<T> dx = values_of<T>(std::vector<float>(x_size(), NAN));
    std::vector<float> dw(w.size(), -1000.0f), db(y_channels(), -1000.0f);
    const std::vector<T> own_x = values_of<T>(x), own_dy = values_of<T>(dy);
    convolution.backward(
        {.x = own_x.data(), .dy = own_dy.data(), .dx = dx.data(), .dw = dw.data(), .db = db.data()},
        images, {});
    std::vector<double> expected_dx(x_size()), expected_dw(w.size()), expected_db(y_channels());
    for_products(g, images, [&](size_t in, size_t out, size_t k) {
      const size_t of_x = transposed ? out : in, of_y = transposed ? in : out;
      expected_dx[of_x] += double{dy[of_y]} * w[k];
      expected_dw[k] += double{dy[of_y]} * x[of_x];
    });
    for (size_t i = 0; i < dy.size(); ++i) expected_db[i % y_channels()] += dy[i];
    const double off = 1e-3 + filtering<T>(g, products_of_dx());
    for (size_t i = 0; i < dx.size(); ++i) {
      ASSERT_NEAR(to_float(dx[i]), expected_dx[i], rounding<T>(expected_dx[i]) + off) << i;
    }
    const double off_w = 1e-3 + filtering<T>(g, images * g.out_pixels());
    for (size_t i = 0; i < dw.size(); ++i) ASSERT_NEAR(dw[i], expected_dw[i], off_w) << i;
    for (size_t i = 0; i < db.size(); ++i) ASSERT_NEAR(db[i], expected_db[i], 1e-3) << i;
  }
};

TEST_P(TileConvolutionTest, forward_is_the_sum_over_taps_in_bf16) {
  for_each_bf16_unit([&] { expect_forward<Bf16>(); });
}
TEST_P(TileConvolutionTest, forward_is_the_sum_over_taps_in_float) {
  expect_forward<float>();
}
TEST_P(TileConvolutionTest, activation_is_applied_to_the_sum_in_bf16) {
  for_each_bf16_unit([&] { expect_activation<Bf16>(); });
}
TEST_P(TileConvolutionTest, activation_is_applied_to_the_sum_in_float) {
  expect_activation<float>();
}
TEST_P(TileConvolutionTest, gradients_are_the_sums_transposed_in_bf16) {
  for_each_bf16_unit([&] { expect_gradients<Bf16>(); });
}
TEST_P(TileConvolutionTest, gradients_are_the_sums_transposed_in_float) {
  expect_gradients<float>();
}

// A 5×5 convolution of 7×9 images, pooled by 2×3: a row is left over.
const ConvolutionGeometry kPooled = {7, 9, 32, 7, 9, 48, 5, 5, 1, 1, 2, 2};
constexpr PoolingWindow kWindow = {2, 3};
constexpr size_t kPooledImages = 5;

size_t pooled_index(size_t n, size_t row, size_t column, size_t f) {
  return ((n * 3 + row) * 3 + column) * 48 + f;
}

template <class T>
void expect_pooled_forward() {
  const auto x = values_of<T>(random_values(kPooledImages * 7 * 9 * 32, 1));
  const auto w = random_values(48 * 32 * 25, 3, 0.1f), bias = random_values(48, 4);
  const ActivationFunction tanh{ActivationKind::kTanh, 0};
  TileConvolution<T> pooled(kPooled, false, kWindow), whole(kPooled, false);
  pooled.set_forward_weights(w.data());
  whole.set_forward_weights(w.data());
  std::vector<T> y(kPooledImages * 3 * 3 * 48), all(kPooledImages * 7 * 9 * 48);
  std::vector<uint8_t> winner(y.size(), 99);
  pooled.forward_pooled(x.data(), kPooledImages, bias.data(), tanh, y.data(), winner.data());
  whole.forward(x.data(), kPooledImages, bias.data(), tanh, all.data());
  for (size_t n = 0; n < kPooledImages; ++n)
    for (size_t r = 0; r < 3; ++r)
      for (size_t c = 0; c < 3; ++c)
        for (size_t f = 0; f < 48; ++f) {
          const size_t at = pooled_index(n, r, c, f);
          float largest = -2;
          for (size_t i = 0; i < 6; ++i) {
            const size_t pixel = (n * 7 + r * 2 + i / 3) * 9 + c * 3 + i % 3;
            largest = std::max(largest, to_float(all[pixel * 48 + f]));
          }
          ASSERT_EQ(to_float(y[at]), largest);
          const size_t won = (n * 7 + r * 2 + winner[at] / 3) * 9 + c * 3 + winner[at] % 3;
          ASSERT_EQ(to_float(all[won * 48 + f]), largest);
        }
}

template <class T>
void expect_pooled_gradients() {
  const auto x = values_of<T>(random_values(kPooledImages * 7 * 9 * 32, 1));
  const auto w = random_values(48 * 32 * 25, 3, 0.1f);
  TileConvolution<T> pooled(kPooled, false, kWindow), whole(kPooled, false);
  for (TileConvolution<T>* convolution : {&pooled, &whole}) {
    convolution->set_forward_weights(w.data());
    convolution->set_backward_weights(w.data());
  }
  const size_t size = kPooledImages * 3 * 3 * 48;
  std::vector<T> y(size), scattered(kPooledImages * 7 * 9 * 48);
  const auto dy = values_of<T>(random_values(size, 5));
  std::vector<uint8_t> winner(size);
  pooled.forward_pooled(x.data(), kPooledImages, nullptr, {}, y.data(), winner.data());
  for (size_t n = 0; n < kPooledImages; ++n)
    for (size_t r = 0; r < 3; ++r)
      for (size_t c = 0; c < 3; ++c)
        for (size_t f = 0; f < 48; ++f) {
          const size_t at = pooled_index(n, r, c, f);
          const size_t won = (n * 7 + r * 2 + winner[at] / 3) * 9 + c * 3 + winner[at] % 3;
          scattered[won * 48 + f] = dy[at];
        }
  const auto gradients_of = [&](TileConvolution<T>& convolution,
                                ConvolutionGradients<T> gradients) {
    std::vector<T> dx(x.size());
    std::vector<float> dw(w.size()), db(48);
    gradients.x = x.data();
    gradients.dx = dx.data();
    gradients.dw = dw.data();
    gradients.db = db.data();
    convolution.backward(gradients, kPooledImages, {});
    return std::tuple(dx, dw, db);
  };
  const auto [dx, dw, db] =
      gradients_of(pooled, {.y = y.data(), .winner = winner.data(), .dy = dy.data()});
  const auto [expected_dx, expected_dw, expected_db] =
      gradients_of(whole, {.dy = scattered.data()});
  EXPECT_TRUE(dx == expected_dx);
  EXPECT_TRUE(dw == expected_dw);
  for (size_t f = 0; f < 48; ++f) EXPECT_NEAR(db[f], expected_db[f], 1e-4);
}

TEST(TilePooledConvolution, forward_takes_the_largest_of_each_window) {
  for_each_bf16_unit([&] { expect_pooled_forward<Bf16>(); });
  expect_pooled_forward<float>();
}

TEST(TilePooledConvolution, gradients_flow_to_the_winners_alone) {
  for_each_bf16_unit([&] { expect_pooled_gradients<Bf16>(); });
  expect_pooled_gradients<float>();
}

std::string case_name(const ::testing::TestParamInfo<std::tuple<Case, bool>>& info) {
  return std::string(std::get<0>(info.param).name) +
         (std::get<1>(info.param) ? "_transposed" : "_forward");
}

INSTANTIATE_TEST_SUITE_P(Shapes, TileConvolutionTest,
                         ::testing::Combine(::testing::ValuesIn(kCases), ::testing::Bool()),
                         case_name);

}  // namespace
}  // namespace belamy::kernels
