#include "belamy/data/mirrored.h"

#include <gmock/gmock.h>

#include "tests/support/errors.h"

namespace belamy {
namespace {

using testing::expect_error;

std::unique_ptr<ImageBytes> two_pictures() {
  return std::make_unique<ImageBytes>(
      SampleShape{{1, 2, 3}}, std::vector<uint8_t>{0, 1, 2, 3, 4, 5, 10, 11, 12, 13, 14, 15},
      Labels{{1, 0}, 2}, ByteRange{0, 255}, "two pictures");
}

TEST(MirroredImages, come_after_the_originals_with_their_labels) {
  const MirroredImages data(two_pictures());
  EXPECT_EQ(data.size(), 4);
  std::vector<float> out(12);
  data.gather(std::array<int64_t, 2>{2, 1}, out.data());
  EXPECT_THAT(out,
              ::testing::Pointwise(::testing::FloatNear(1e-4f),
                                   std::vector<float>{2, 1, 0, 5, 4, 3, 10, 11, 12, 13, 14, 15}));
  EXPECT_EQ(data.label(2), 1);
  EXPECT_EQ(data.label(3), 0);
  EXPECT_EQ(data.classes(), 2);
  EXPECT_EQ(data.sample_name(3), "1 mirrored");
}

TEST(MirroredImages, refuse_a_number_beyond_them_and_points) {
  const MirroredImages data(two_pictures());
  std::vector<float> out(6);
  expect_error(ErrorKind::kData, {"0..3", "got 4"},
               [&] { data.gather(std::array<int64_t, 1>{4}, out.data()); });
  expect_error(ErrorKind::kUsage, {"mirror"}, [] {
    MirroredImages(std::make_unique<PointSet>(std::vector<float>{0, 0}, Labels{}, "a point"));
  });
}

}  // namespace
}  // namespace belamy
