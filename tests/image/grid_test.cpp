#include "belamy/image/grid.h"

#include <gtest/gtest.h>

#include "tests/data/byte_files.h"
#include "tests/support/errors.h"

namespace belamy {
namespace {

using testing::Bytes;
using testing::expect_error;

TEST(Grid, five_pictures_make_two_columns_and_three_rows_with_a_black_rest) {
  const Bytes pixels = {1, 2, 3, 4, 5};
  const Image grid = make_grid({5, 1, 1, 1, pixels});
  EXPECT_EQ(grid, (Image{3, 2, 1, {1, 2, 3, 4, 5, 0}}));
}

TEST(Grid, a_hundred_pictures_make_ten_by_ten) {
  const Bytes pixels(100 * 28 * 28, 7);
  const Image grid = make_grid({100, 28, 28, 1, pixels});
  EXPECT_EQ(grid, blank_image(280, 280, 1, 7));
}

TEST(Grid, pictures_stay_whole_in_colour_and_in_any_number_of_columns) {
  const Bytes pixels = testing::counting_bytes(2 * 2 * 2 * 3);  // two 2x2 colour pictures
  const Image row = make_grid({2, 2, 2, 3, pixels}, {.columns = 2});
  EXPECT_EQ(row.height, 2);
  EXPECT_EQ(row.width, 4);
  EXPECT_EQ(row.pixels, (Bytes{0, 1, 2, 3, 4,  5,  12, 13, 14, 15, 16, 17,
                               6, 7, 8, 9, 10, 11, 18, 19, 20, 21, 22, 23}));
  const Image column = make_grid({2, 2, 2, 3, pixels}, {.columns = 1});
  EXPECT_EQ(column, (Image{4, 2, 3, pixels}));
}

TEST(Grid, the_gap_is_grey_and_only_between_pictures) {
  const Bytes pixels = {10, 20, 30, 40};
  const Image grid = make_grid({4, 1, 1, 1, pixels}, {.gap = 1});
  EXPECT_EQ(grid, (Image{3, 3, 1, {10, 128, 20, 128, 128, 128, 30, 128, 40}}));
}

TEST(Grid, zoom_makes_squares_of_pixels) {
  const Bytes pixels = {1, 2};
  const Image grid = make_grid({1, 1, 2, 1, pixels}, {.zoom = 2});
  EXPECT_EQ(grid, (Image{2, 4, 1, {1, 1, 2, 2, 1, 1, 2, 2}}));
}

TEST(Grid, automatic_zoom_enlarges_small_grids_and_leaves_large_ones) {
  const auto side = [](int64_t count) {
    const Bytes pixels(static_cast<size_t>(count) * 28 * 28);
    return make_grid({count, 28, 28, 1, pixels}, {.gap = 2, .zoom = 0}).width;
  };
  EXPECT_EQ(side(1), 112);                  // four times, the most
  EXPECT_EQ(side(25), 5 * 28 * 3 + 4 * 2);  // three times: four would exceed 512
  EXPECT_EQ(side(400), 20 * 28 + 19 * 2);   // as it is
}

TEST(Grid, bytes_that_do_not_fit_the_shape_are_refused) {
  const Bytes pixels(9);
  expect_error(ErrorKind::kShape, {"2x2x2x1", "8", "9"}, [&] { make_grid({2, 2, 2, 1, pixels}); });
  expect_error(ErrorKind::kShape, {"at least 1"}, [] { make_grid({0, 2, 2, 1, {}}); });
}

TEST(Grid, options_out_of_range_and_oversized_grids_are_refused) {
  const Bytes pixels(100);
  expect_error(ErrorKind::kUsage, {"-1"}, [&] { make_grid({1, 10, 10, 1, pixels}, {.gap = -1}); });
  expect_error(ErrorKind::kData, {"16384", "20000"}, [&] {
    make_grid({1, 10, 10, 1, pixels}, {.zoom = 2000});
  });
}

}  // namespace
}  // namespace belamy
