#include "belamy/image/resize.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "tests/data/byte_files.h"
#include "tests/support/errors.h"

namespace belamy {
namespace {

using testing::expect_error;

constexpr FitRule kAllRules[] = {FitRule::kExact, FitRule::kCrop, FitRule::kStretch, FitRule::kPad};

TEST(FitImage, a_picture_of_the_right_size_is_untouched_by_every_rule) {
  const Image image{4, 5, 3, testing::counting_bytes(60)};
  for (const FitRule rule : kAllRules) EXPECT_EQ(fit_image(image, 4, 5, rule), image);
}

TEST(FitImage, exact_refuses_another_size_naming_both_and_the_way_out) {
  expect_error(ErrorKind::kData, {"28x28", "4x5", "data.fit", "crop", "stretch", "pad"},
               [] { fit_image(blank_image(4, 5, 1), 28, 28, FitRule::kExact); });
}

TEST(FitImage, one_colour_stays_that_colour_whatever_the_scale) {
  const Image image = blank_image(37, 53, 3, 201);
  for (const int64_t side : {1, 2, 16, 28, 100}) {
    EXPECT_EQ(fit_image(image, side, side, FitRule::kStretch), blank_image(side, side, 3, 201));
    EXPECT_EQ(fit_image(image, side, side, FitRule::kCrop), blank_image(side, side, 3, 201));
  }
}

TEST(FitImage, shrinking_averages_what_falls_away) {
  // A checkerboard of single pixels: sampling would give black or white, an antialiasing filter
  // grey.
  Image board = blank_image(64, 64, 1);
  for (size_t i = 0; i < board.pixels.size(); ++i) board.pixels[i] = (i / 64 + i) % 2 ? 255 : 0;
  const Image small = fit_image(board, 8, 8, FitRule::kStretch);
  for (const uint8_t value : small.pixels) EXPECT_NEAR(value, 127, 3);
}

TEST(FitImage, enlarging_a_step_keeps_it_in_place_and_monotone) {
  const Image step{1, 2, 1, {0, 255}};
  const Image wide = fit_image(step, 1, 8, FitRule::kStretch);
  EXPECT_TRUE(std::is_sorted(wide.pixels.begin(), wide.pixels.end()));
  EXPECT_EQ(wide.pixels.front(), 0);
  EXPECT_EQ(wide.pixels.back(), 255);
  EXPECT_NEAR(wide.pixels[3] + wide.pixels[4], 255, 1);  // symmetric about the middle
}

TEST(FitImage, a_mirrored_picture_resizes_to_the_mirrored_result) {
  Image image{9, 13, 1, testing::counting_bytes(117)};
  const Image small = fit_image(image, 4, 5, FitRule::kCrop);
  std::reverse(image.pixels.begin(), image.pixels.end());
  Image turned = fit_image(image, 4, 5, FitRule::kCrop);
  std::reverse(turned.pixels.begin(), turned.pixels.end());
  for (size_t i = 0; i < small.pixels.size(); ++i) {
    EXPECT_NEAR(small.pixels[i], turned.pixels[i], 1);
  }
}

TEST(FitImage, crop_keeps_the_centre_of_the_longer_side) {
  Image wide = blank_image(4, 12, 1, 0);  // a white square in the middle of black
  for (size_t y = 0; y < 4; ++y)
    std::fill_n(wide.pixels.begin() + static_cast<int>(y) * 12 + 4, 4, 255);
  EXPECT_EQ(fit_image(wide, 4, 4, FitRule::kCrop), blank_image(4, 4, 1, 255));
}

TEST(FitImage, pad_keeps_the_whole_picture_between_bars_of_zeros) {
  const Image padded = fit_image(blank_image(4, 8, 1, 255), 8, 8, FitRule::kPad);
  for (size_t y = 0; y < 8; ++y) {
    const uint8_t expected = y >= 2 && y < 6 ? 255 : 0;
    for (size_t x = 0; x < 8; ++x) EXPECT_EQ(padded.pixels[y * 8 + x], expected) << y << "," << x;
  }
}

TEST(FitImage, an_extreme_shape_keeps_at_least_a_line_when_padded) {
  const Image padded = fit_image(blank_image(1, 1000, 1, 255), 8, 8, FitRule::kPad);
  EXPECT_EQ(std::count(padded.pixels.begin(), padded.pixels.end(), 255), 8);
}

TEST(ToChannels, grey_becomes_colour_by_repeating) {
  EXPECT_EQ(to_channels({1, 2, 1, {5, 250}}, 3), (Image{1, 2, 3, {5, 5, 5, 250, 250, 250}}));
}

TEST(ToChannels, colour_becomes_grey_by_its_luma) {
  const Image colours{1, 4, 3, {255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255}};
  EXPECT_EQ(to_channels(colours, 1).pixels, (testing::Bytes{76, 150, 29, 255}));
}

TEST(ToChannels, alpha_is_composed_on_white) {
  const Image red{1, 3, 4, {255, 0, 0, 255, 255, 0, 0, 0, 255, 0, 0, 128}};
  EXPECT_EQ(to_channels(red, 3).pixels, (testing::Bytes{255, 0, 0, 255, 255, 255, 255, 127, 127}));
  EXPECT_EQ(to_channels({1, 2, 2, {0, 255, 0, 0}}, 1).pixels, (testing::Bytes{0, 255}));
}

TEST(ToChannels, other_numbers_of_channels_are_refused) {
  expect_error(ErrorKind::kData, {"1 (grey)", "3 (colour)", "2"},
               [] { to_channels(blank_image(1, 1, 1), 2); });
}

}  // namespace
}  // namespace belamy
