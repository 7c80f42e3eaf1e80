#include "belamy/kernels/upsampled_kernel.h"

#include <gtest/gtest.h>

#include <numeric>
#include <vector>

namespace belamy::kernels {
namespace {

// Source pixels i, i + 1 upsampled by 2 are i, i, i + 1, i + 1. Written out, the three weights meet
// the source as c alone, b and c, a and b, a alone.
TEST(UpsampledKernel, copies_meet_sums_of_weights) {
  const UpsampledKernel shape{.columns = 3, .column_factor = 2};
  const std::vector<float> kernel = {1, 20, 300};
  std::vector<float> wide(shape.wide_size());
  widen_kernel(kernel.data(), shape, wide.data());
  EXPECT_EQ(wide, (std::vector<float>{300, 320, 21, 1}));
}

TEST(UpsampledKernel, filters_and_channels_change_places) {
  const UpsampledKernel shape{.filters = 2, .channels = 3, .row_factor = 2};
  const std::vector<float> kernel = {1, 2, 3, 4, 5, 6};  // [filter][channel]
  std::vector<float> wide(shape.wide_size());
  widen_kernel(kernel.data(), shape, wide.data());
  EXPECT_EQ(wide, (std::vector<float>{1, 4, 1, 4, 2, 5, 2, 5, 3, 6, 3, 6}));
}

// <widen(k), w> = <k, narrow(w)>, whole numbers so that no sum is rounded.
TEST(UpsampledKernel, the_gradient_is_the_adjoint) {
  const UpsampledKernel shape{19, 5, 3, 33, 2, 3};
  std::vector<float> kernel(shape.size()), wide(shape.wide_size()), gradient(shape.size());
  std::vector<float> of_wide(shape.wide_size());
  for (size_t i = 0; i < kernel.size(); ++i) kernel[i] = static_cast<float>(i * 7 % 11) - 5;
  for (size_t i = 0; i < of_wide.size(); ++i) of_wide[i] = static_cast<float>(i * 5 % 13) - 6;
  widen_kernel(kernel.data(), shape, wide.data());
  narrow_gradient(of_wide.data(), shape, gradient.data());
  EXPECT_EQ(std::inner_product(wide.begin(), wide.end(), of_wide.begin(), 0.0),
            std::inner_product(kernel.begin(), kernel.end(), gradient.begin(), 0.0));
}

}  // namespace
}  // namespace belamy::kernels
