#include "belamy/sampling/draw.h"

#include "belamy/core/rng.h"
#include "belamy/recipe/recipe.h"
#include "tests/support/errors.h"

namespace belamy {
namespace {

using testing::error_of;

TEST(Draw, equal_seeds_give_equal_samples_whatever_the_count) {
  const auto game = make_game(load_recipe("s3-scratch"), {1, 28, 28});
  RandomStream a(4, "sample"), b(4, "sample"), c(5, "sample");
  const Samples first = draw_samples(*game, 300, a), again = draw_samples(*game, 300, b);
  EXPECT_EQ(first.values, again.values);
  EXPECT_NE(first.values, draw_samples(*game, 300, c).values);
  EXPECT_EQ(first.values.size(), 300u * 784);
}

TEST(Draw, bytes_are_channels_last) {
  // Two channels of one row of two pixels: [1, 2 | 3, 4] becomes 1 3 2 4.
  const Samples samples{1, {2, 1, 2}, {1, 2, 3, 4}};
  EXPECT_EQ(image_bytes(samples, {0, 255}), (std::vector<uint8_t>{1, 3, 2, 4}));
}

TEST(Draw, separate_images_are_the_samples_in_order) {
  const Samples samples{2, {1, 1, 2}, {0, 1, 2, 3}};
  const auto images = separate_images(samples, {0, 255});
  ASSERT_EQ(images.size(), 2u);
  EXPECT_EQ(images[1].pixels, (std::vector<uint8_t>{2, 3}));
}

TEST(Draw, points_make_a_scatter_picture_and_no_bytes) {
  const Samples samples{2, {2}, {0, 1, -1, 0}};
  EXPECT_EQ(samples_picture(samples, {}, nullptr).channels, 3);
  error_of(ErrorKind::kUsage, [&] { image_bytes(samples, {}); });
}

}  // namespace
}  // namespace belamy
