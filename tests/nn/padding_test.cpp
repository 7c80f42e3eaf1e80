#include "belamy/nn/padding.h"

#include <gtest/gtest.h>

namespace belamy {
namespace {

TEST(Padding, same_with_stride_two_on_an_even_size_pads_only_after) {
  // TensorFlow: 28 with a 3-wide kernel and stride 2 gives 14, padded (0, 1).
  EXPECT_EQ(convolved_length(28, 3, 2, Padding::kSame), 14);
  const PaddingPair padding = convolution_padding(28, 3, 2, Padding::kSame);
  EXPECT_EQ(padding.before, 0);
  EXPECT_EQ(padding.after, 1);
}

TEST(Padding, same_with_stride_two_on_an_odd_size_pads_both_sides) {
  EXPECT_EQ(convolved_length(7, 3, 2, Padding::kSame), 4);
  const PaddingPair padding = convolution_padding(7, 3, 2, Padding::kSame);
  EXPECT_EQ(padding.before, 1);
  EXPECT_EQ(padding.after, 1);
}

TEST(Padding, valid_drops_the_remainder) {
  EXPECT_EQ(convolved_length(14, 5, 1, Padding::kValid), 10);
  EXPECT_EQ(convolved_length(5, 2, 2, Padding::kValid), 2);
  EXPECT_LE(convolved_length(2, 5, 1, Padding::kValid), 0);
}

TEST(Padding, same_never_pads_below_zero_when_the_stride_exceeds_the_kernel) {
  const PaddingPair padding = convolution_padding(6, 1, 3, Padding::kSame);
  EXPECT_EQ(padding.before, 0);
  EXPECT_EQ(padding.after, 0);
}

TEST(Padding, transposed_same_multiplies_by_the_stride) {
  EXPECT_EQ(transposed_length(7, 4, 2, Padding::kSame), 14);
  const PaddingPair cut = transposed_cut(7, 4, 2, Padding::kSame);
  EXPECT_EQ(cut.before, 1);
  EXPECT_EQ(cut.after, 1);
}

TEST(Padding, transposed_same_with_an_odd_kernel_cuts_only_the_end) {
  const PaddingPair cut = transposed_cut(7, 3, 2, Padding::kSame);
  EXPECT_EQ(cut.before, 0);
  EXPECT_EQ(cut.after, 1);
}

TEST(Padding, transposed_with_a_kernel_below_the_stride_adds_at_the_end) {
  EXPECT_EQ(transposed_length(5, 2, 3, Padding::kSame), 15);
  const PaddingPair cut = transposed_cut(5, 2, 3, Padding::kSame);
  EXPECT_EQ(cut.before, 0);
  EXPECT_EQ(cut.after, -1);
}

}  // namespace
}  // namespace belamy
