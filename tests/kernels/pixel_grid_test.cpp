// The layout that gradients of weights stand on, against the definition of a convolution: for every
// output and tap, the position a constant distance away holds the pixel that the tap looks at.
#include "belamy/kernels/pixel_grid.h"

#include <gtest/gtest.h>

#include <string>

namespace belamy::kernels {
namespace {

struct Case {
  const char* name;
  ConvolutionGeometry geometry;
  size_t image_pixels;  // by hand
};

const Case kCases[] = {
    {"one_by_one", {5, 7, 1, 5, 7, 1, 1, 1, 1, 1, 0, 0}, 35},
    // Rows share the zeros between them: 8 apart, not 9; so do images.
    {"same_3", {7, 7, 1, 7, 7, 1, 3, 3, 1, 1, 1, 1}, 64},
    {"same_5", {14, 14, 1, 14, 14, 1, 5, 5, 1, 1, 2, 2}, 256},
    {"valid_3", {18, 18, 1, 16, 16, 1, 3, 3, 1, 1, 0, 0}, 324},
    // Each residue has its zero on another side: nothing to share.
    {"strided_4", {14, 14, 1, 7, 7, 1, 4, 4, 2, 2, 1, 1}, 64},
    {"strided_5", {16, 16, 1, 8, 8, 1, 5, 5, 2, 2, 2, 2}, 81},
    {"stride_above_kernel", {10, 10, 1, 4, 4, 1, 2, 2, 3, 3, 0, 0}, 16},
    {"unlike_sides", {6, 12, 1, 3, 12, 1, 3, 2, 2, 1, 1, 0}, 52},
};

class PixelGridTest : public ::testing::TestWithParam<Case> {};

// What the grid has at a position of the row of images, counted from the first image.
ptrdiff_t pixel_at(const PixelGrid& grid, const std::vector<ptrdiff_t>& places, size_t position) {
  const ptrdiff_t place = places[position % grid.image_pixels()];
  const size_t image = position / grid.image_pixels();
  return place == PixelGrid::kOutside ? place : place + static_cast<ptrdiff_t>(1000 * image);
}

void expect_constant_distances(const ConvolutionGeometry& g, const PixelGrid& grid) {
  for (size_t entry = 0; entry < grid.outputs().size(); ++entry) {
    const size_t position = grid.position(entry);
    const ptrdiff_t output = grid.outputs()[entry];
    if (output == PixelGrid::kOutside) continue;
    const size_t out_row = static_cast<size_t>(output) / g.out_columns;
    const size_t out_column = static_cast<size_t>(output) % g.out_columns;
    for (size_t r = 0; r < g.kernel_rows; ++r) {
      for (size_t c = 0; c < g.kernel_columns; ++c) {
        const size_t row = out_row * g.stride_rows + r, column = out_column * g.stride_columns + c;
        const bool inside = row >= g.pad_top && row < g.pad_top + g.in_rows &&
                            column >= g.pad_left && column < g.pad_left + g.in_columns;
        const ptrdiff_t expected =
            inside ? static_cast<ptrdiff_t>((row - g.pad_top) * g.in_columns + column - g.pad_left)
                   : PixelGrid::kOutside;
        const auto& inputs = grid.inputs(grid.residue_of(r, c));
        EXPECT_EQ(pixel_at(grid, inputs, position + grid.distance(r, c)), expected)
            << "output " << output << ", tap " << r << ", " << c;
      }
    }
  }
}

TEST_P(PixelGridTest, taps_are_constant_distances) {
  const ConvolutionGeometry& g = GetParam().geometry;
  expect_constant_distances(g, PixelGrid(g, 32));
  for (const size_t run : {1, 2}) expect_constant_distances(g, PixelGrid(g, 32, run));
}

void expect_outputs_in_one_step_each(const ConvolutionGeometry& g, const PixelGrid& grid) {
  const size_t images = 3;
  std::vector<int> seen(images * g.out_pixels(), 0);
  for (size_t step = 0; step < grid.steps(images); ++step) {
    const size_t first = grid.step_begin(step);
    EXPECT_EQ(first % 2, 0u);
    for (size_t entry = first; entry < first + 32; ++entry) {
      const size_t image = entry / grid.outputs().size();
      const ptrdiff_t output = grid.outputs()[entry % grid.outputs().size()];
      if (image >= images || output == PixelGrid::kOutside) continue;
      ++seen[image * g.out_pixels() + static_cast<size_t>(output)];
    }
  }
  EXPECT_EQ(seen, std::vector<int>(seen.size(), 1));
}

TEST_P(PixelGridTest, every_output_is_in_one_step) {
  const ConvolutionGeometry& g = GetParam().geometry;
  expect_outputs_in_one_step_each(g, PixelGrid(g, 32));
  for (const size_t run : {1, 2}) expect_outputs_in_one_step_each(g, PixelGrid(g, 32, run));
}

TEST_P(PixelGridTest, runs_begin_at_multiples_of_their_length_and_hold_at_most_one_zero_a_row) {
  const ConvolutionGeometry& g = GetParam().geometry;
  EXPECT_EQ(PixelGrid(g, 32, 1).density(), 1);
  const PixelGrid pairs(g, 32, 2);
  EXPECT_EQ(pairs.outputs().size(), g.out_rows * (g.out_columns + g.out_columns % 2));
  for (size_t entry = 0; entry < 3 * pairs.outputs().size(); entry += 2) {
    EXPECT_EQ(pairs.position(entry) % 2, 0u);
    EXPECT_EQ(pairs.position(entry + 1), pairs.position(entry) + 1);
  }
}

TEST_P(PixelGridTest, images_stand_as_close_as_their_zeros_allow) {
  EXPECT_EQ(PixelGrid(GetParam().geometry, 32).image_pixels(), GetParam().image_pixels);
}

INSTANTIATE_TEST_SUITE_P(Shapes, PixelGridTest, ::testing::ValuesIn(kCases),
                         [](const auto& test) { return std::string(test.param.name); });

}  // namespace
}  // namespace belamy::kernels
