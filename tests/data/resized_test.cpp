#include "belamy/data/resized.h"

#include <gtest/gtest.h>

#include "belamy/image/planes.h"
#include "tests/support/errors.h"

namespace belamy {
namespace {

// Halved, the triangle filter reaches over four pixels with the weights 1, 3, 3, 1 of 8; at the
// edge what lies outside does not count.
TEST(ResizedImages, are_resampled_without_aliases_and_keep_labels_names_and_range) {
  ImageBytes images({{2, 1, 4}}, {0, 70, 70, 140, 255, 255, 255, 255}, {{3}, 5}, {0, 1}, "one");
  images.set_sample_names({"smile"});
  const auto small = resized_images(images, 1, 2);
  EXPECT_EQ(small->shape().text(), "2×1×2");
  const auto bytes = small->bytes(0);
  EXPECT_EQ(bytes[0], (0 * 3 + 70 * 3 + 70) / 7);
  EXPECT_EQ(bytes[1], (70 + 70 * 3 + 140 * 3) / 7);
  EXPECT_EQ(bytes[2], 255);
  EXPECT_EQ(small->label(0), 3);
  EXPECT_EQ(small->classes(), 5);
  EXPECT_EQ(small->sample_name(0), "smile");
  EXPECT_EQ(small->range().low, 0);
  EXPECT_NE(small->fingerprint(), images.fingerprint());
}

TEST(ResizedImages, that_no_memory_could_hold_are_refused_before_any_is_taken) {
  constexpr size_t kMany = 1 << 20;
  const ImageBytes images({{1, 1, 1}}, std::vector<uint8_t>(kMany), {}, {0, 1}, "many");
  testing::expect_error(ErrorKind::kData, {"1048576 images", "1×4096×4096", "data.height"},
                        [&] { resized_images(images, 4096, 4096); });
}

TEST(Planes, put_channels_apart_and_together_again) {
  Image image = blank_image(1, 2, 3);
  image.pixels = {1, 2, 3, 4, 5, 6};
  std::vector<uint8_t> planes;
  append_planes(image, planes);
  EXPECT_EQ(planes, (std::vector<uint8_t>{1, 4, 2, 5, 3, 6}));
  EXPECT_EQ(picture_of_planes(planes, 1, 2, 3), image);
}

}  // namespace
}  // namespace belamy
