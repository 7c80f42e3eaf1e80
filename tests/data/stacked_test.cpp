#include "belamy/data/stacked.h"

#include <gtest/gtest.h>

#include "tests/support/errors.h"

namespace belamy {
namespace {

// Ten images of 1×1×2 whose pixels say their number; the label is the number.
std::unique_ptr<Dataset> ten_images() {
  std::vector<uint8_t> pixels;
  Labels labels{{}, 10};
  for (int i = 0; i < 10; ++i) {
    pixels.insert(pixels.end(), {static_cast<uint8_t>(i), static_cast<uint8_t>(10 * i)});
    labels.values.push_back(i);
  }
  return std::make_unique<ImageBytes>(SampleShape{{1, 1, 2}}, pixels, labels, ByteRange{0, 255},
                                      "ten images");
}

TEST(Stacked, channels_are_the_digits_of_the_label) {
  const StackedImages stacked(ten_images(), 500, 1);
  EXPECT_EQ(stacked.size(), 500);
  EXPECT_EQ(stacked.classes(), 1000);
  EXPECT_EQ(stacked.shape().dims, (std::vector<int64_t>{3, 1, 2}));
  const std::vector<int64_t> indices = {499, 0, 7};
  std::vector<float> out(3 * 6);
  stacked.gather(indices, out.data());
  for (size_t i = 0; i < indices.size(); ++i) {
    const float* image = out.data() + 6 * i;
    EXPECT_EQ(stacked.label(indices[i]),
              static_cast<int64_t>(100 * image[0] + 10 * image[2] + image[4] + 0.5f));
    for (int c = 0; c < 3; ++c) EXPECT_NEAR(image[2 * c + 1], 10 * image[2 * c], 1e-4f);
  }
}

TEST(Stacked, the_seed_alone_decides_and_tells_sets_apart) {
  const StackedImages one(ten_images(), 300, 1), same(ten_images(), 300, 1),
      other(ten_images(), 300, 2);
  int equal = 0;
  for (int64_t i = 0; i < 300; ++i) {
    EXPECT_EQ(one.label(i), same.label(i));
    equal += one.label(i) == other.label(i) ? 1 : 0;
  }
  EXPECT_LT(equal, 10);
  EXPECT_EQ(one.fingerprint(), same.fingerprint());
  EXPECT_NE(one.fingerprint(), other.fingerprint());
}

TEST(Stacked, only_labelled_grey_images_can_be_stacked) {
  testing::expect_error(ErrorKind::kUsage, {"grey images"}, [] {
    StackedImages(std::make_unique<StackedImages>(ten_images(), 5, 1), 5, 1);
  });
  testing::expect_error(ErrorKind::kData, {"0..4", "5"},
                        [] { StackedImages(ten_images(), 5, 1).label(5); });
}

}  // namespace
}  // namespace belamy
