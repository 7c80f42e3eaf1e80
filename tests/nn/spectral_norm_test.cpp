#include "belamy/nn/spectral_norm.h"

#include <ATen/ATen.h>
#include <torch/autograd.h>

#include "belamy/nn/folding.h"
#include "belamy/nn/network.h"
#include "tests/support/errors.h"

namespace belamy {
namespace {

ForwardContext training() {
  return {Mode::kTraining, /*update_statistics=*/true, Precision::kFp32, nullptr};
}

// The largest singular value by power iteration in float64, far past convergence.
double largest_singular_value(const at::Tensor& matrix) {
  const at::Tensor wide = matrix.detach().to(at::kDouble);
  at::Tensor v = at::ones({wide.size(1)}, at::kDouble);
  for (int i = 0; i < 1000; ++i) {
    v = wide.t().mv(wide.mv(v));
    v = v / v.norm();
  }
  return wide.mv(v).norm().item<double>();
}

TEST(SpectralNorm, training_brings_the_largest_singular_value_to_one) {
  at::manual_seed(2);
  for (const int64_t outputs : {0, 1}) {
    const at::Tensor weight = at::randn({6, 5, 3, 3});
    RandomStream random(1, "test");
    const SpectralNorm norm(weight, outputs, random);
    for (int i = 0; i < 300; ++i) norm.apply(weight, training());
    const at::Tensor matrix = norm.apply(weight, {}).transpose(0, outputs).flatten(1);
    EXPECT_NEAR(largest_singular_value(matrix), 1, 1e-4);
  }
}

TEST(SpectralNorm, only_training_that_updates_statistics_moves_the_vector) {
  const at::Tensor weight = at::randn({4, 3});
  RandomStream random(1, "test");
  const SpectralNorm norm(weight, 0, random);
  const at::Tensor before = norm.vector().clone();
  ForwardContext locked = training();
  locked.update_statistics = false;
  norm.apply(weight, {});
  norm.apply(weight, locked);
  EXPECT_TRUE(at::equal(norm.vector(), before));
  norm.apply(weight, training());
  EXPECT_FALSE(at::equal(norm.vector(), before));
}

TEST(SpectralNorm, the_gradient_knows_that_the_weight_scales_its_own_divisor) {
  // At convergence W / sigma does not change when W grows, so the gradient along W vanishes.
  at::manual_seed(3);
  const at::Tensor weight = at::randn({4, 3}).set_requires_grad(true);
  RandomStream random(1, "test");
  const SpectralNorm norm(weight, 0, random);
  for (int i = 0; i < 300; ++i) norm.apply(weight, training());
  const at::Tensor weights = at::randn({4, 3});
  const at::Tensor gradient =
      torch::autograd::grad({(norm.apply(weight, {}) * weights).sum()}, {weight})[0];
  EXPECT_NEAR((gradient * weight).sum().item<double>(), 0, 1e-5);
  EXPECT_GT(gradient.norm().item<double>(), 0.01);
}

std::vector<LayerOptions> normalized_layers() {
  ConvOptions conv;
  conv.filters = 4, conv.kernel = {3}, conv.strides = {2}, conv.padding = "same";
  conv.activation = LeakyRelu{0.2}, conv.spectral_norm = true;
  ConvTransposeOptions up;
  up.filters = 3, up.kernel = {4}, up.strides = {2}, up.padding = "same", up.spectral_norm = true;
  DenseOptions dense;
  dense.units = 2, dense.spectral_norm = true;
  return {conv, BatchNormOptions{}, up, FlattenOptions{}, dense};
}

TEST(SpectralNorm, compiled_networks_compute_what_the_plain_layers_do) {
  const Network network("discriminator", normalized_layers(), {2, 6, 6}, 1);
  const at::Tensor x = at::randn({3, 2, 6, 6});
  for (int i = 0; i < 200; ++i) network.forward(x, training());
  EXPECT_TRUE(at::allclose(network.forward(x, {}), network.plain_forward(x, {}), 1e-4, 1e-5));
  EXPECT_FALSE(fold_batch_norm(network).has_value());
  // Three vectors beside the batch normalisation's averages.
  EXPECT_EQ(network.flat_statistics().views().size(), 5u);
}

TEST(SpectralNorm, a_saved_state_goes_on_as_if_it_had_not_been_saved) {
  const Network first("discriminator", normalized_layers(), {2, 6, 6}, 1);
  Network second("discriminator", normalized_layers(), {2, 6, 6}, 2);
  const at::Tensor x = at::randn({3, 2, 6, 6});
  first.forward(x, training());
  second.load_state(first.state(), "memory");
  EXPECT_TRUE(at::equal(first.forward(x, training()), second.forward(x, training())));
}

}  // namespace
}  // namespace belamy
