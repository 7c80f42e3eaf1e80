// Against matrix products written out in double.
#include "belamy/kernels/dense.h"

#include <gtest/gtest.h>
#include <omp.h>

#include <cmath>
#include <random>
#include <string>
#include <vector>

namespace belamy::kernels {
namespace {

struct Size {
  size_t rows, inputs, units;
};

class TileDenseTest : public ::testing::TestWithParam<Size> {
 protected:
  static std::vector<Bf16> random_narrow(size_t count, unsigned seed) {
    std::mt19937 engine(seed);
    std::uniform_real_distribution<float> draw(-1, 1);
    std::vector<Bf16> values(count);
    for (Bf16& value : values) value = to_bf16(draw(engine));
    return values;
  }
  static std::vector<float> random_wide(size_t count, unsigned seed) {
    std::vector<float> values;
    for (const Bf16 value : random_narrow(count, seed)) values.push_back(to_float(value));
    return values;
  }

  const Size size = GetParam();
  std::vector<Bf16> x = random_narrow(size.rows * size.inputs, 1);
  std::vector<Bf16> dy = random_narrow(size.rows * size.units, 2);
  std::vector<float> w = random_wide(size.units * size.inputs, 3);
  std::vector<float> bias = random_wide(size.units, 4);
};

TEST_P(TileDenseTest, forward_is_the_matrix_product) {
  TileDense dense(size.inputs, size.units);
  dense.set_weights(w.data(), false);
  std::vector<float> y(size.rows * size.units, -1000.0f);
  dense.forward(x.data(), size.rows, bias.data(), {ActivationKind::kRelu}, y.data());
  for (size_t n = 0; n < size.rows; ++n) {
    for (size_t u = 0; u < size.units; ++u) {
      double sum = bias[u];
      for (size_t k = 0; k < size.inputs; ++k) {
        sum += double{to_float(x[n * size.inputs + k])} * w[u * size.inputs + k];
      }
      ASSERT_NEAR(y[n * size.units + u], std::max(sum, 0.0), 2e-4) << n << " " << u;
    }
  }
}

TEST_P(TileDenseTest, gradients_are_the_transposed_products) {
  TileDense dense(size.inputs, size.units);
  dense.set_weights(w.data(), true);
  std::vector<Bf16> dx(x.size(), Bf16{0x7fc0});
  std::vector<float> dw(w.size(), -1000.0f), db(size.units, -1000.0f);
  dense.backward(
      {.x = x.data(), .dy = dy.data(), .dx = dx.data(), .dw = dw.data(), .db = db.data()},
      size.rows, {});
  std::vector<double> expected_dx(x.size()), expected_dw(w.size()), expected_db(size.units);
  for (size_t n = 0; n < size.rows; ++n) {
    for (size_t u = 0; u < size.units; ++u) {
      const double gradient = to_float(dy[n * size.units + u]);
      expected_db[u] += gradient;
      for (size_t k = 0; k < size.inputs; ++k) {
        expected_dx[n * size.inputs + k] += gradient * w[u * size.inputs + k];
        expected_dw[u * size.inputs + k] += gradient * to_float(x[n * size.inputs + k]);
      }
    }
  }
  for (size_t i = 0; i < dx.size(); ++i) {
    ASSERT_NEAR(to_float(dx[i]), expected_dx[i], std::abs(expected_dx[i]) / 250 + 1e-3) << i;
  }
  for (size_t i = 0; i < dw.size(); ++i) ASSERT_NEAR(dw[i], expected_dw[i], 1e-3) << i;
  for (size_t i = 0; i < db.size(); ++i) ASSERT_NEAR(db[i], expected_db[i], 1e-3) << i;
}

TEST_P(TileDenseTest, number_of_threads_changes_no_bit) {
  std::vector<std::vector<float>> results;
  for (const int threads : {1, 2}) {
    omp_set_num_threads(threads);
    TileDense dense(size.inputs, size.units);
    dense.set_weights(w.data(), true);
    std::vector<float> result(w.size());
    dense.backward({.x = x.data(), .dy = dy.data(), .dw = result.data()}, size.rows, {});
    results.push_back(result);
  }
  omp_set_num_threads(omp_get_num_procs());
  EXPECT_EQ(results[0], results[1]);
}

std::string size_name(const ::testing::TestParamInfo<Size>& info) {
  return std::to_string(info.param.rows) + "x" + std::to_string(info.param.inputs) + "x" +
         std::to_string(info.param.units);
}

INSTANTIATE_TEST_SUITE_P(Sizes, TileDenseTest,
                         ::testing::Values(Size{1, 1, 1}, Size{16, 32, 16}, Size{128, 100, 256},
                                           Size{33, 784, 48}, Size{225, 64, 1}, Size{7, 3, 70},
                                           Size{45, 320, 96}),
                         size_name);

}  // namespace
}  // namespace belamy::kernels
