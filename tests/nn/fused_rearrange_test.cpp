#include "belamy/nn/fused_rearrange.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "tests/support/gradients.h"

namespace belamy {
namespace {

using testing::gradient_of;

// Images of 3 × 5 × 4, in both layouts, and what a stage and its layer make of them.
class FusedRearrangeTest : public ::testing::TestWithParam<at::MemoryFormat> {
 protected:
  static void expect_same(const Stage& stage, const Layer& layer, const at::Tensor& given) {
    const at::Tensor x = given.detach().requires_grad_();
    const at::Tensor y = stage.forward(x, {}), expected = layer.forward(x, {});
    EXPECT_TRUE(at::equal(y, expected));
    const at::Tensor weights = at::randn_like(expected);
    EXPECT_TRUE(
        at::equal(gradient_of((y * weights).sum(), x), gradient_of((expected * weights).sum(), x)));
    const auto second = [&](const at::Tensor& of) {
      return gradient_of(gradient_of((of.pow(3) * weights).sum(), x, true).square().sum(), x);
    };
    EXPECT_TRUE(at::allclose(second(y), second(expected)));
  }
};

TEST_P(FusedRearrangeTest, flattens_as_the_layer_does) {
  const Flatten layer{FlattenOptions{}};
  const auto stage = make_fused_flatten(layer);
  expect_same(*stage, layer, at::randn({2, 3, 5, 4}).contiguous(GetParam()));
  expect_same(*stage, layer, at::randn({2, 1, 5, 4}).contiguous(GetParam()));
  const at::Tensor narrow = at::randn({2, 40, 7, 7}, at::kBFloat16).contiguous(GetParam());
  EXPECT_TRUE(at::equal(stage->forward(narrow, {}), layer.forward(narrow, {})));
}

TEST_P(FusedRearrangeTest, reshapes_as_the_layer_does_into_pixels_of_channels) {
  const Reshape images(ReshapeOptions{.shape = {3, 5, 4}}), numbers(ReshapeOptions{.shape = {60}});
  const auto to_images = make_fused_reshape(images), to_numbers = make_fused_reshape(numbers);
  const at::Tensor flat = at::randn({2, 60});
  expect_same(*to_images, images, flat);
  EXPECT_TRUE(to_images->forward(flat, {}).is_contiguous(at::MemoryFormat::ChannelsLast));
  expect_same(*to_numbers, numbers, at::randn({2, 3, 5, 4}).contiguous(GetParam()));
}

INSTANTIATE_TEST_SUITE_P(Layouts, FusedRearrangeTest,
                         ::testing::Values(at::MemoryFormat::Contiguous,
                                           at::MemoryFormat::ChannelsLast));

}  // namespace
}  // namespace belamy
