#include "belamy/games/diff_augment.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <torch/autograd.h>

namespace belamy {
namespace {

at::Tensor changed(const at::Tensor& x, const AugmentOptions& options, uint64_t seed = 1) {
  RandomStream random(seed, "augment");
  return augmented(x, options, random);
}

TEST(DiffAugment, without_a_change_asked_for_gives_back_what_it_got) {
  const at::Tensor x = at::randn({2, 3, 8, 8});
  EXPECT_TRUE(at::equal(changed(x, {}), x));
}

TEST(DiffAugment, equal_streams_give_equal_changes_and_others_others) {
  const at::Tensor x = at::randn({4, 3, 16, 16});
  const AugmentOptions all{true, true, true};
  EXPECT_TRUE(at::equal(changed(x, all), changed(x, all)));
  EXPECT_FALSE(at::equal(changed(x, all), changed(x, all, 2)));
}

TEST(DiffAugment, cutout_blanks_at_most_a_quarter_and_leaves_the_rest) {
  const at::Tensor x = at::ones({200, 1, 16, 16});
  const at::Tensor kept = changed(x, {.cutout = true}).mean({1, 2, 3});
  EXPECT_GE(kept.min().item<double>(), 0.75);
  EXPECT_LT(kept.min().item<double>(), 0.76);
  EXPECT_LE(kept.max().item<double>(), 1 - 0.25 * 0.25);  // a corner's share at least
}

TEST(DiffAugment, translation_shifts_by_an_eighth_at_most_and_fills_with_zero) {
  const at::Tensor x = at::ones({300, 1, 16, 16});
  const at::Tensor rows = changed(x, {.translation = true}).amax({1, 3}).sum(1);  // rows left
  EXPECT_EQ(rows.min().item<double>(), 14);
  EXPECT_EQ(rows.max().item<double>(), 16);
  at::Tensor marked = at::zeros({1, 1, 16, 16});
  marked[0][0][8][8] = 1;
  EXPECT_EQ(changed(marked, {.translation = true}).sum().item<double>(), 1);
}

TEST(DiffAugment, color_keeps_an_images_form) {
  // Grey images have no saturation: what remains is brightness and contrast, linear in each image.
  const at::Tensor x = at::randn({5, 1, 8, 8});
  const at::Tensor y = changed(x, {.color = true});
  const auto centred = [](const at::Tensor& t) {
    const at::Tensor moved = t - t.mean({1, 2, 3}, true);
    return moved / moved.square().mean({1, 2, 3}, true).sqrt();
  };
  EXPECT_TRUE(at::allclose(centred(x), centred(y), 1e-3, 1e-4));
  EXPECT_FALSE(at::allclose(x, y, 1e-2, 1e-2));
}

TEST(DiffAugment, gradients_are_those_of_finite_differences) {
  const AugmentOptions all{true, true, true};
  const at::Tensor x = at::randn({1, 2, 8, 8}, at::kDouble).requires_grad_(true);
  const at::Tensor weights = at::randn({1, 2, 8, 8}, at::kDouble);
  const auto value = [&](const at::Tensor& at_x) { return (changed(at_x, all) * weights).sum(); };
  const at::Tensor gradient = torch::autograd::grad({value(x)}, {x})[0];
  const at::Tensor step = at::zeros_like(x);
  for (const int64_t place : {0, 27, 63, 100}) {
    step.zero_().view(-1)[place] = 1e-4;
    const double slope = (value(x + step) - value(x - step)).item<double>() / 2e-4;
    EXPECT_NEAR(gradient.view(-1)[place].item<double>(), slope, 1e-6);
  }
}

}  // namespace
}  // namespace belamy
