#include "belamy/image/surface.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/errors.h"

namespace belamy {
namespace {

using Pixel = std::vector<uint8_t>;

Pixel pixel(const Image& image, int64_t row, int64_t column) {
  const auto at = image.pixels.begin() + 3 * (row * image.width + column);
  return {at, at + 3};
}

TEST(Surface, values_run_from_blue_over_white_to_orange) {
  const std::vector<float> values = {-1, -5, 0, -0.5f};
  const Image image = draw_surface(values, 2);
  EXPECT_EQ(pixel(image, 0, 0), (Pixel{0, 114, 178}));
  EXPECT_EQ(pixel(image, 0, 1), pixel(image, 0, 0));
  EXPECT_EQ(pixel(image, 1, 0), (Pixel{255, 255, 255}));
  EXPECT_EQ(pixel(image, 1, 1), (Pixel{128, 185, 217}));
  EXPECT_EQ(pixel(draw_surface(std::vector<float>{0.5f}, 1), 0, 0), (Pixel{243, 207, 128}));
}

TEST(Surface, a_line_runs_where_the_sign_changes) {
  const std::vector<float> values = {-1, 1, 1, -1, 1, 1, -1, -1, -1};
  const Image image = draw_surface(values, 3);
  const Pixel line = {60, 60, 60};
  EXPECT_EQ(pixel(image, 0, 0), line);
  EXPECT_EQ(pixel(image, 1, 1), line);
  EXPECT_NE(pixel(image, 0, 2), line);
  EXPECT_NE(pixel(image, 2, 0), line);
}

TEST(Surface, what_is_not_a_number_is_grey_and_wrong_counts_are_refused) {
  EXPECT_EQ(pixel(draw_surface(std::vector<float>{NAN}, 1), 0, 0), (Pixel{128, 128, 128}));
  testing::expect_error(ErrorKind::kShape, {"4 values", "3"},
                        [] { draw_surface(std::vector<float>(3), 2); });
  testing::expect_error(ErrorKind::kUsage, {"1.."}, [] { draw_surface(std::vector<float>(), 0); });
}

}  // namespace
}  // namespace belamy
