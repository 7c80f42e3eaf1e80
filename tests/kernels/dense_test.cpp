// Against matrix products written out in double.
#include "belamy/kernels/dense.h"

#include <gtest/gtest.h>
#include <omp.h>

#include <cmath>
#include <string>
#include <vector>

#include "tests/kernels/kernel_testing.h"
#include "tests/kernels/product_testing.h"

namespace belamy::kernels {
namespace {

struct Size {
  size_t rows, inputs, units;
};

class TileDenseTest : public ::testing::TestWithParam<Size> {
 protected:
  const Size size = GetParam();
  std::vector<float> x = random_values(size.rows * size.inputs, 1);
  std::vector<float> dy = random_values(size.rows * size.units, 2);
  std::vector<float> w = random_values(size.units * size.inputs, 3);
  std::vector<float> bias = random_values(size.units, 4);

  template <class T>
  void expect_forward() const {
    TileDense<T> dense(size.inputs, size.units);
    dense.set_forward_weights(w.data());
    std::vector<float> y(size.rows * size.units, -1000.0f);
    dense.forward(values_of<T>(x).data(), size.rows, bias.data(), {ActivationKind::kRelu},
                  y.data());
    for (size_t n = 0; n < size.rows; ++n) {
      for (size_t u = 0; u < size.units; ++u) {
        double sum = bias[u];
        for (size_t k = 0; k < size.inputs; ++k) {
          sum += double{x[n * size.inputs + k]} * w[u * size.inputs + k];
        }
        ASSERT_NEAR(y[n * size.units + u], std::max(sum, 0.0), 2e-4) << n << " " << u;
      }
    }
  }

  // `function` has slope 1 wherever y is 0.5.
  template <class T>
  void expect_gradients(ActivationFunction function) const {
    TileDense<T> dense(size.inputs, size.units);
    dense.set_backward_weights(w.data());
    const std::vector<T> own_x = values_of<T>(x), own_dy = values_of<T>(dy);
    const std::vector<T> y = values_of<T>(std::vector<float>(dy.size(), 0.5f));
    std::vector<T> dx = values_of<T>(std::vector<float>(x.size(), NAN));
    std::vector<float> dw(w.size(), -1000.0f), db(size.units, -1000.0f);
    dense.backward({.x = own_x.data(),
                    .y = y.data(),
                    .dy = own_dy.data(),
                    .dx = dx.data(),
                    .dw = dw.data(),
                    .db = db.data()},
                   size.rows, function);
    std::vector<double> expected_dx(x.size()), expected_dw(w.size()), expected_db(size.units);
    for (size_t n = 0; n < size.rows; ++n) {
      for (size_t u = 0; u < size.units; ++u) {
        const double gradient = dy[n * size.units + u];
        expected_db[u] += gradient;
        for (size_t k = 0; k < size.inputs; ++k) {
          expected_dx[n * size.inputs + k] += gradient * w[u * size.inputs + k];
          expected_dw[u * size.inputs + k] += gradient * x[n * size.inputs + k];
        }
      }
    }
    for (size_t i = 0; i < dx.size(); ++i) {
      ASSERT_NEAR(to_float(dx[i]), expected_dx[i], std::abs(expected_dx[i]) / 250 + 1e-3) << i;
    }
    for (size_t i = 0; i < dw.size(); ++i) ASSERT_NEAR(dw[i], expected_dw[i], 1e-3) << i;
    for (size_t i = 0; i < db.size(); ++i) ASSERT_NEAR(db[i], expected_db[i], 1e-3) << i;
  }

  template <class T>
  void expect_same_bits_on_any_threads() const {
    std::vector<std::vector<float>> results;
    for (const int threads : {1, 2}) {
      omp_set_num_threads(threads);
      TileDense<T> dense(size.inputs, size.units);
      std::vector<float> result(w.size());
      const std::vector<T> own_x = values_of<T>(x), own_dy = values_of<T>(dy);
      dense.backward({.x = own_x.data(), .dy = own_dy.data(), .dw = result.data()}, size.rows, {});
      results.push_back(result);
    }
    omp_set_num_threads(omp_get_num_procs());
    EXPECT_EQ(results[0], results[1]);
  }

  template <class T>
  struct Passes {
    std::vector<float> y;
    std::vector<T> dx;
  };

  // What a layer makes of its packed weights.
  template <class T>
  Passes<T> passes(TileDense<T>& dense, const std::vector<T>& own_x,
                   const std::vector<T>& own_dy) const {
    Passes<T> made{std::vector<float>(dy.size()), std::vector<T>(x.size())};
    dense.forward(own_x.data(), size.rows, nullptr, {}, made.y.data());
    dense.backward({.dy = own_dy.data(), .dx = made.dx.data()}, size.rows, {});
    return made;
  }

  template <class T>
  void expect_late_gradient_agrees(WeightPacks packs) const {
    TileDense<T> dense(size.inputs, size.units);
    if (!dense.gradient_may_be_late()) return;
    const std::vector<T> own_x = values_of<T>(x), own_dy = values_of<T>(dy);
    std::vector<float> dw(w.size()), late(w.size(), -1000.0f), weights = w;
    dense.backward({.x = own_x.data(), .dy = own_dy.data(), .dw = dw.data()}, size.rows, {});
    dense.set_forward_weights(w.data());
    dense.set_backward_weights(w.data());
    const Passes<T> before = passes(dense, own_x, own_dy);

    dense.backward({.x = own_x.data(), .dy = own_dy.data(), .late_dw = true}, size.rows, {});
    passes(dense, own_x, own_dy);  // may come between
    dense.update_weights(
        [&](size_t begin, size_t count, const float* gradient) {
          std::copy_n(gradient, count, &late[begin]);
          for (size_t i = 0; i < count; ++i) weights[begin + i] -= gradient[i];
        },
        weights.data(), packs);
    EXPECT_EQ(late, dw);
    const Passes<T> after = passes(dense, own_x, own_dy);
    dense.set_forward_weights(weights.data());
    dense.set_backward_weights(weights.data());
    const Passes<T> expected = passes(dense, own_x, own_dy);
    EXPECT_NE(expected.y, before.y);
    EXPECT_EQ(after.y, packs.forward ? expected.y : before.y);
    EXPECT_TRUE(after.dx == (packs.backward ? expected.dx : before.dx));
  }
};

TEST_P(TileDenseTest, forward_is_the_matrix_product) {
  for_each_bf16_unit([&] { expect_forward<Bf16>(); });
  expect_forward<float>();
}

TEST_P(TileDenseTest, gradients_are_the_transposed_products_in_bf16) {
  for_each_bf16_unit([&] { expect_gradients<Bf16>({}); });
  for_each_bf16_unit([&] { expect_gradients<Bf16>({ActivationKind::kRelu}); });
}

TEST_P(TileDenseTest, gradients_are_the_transposed_products_in_float) {
  expect_gradients<float>({});
  expect_gradients<float>({ActivationKind::kRelu});
}

TEST_P(TileDenseTest, number_of_threads_changes_no_bit) {
  for_each_bf16_unit([&] { expect_same_bits_on_any_threads<Bf16>(); });
  expect_same_bits_on_any_threads<float>();
}

TEST_P(TileDenseTest, a_late_gradient_has_the_same_bits_and_updated_weights_are_packed) {
  for (const bool forward : {false, true}) {
    for (const bool backward : {false, true}) {
      const WeightPacks packs{forward, backward};
      for_each_bf16_unit([&] { expect_late_gradient_agrees<Bf16>(packs); });
      expect_late_gradient_agrees<float>(packs);
    }
  }
}

TEST(TileDense, gradients_of_a_few_rows_that_fit_a_cache_may_be_late) {
  EXPECT_TRUE(TileDense<Bf16>(784, 1024).gradient_may_be_late());
  EXPECT_TRUE(TileDense<float>(100, 100352).gradient_may_be_late());
  EXPECT_FALSE(TileDense<float>(256, 1).gradient_may_be_late());
  EXPECT_FALSE(TileDense<float>(3000, 3000).gradient_may_be_late());
}

std::string size_name(const ::testing::TestParamInfo<Size>& info) {
  return std::to_string(info.param.rows) + "x" + std::to_string(info.param.inputs) + "x" +
         std::to_string(info.param.units);
}

INSTANTIATE_TEST_SUITE_P(Sizes, TileDenseTest,
                         ::testing::Values(Size{1, 1, 1}, Size{16, 32, 16}, Size{128, 100, 256},
                                           Size{33, 784, 48}, Size{225, 64, 1}, Size{7, 3, 70},
                                           Size{31, 519, 1}, Size{9, 333, 2}, Size{5, 40, 3},
                                           Size{6, 131, 4}, Size{1, 7, 4}, Size{900, 1111, 1},
                                           Size{45, 320, 96}, Size{50, 90, 77}),
                         size_name);

}  // namespace
}  // namespace belamy::kernels
