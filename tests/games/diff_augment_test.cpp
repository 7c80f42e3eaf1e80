#include "belamy/games/diff_augment.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <torch/autograd.h>

#include <algorithm>
#include <cmath>

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

// Written out with LibTorch's operations, a step after another.
at::Tensor by_the_paper(at::Tensor x, RandomStream& random) {
  const auto factors = [&](double low, double high) {
    at::Tensor drawn = at::empty({x.size(0), 1, 1, 1}, x.options());
    for (int64_t i = 0; i < x.size(0); ++i) drawn[i].fill_(low + (high - low) * random.uniform());
    return drawn;
  };
  const auto below = [&](int64_t count) {
    return static_cast<int64_t>(random.below(static_cast<uint64_t>(count)));
  };
  x = x + factors(-0.5, 0.5);
  const at::Tensor grey = x.mean({1}, true);
  x = (x - grey) * factors(0, 2) + grey;
  const at::Tensor mean = x.mean({1, 2, 3}, true);
  x = (x - mean) * factors(0.5, 1.5) + mean;
  const int64_t rows = x.size(2), columns = x.size(3), most = rows / 8, across = columns / 8;
  const at::Tensor padded = at::constant_pad_nd(x, {across, across, most, most}, 0);
  std::vector<at::Tensor> images = padded.unbind(0);
  for (at::Tensor& image : images) {
    const int64_t down = below(2 * most + 1);
    image = image.narrow(1, down, rows).narrow(2, below(2 * across + 1), columns);
  }
  x = at::stack(images).clone();
  for (int64_t i = 0; i < x.size(0); ++i) {
    const int64_t top = below(rows) - rows / 4, left = below(columns) - columns / 4;
    for (int64_t r = std::max<int64_t>(top, 0); r < std::min(top + rows / 2, rows); ++r) {
      for (int64_t c = std::max<int64_t>(left, 0); c < std::min(left + columns / 2, columns); ++c) {
        x.select(0, i).select(1, r).select(1, c).zero_();
      }
    }
  }
  return x;
}

TEST(DiffAugment, changes_images_as_its_operations_one_after_another) {
  const at::Tensor x = at::randn({6, 3, 16, 24}, at::kDouble);
  RandomStream random(1, "augment");
  const AugmentOptions all{true, true, true};
  EXPECT_TRUE(at::allclose(changed(x, all), by_the_paper(x, random), 1e-10, 1e-12));
}

TEST(DiffAugment, takes_any_layout_in_memory) {
  const at::Tensor x = at::randn({2, 3, 8, 8});
  const AugmentOptions all{true, true, true};
  EXPECT_TRUE(
      at::equal(changed(x, all), changed(x.contiguous(at::MemoryFormat::ChannelsLast), all)));
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
    EXPECT_NEAR(gradient.reshape(-1)[place].item<double>(), slope, 1e-6);
  }
}

// What R1 asks for.
TEST(DiffAugment, gradients_of_gradients_are_those_of_finite_differences) {
  const AugmentOptions all{true, true, true};
  const at::Tensor x = at::randn({2, 2, 8, 8}, at::kDouble).requires_grad_(true);
  const auto penalty = [&](const at::Tensor& at_x) {
    const at::Tensor of_x = at_x.detach().requires_grad_(true);
    const at::Tensor value = changed(of_x, all).pow(3).sum();
    return torch::autograd::grad({value}, {of_x})[0].square().sum();
  };
  const at::Tensor first =
      torch::autograd::grad({changed(x, all).pow(3).sum()}, {x}, {}, {}, /*create_graph=*/true)[0];
  const at::Tensor gradient = torch::autograd::grad({first.square().sum()}, {x})[0];
  const at::Tensor step = at::zeros_like(x);
  for (const int64_t place : {0, 27, 63, 200}) {
    step.zero_().view(-1)[place] = 1e-4;
    const double slope = (penalty(x + step) - penalty(x - step)).item<double>() / 2e-4;
    EXPECT_NEAR(gradient.reshape(-1)[place].item<double>(), slope, 1e-4 * std::abs(slope) + 1e-5);
  }
}

}  // namespace
}  // namespace belamy
