#include "belamy/data/open.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "belamy/core/file.h"
#include "tests/data/byte_files.h"
#include "tests/support/errors.h"
#include "tests/support/places.h"
#include "tests/support/scoped_variable.h"
#include "tests/support/temporary_folder.h"

namespace belamy {
namespace {

namespace fs = std::filesystem;
using testing::Bytes;
using testing::expect_error;
using testing::idx_bytes;
using testing::TemporaryFolder;

fs::path put(const fs::path& path, const Bytes& bytes) {
  write_file_atomically(path, std::span<const uint8_t>(bytes));
  return path;
}

TEST(OpenIdx, images_and_labels_meet) {
  const TemporaryFolder folder;
  const auto images = put(folder / "images", idx_bytes({3, 2, 2}, testing::counting_bytes(12)));
  const auto labels = put(folder / "labels", idx_bytes({3}, {1, 0, 4}));
  const auto data = open_idx(images, labels, {0, 1});
  EXPECT_EQ(data->size(), 3);
  EXPECT_EQ(data->shape(), (SampleShape{{1, 2, 2}}));
  EXPECT_EQ(data->bytes(1)[0], 4);
  EXPECT_EQ(data->label(2), 4);
  EXPECT_EQ(data->classes(), 5);
  EXPECT_EQ(open_idx(images, std::nullopt, {})->classes(), 0);
}

TEST(OpenIdx, four_dimensions_are_images_with_channels) {
  const TemporaryFolder folder;
  const auto colour = put(folder / "colour", idx_bytes({2, 3, 1, 2}, Bytes(12)));
  EXPECT_EQ(open_idx(colour, std::nullopt, {})->shape(), (SampleShape{{3, 1, 2}}));
  const auto other = put(folder / "other", idx_bytes({2, 2, 1, 3}, Bytes(12)));
  expect_error(ErrorKind::kData, {"other", "2x2x1x3"}, [&] { open_idx(other, std::nullopt, {}); });
  const auto flat = put(folder / "flat", idx_bytes({12}, Bytes(12)));
  expect_error(ErrorKind::kData, {"flat", "[N, H, W]"}, [&] { open_idx(flat, std::nullopt, {}); });
}

TEST(OpenIdx, counts_that_differ_are_refused_with_both) {
  const TemporaryFolder folder;
  const auto images = put(folder / "images", idx_bytes({3, 1, 1}, Bytes(3)));
  for (const uint32_t count : {2u, 4u}) {
    const auto labels = put(folder / "labels", idx_bytes({count}, Bytes(count)));
    expect_error(ErrorKind::kData,
                 {"labels", std::to_string(count) + " labels", "images", "3 images"},
                 [&] { open_idx(images, labels, {}); });
  }
  expect_error(ErrorKind::kData, {"images", "expected labels [N]"},
               [&] { open_idx(images, images, {}); });
}

TEST(OpenIdx, the_fixture_holds_a_hundred_of_each_digit) {
  const fs::path folder = testing::fixture("mnist-1000");
  const auto data = open_idx(folder / "images-idx3-ubyte.gz", folder / "labels-idx1-ubyte.gz", {});
  ASSERT_EQ(data->size(), 1000);
  EXPECT_EQ(data->shape(), (SampleShape{{1, 28, 28}}));
  std::vector<int> counts(10);
  double sum = 0;
  for (int64_t i = 0; i < data->size(); ++i) {
    ++counts[static_cast<size_t>(data->label(i).value())];
    for (const uint8_t byte : data->bytes(i)) sum += byte;
  }
  EXPECT_EQ(counts, std::vector<int>(10, 100));
  EXPECT_NEAR(sum / (1000 * 784), 33.3, 1.5);  // MNIST's mean pixel
}

TEST(OpenNamed, mixtures_need_no_files_and_their_splits_differ) {
  const auto train = open_named("ring", "train", {});
  EXPECT_EQ(train->size(), 100'000);
  EXPECT_EQ(train->shape(), (SampleShape{{2}}));
  const std::vector<int64_t> first = {0, 1, 2};
  std::vector<float> a(6), b(6);
  train->gather(first, a.data());
  open_named("ring", "test", {})->gather(first, b.data());
  EXPECT_NE(a, b);
}

TEST(OpenNamed, a_data_set_not_fetched_says_how_to_fetch_it) {
  const TemporaryFolder folder;
  const testing::ScopedVariable cache("BELAMY_DATA", folder.path().string());
  expect_error(ErrorKind::kData, {folder.path().string(), "belamy data fetch mnist"},
               [] { open_named("mnist", "train", {}); });
}

TEST(OpenNamed, unknown_names_and_splits_are_refused) {
  expect_error(ErrorKind::kUsage, {"'mnits'", "'mnist'"}, [] { open_named("mnits", "train", {}); });
  expect_error(ErrorKind::kUsage, {"'train' or 'test'", "'tset'"},
               [] { open_named("mnist", "tset", {}); });
}

}  // namespace
}  // namespace belamy
