#include "belamy/data/dataset.h"

#include <gtest/gtest.h>

#include <limits>

#include "tests/data/byte_files.h"
#include "tests/support/errors.h"

namespace belamy {
namespace {

using testing::Bytes;
using testing::expect_error;

ImageBytes two_images(Labels labels = {}, ByteRange range = {}) {
  return {SampleShape{{1, 1, 3}}, {0, 51, 255, 255, 0, 102}, std::move(labels), range, "two"};
}

TEST(SampleShape, its_text_and_size_are_those_of_its_dimensions) {
  EXPECT_EQ((SampleShape{{1, 28, 28}}).text(), "1×28×28");
  EXPECT_EQ((SampleShape{{3, 64, 32}}).values(), 6144);
  EXPECT_EQ((SampleShape{{2}}).text(), "2");
}

TEST(ImageBytes, gather_writes_the_asked_images_in_the_asked_order_and_range) {
  const ImageBytes images = two_images();
  ASSERT_EQ(images.size(), 2);
  EXPECT_TRUE(images.is_image());
  const std::vector<int64_t> order = {1, 0, 1};
  std::vector<float> out(9);
  images.gather(order, out.data());
  const std::vector<float> expected = {1, -1, -0.2f, -1, -0.6f, 1, 1, -1, -0.2f};
  for (size_t i = 0; i < 9; ++i) EXPECT_NEAR(out[i], expected[i], 1e-6f) << i;
}

TEST(ImageBytes, the_range_is_met_exactly_at_both_ends) {
  const ImageBytes images = two_images({}, {0.0f, 1.0f});
  const std::vector<int64_t> first = {0};
  std::vector<float> out(3);
  images.gather(first, out.data());
  EXPECT_EQ(out[0], 0.0f);
  EXPECT_NEAR(out[1], 0.2f, 1e-6f);
  EXPECT_EQ(out[2], 1.0f);
}

TEST(ImageBytes, labels_are_given_out_when_there_are_any) {
  EXPECT_EQ(two_images().label(0), std::nullopt);
  EXPECT_EQ(two_images().classes(), 0);
  const ImageBytes labelled = two_images({{4, 2}, 5});
  EXPECT_EQ(labelled.label(0), 4);
  EXPECT_EQ(labelled.label(1), 2);
  EXPECT_EQ(labelled.classes(), 5);
}

TEST(ImageBytes, a_sample_number_out_of_range_is_refused) {
  const ImageBytes images = two_images({{0, 0}, 1});
  for (const int64_t index : {-1, 2}) {
    const std::vector<int64_t> indices = {index};
    std::vector<float> out(3);
    expect_error(ErrorKind::kData, {"two", "0..1", std::to_string(index)},
                 [&] { images.gather(indices, out.data()); });
    expect_error(ErrorKind::kData, {"two"}, [&] { static_cast<void>(images.label(index)); });
  }
}

TEST(ImageBytes, counts_labels_and_ranges_that_do_not_fit_are_refused) {
  const auto make = [](SampleShape shape, Bytes pixels) {
    ImageBytes(std::move(shape), std::move(pixels), {}, {}, "odd");
  };
  expect_error(ErrorKind::kData, {"odd", "7 bytes", "1×1×3"}, [&] { make({{1, 1, 3}}, Bytes(7)); });
  expect_error(ErrorKind::kData, {"odd", "0 bytes"}, [&] { make({{1, 1, 3}}, {}); });
  expect_error(ErrorKind::kData, {"odd"}, [&] { make({{2}}, Bytes(4)); });
  expect_error(ErrorKind::kData, {"2 samples", "got 3"}, [] { two_images({{0, 0, 0}, 1}); });
  expect_error(ErrorKind::kData, {"0..1", "0..2"}, [] { two_images({{0, 2}, 2}); });
  expect_error(ErrorKind::kUsage, {"low < high", "[1, 1]"}, [] { two_images({}, {1, 1}); });
  const float inf = std::numeric_limits<float>::infinity();
  expect_error(ErrorKind::kUsage, {"finite"}, [&] { two_images({}, {-inf, 1}); });
}

TEST(PointSet, gather_gives_the_points_as_they_are) {
  const PointSet points({1, 2, 3, 4, 5, 6}, {}, "three");
  EXPECT_EQ(points.size(), 3);
  EXPECT_FALSE(points.is_image());
  const std::vector<int64_t> order = {2, 0};
  std::vector<float> out(4);
  points.gather(order, out.data());
  EXPECT_EQ(out, (std::vector<float>{5, 6, 1, 2}));
  const std::vector<int64_t> beyond = {3};
  expect_error(ErrorKind::kData, {"three", "0..2", "3"},
               [&] { points.gather(beyond, out.data()); });
}

TEST(PointSet, half_a_point_and_no_point_are_refused) {
  expect_error(ErrorKind::kData, {"3 numbers"}, [] { PointSet({1, 2, 3}, {}, "odd"); });
  expect_error(ErrorKind::kData, {"0 numbers"}, [] { PointSet({}, {}, "none"); });
}

TEST(Dataset, its_fingerprint_follows_from_pixels_shape_and_labels_alone) {
  const std::string same = two_images().fingerprint();
  EXPECT_EQ(same.size(), 64u);
  EXPECT_EQ(two_images({}, {0.0f, 1.0f}).fingerprint(), same) << "another range, the same images";
  const std::vector<uint8_t> other = {0, 51, 255, 255, 0, 103};
  const std::string all[] = {
      same, ImageBytes(SampleShape{{1, 1, 3}}, other, {}, {}, "two").fingerprint(),
      ImageBytes(SampleShape{{1, 3, 1}}, {0, 51, 255, 255, 0, 102}, {}, {}, "two").fingerprint(),
      two_images({{0, 1}, 2}).fingerprint(), two_images({{1, 0}, 2}).fingerprint()};
  for (size_t i = 0; i < std::size(all); ++i) {
    for (size_t j = 0; j < i; ++j) EXPECT_NE(all[i], all[j]) << i << " and " << j;
  }
}

}  // namespace
}  // namespace belamy
