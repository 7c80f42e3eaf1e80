#include "belamy/image/difference.h"

#include <cmath>

#include "tests/support/errors.h"

namespace belamy {
namespace {

using testing::expect_error;

Image ramp(int64_t side, int step) {
  Image image = blank_image(side, side, 1);
  for (size_t i = 0; i < image.pixels.size(); ++i) {
    image.pixels[i] = static_cast<uint8_t>((i * static_cast<size_t>(step)) % 200);
  }
  return image;
}

TEST(ImageDifference, of_equal_pictures_is_none) {
  const ImageDifference none = image_difference(ramp(16, 3), ramp(16, 3));
  EXPECT_EQ(none.mean_absolute_error, 0);
  EXPECT_TRUE(std::isinf(none.psnr));
  EXPECT_NEAR(none.ssim, 1, 1e-12);
}

TEST(ImageDifference, of_a_constant_shift_is_known) {
  Image shifted = ramp(16, 3);
  for (uint8_t& pixel : shifted.pixels) pixel = static_cast<uint8_t>(pixel + 10);
  const ImageDifference d = image_difference(ramp(16, 3), shifted);
  EXPECT_NEAR(d.mean_absolute_error, 10, 1e-12);
  EXPECT_NEAR(d.psnr, 20 * std::log10(255.0 / 10), 1e-9);
  EXPECT_LT(d.ssim, 1);
  EXPECT_GT(d.ssim, 0.95);  // the structure is the same
}

TEST(ImageDifference, ssim_of_flat_pictures_is_the_papers_luminance_term) {
  const double c1 = 0.01 * 255 * 0.01 * 255;
  const ImageDifference d =
      image_difference(blank_image(12, 12, 3, 100), blank_image(12, 12, 3, 150));
  EXPECT_NEAR(d.ssim, (2.0 * 100 * 150 + c1) / (100.0 * 100 + 150.0 * 150 + c1), 1e-9);
}

TEST(ImageDifference, needs_pictures_of_one_size_and_a_window_at_least) {
  expect_error(ErrorKind::kShape, {"16x16x1", "12x12x1"},
               [] { image_difference(ramp(16, 1), ramp(12, 1)); });
  expect_error(ErrorKind::kShape, {"at least 11x11"},
               [] { image_difference(ramp(10, 1), ramp(10, 1)); });
}

}  // namespace
}  // namespace belamy
