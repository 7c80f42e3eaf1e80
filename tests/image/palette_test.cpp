#include "belamy/image/palette.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/errors.h"

namespace belamy {
namespace {

Image shown(const PalettedImage& paletted, int64_t height, int64_t width) {
  Image image{height, width, 3, {}};
  for (const uint8_t index : paletted.indices) {
    const Colour& colour = paletted.palette.at(index);
    image.pixels.insert(image.pixels.end(), colour.begin(), colour.end());
  }
  return image;
}

// 64 x 64 smooth colours, 4096 of them.
Image gradients() {
  Image image = blank_image(64, 64, 3);
  for (size_t i = 0; i < 64 * 64; ++i) {
    const size_t x = i % 64, y = i / 64;
    image.pixels[i * 3] = static_cast<uint8_t>(x * 4);
    image.pixels[i * 3 + 1] = static_cast<uint8_t>(y * 4);
    image.pixels[i * 3 + 2] = static_cast<uint8_t>(255 - (x + y) * 2);
  }
  return image;
}

double mean_over(const Image& image, size_t left, size_t top, size_t channel) {
  double sum = 0;
  for (size_t y = top; y < top + 8; ++y) {
    for (size_t x = left; x < left + 8; ++x) {
      sum += image.pixels[(y * static_cast<size_t>(image.width) + x) * 3 + channel];
    }
  }
  return sum / 64;
}

TEST(Palette, few_colours_are_kept_exactly_in_the_order_they_appear) {
  const Image image{1, 4, 3, {9, 8, 7, 1, 2, 3, 9, 8, 7, 0, 0, 0}};
  const PalettedImage paletted = to_palette(image);
  EXPECT_EQ(paletted.palette, (std::vector<Colour>{{9, 8, 7}, {1, 2, 3}, {0, 0, 0}}));
  EXPECT_EQ(paletted.indices, (std::vector<uint8_t>{0, 1, 0, 2}));
}

TEST(Palette, many_colours_become_256_that_are_close_everywhere) {
  const Image image = gradients();
  const PalettedImage paletted = to_palette(image);
  EXPECT_EQ(paletted.palette.size(), 256u);
  const Image out = shown(paletted, 64, 64);
  double squares = 0;
  for (size_t i = 0; i < image.pixels.size(); ++i) {
    const double error = image.pixels[i] - out.pixels[i];
    squares += error * error;
  }
  EXPECT_LT(std::sqrt(squares / static_cast<double>(image.pixels.size())), 9);
}

TEST(Palette, dithering_keeps_the_mean_colour_of_small_patches) {
  const Image image = gradients();
  const Image out = shown(to_palette(image), 64, 64);
  for (size_t top = 8; top < 56; top += 8) {
    for (size_t left = 8; left < 56; left += 8) {
      for (size_t c = 0; c < 3; ++c) {
        EXPECT_NEAR(mean_over(out, left, top, c), mean_over(image, left, top, c), 2.5)
            << left << ", " << top << ", channel " << c;
      }
    }
  }
}

TEST(Palette, a_rare_colour_far_from_all_others_survives) {
  Image image = gradients();
  for (size_t i = 0; i < 24; i += 3) {
    image.pixels[i] = 255, image.pixels[i + 1] = 255, image.pixels[i + 2] = 255;
  }
  const Image out = shown(to_palette(image), 64, 64);
  EXPECT_NEAR(out.pixels[0] + out.pixels[1] + out.pixels[2], 3 * 255, 30);
}

TEST(Palette, grey_and_alpha_are_refused) {
  testing::expect_error(ErrorKind::kShape, {"3 channels", "got 1"},
                        [] { to_palette(blank_image(2, 2, 1)); });
}

}  // namespace
}  // namespace belamy
