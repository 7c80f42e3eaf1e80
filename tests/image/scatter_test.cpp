#include "belamy/image/scatter.h"

#include <gtest/gtest.h>

#include <array>
#include <limits>
#include <vector>

#include "tests/support/errors.h"

namespace belamy {
namespace {

using testing::expect_error;

std::array<int, 3> colour_at(const Image& image, int64_t x, int64_t y) {
  const auto i = static_cast<size_t>((y * image.width + x) * 3);
  return {image.pixels[i], image.pixels[i + 1], image.pixels[i + 2]};
}

const std::array<int, 3> kWhite = {255, 255, 255};

TEST(Scatter, a_point_is_drawn_where_it_lies_with_y_upwards) {
  const std::vector<float> point = {0.5f, 0.5f};  // right and up from the centre
  const Image image = scatter({}, point, {.low = -1, .high = 1, .size = 100});
  EXPECT_NE(colour_at(image, 75, 25), kWhite);
  EXPECT_EQ(colour_at(image, 25, 25), kWhite);
  EXPECT_EQ(colour_at(image, 75, 75), kWhite);
  EXPECT_EQ(image.height, 100);
  EXPECT_EQ(image.channels, 3);
}

TEST(Scatter, generated_points_are_red_above_grey_real_ones) {
  const std::vector<float> both = {-0.5f, 0.0f, 0.5f, 0.0f};
  const std::vector<float> left = {-0.5f, 0.0f};
  const Image image = scatter(both, left, {.size = 100});
  const auto generated = colour_at(image, 25, 50), real = colour_at(image, 75, 50);
  EXPECT_GT(generated[0], generated[1] + 40);
  EXPECT_EQ(real[0], real[1]);
  EXPECT_LT(real[0], 255);
}

TEST(Scatter, more_points_in_a_place_are_darker) {
  std::vector<float> points = {-0.5f, 0.0f};
  for (int i = 0; i < 5; ++i) points.insert(points.end(), {0.5f, 0.0f});
  const Image image = scatter({}, points, {.size = 100});
  EXPECT_LT(colour_at(image, 75, 50)[1], colour_at(image, 25, 50)[1]);
}

TEST(Scatter, points_outside_or_not_finite_are_left_out) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float inf = std::numeric_limits<float>::infinity();
  const std::vector<float> points = {2, 0, 0, -2, nan, 0, 0, inf, 1e30f, 1e30f};
  const Image image = scatter(points, points, {});
  EXPECT_EQ(image, blank_image(512, 512, 3, 255));
}

TEST(Scatter, points_on_the_border_are_drawn_within_the_picture) {
  const std::vector<float> corners = {-1, -1, 1, 1};
  const Image image = scatter({}, corners, {.size = 10});
  EXPECT_NE(colour_at(image, 0, 9), kWhite);
  EXPECT_NE(colour_at(image, 9, 0), kWhite);
}

TEST(Scatter, an_empty_range_and_half_a_point_are_refused) {
  const std::vector<float> three = {0, 0, 0};
  expect_error(ErrorKind::kUsage, {"low < high"}, [] { scatter({}, {}, {.low = 1, .high = 1}); });
  expect_error(ErrorKind::kUsage, {"16384"}, [] { scatter({}, {}, {.size = 0}); });
  expect_error(ErrorKind::kShape, {"[N, 2]", "3"}, [&] { scatter(three, {}, {}); });
}

}  // namespace
}  // namespace belamy
