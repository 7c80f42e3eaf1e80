#include "belamy/data/image_folder.h"

#include <gtest/gtest.h>

#include "belamy/core/file.h"
#include "belamy/image/png.h"
#include "tests/data/byte_files.h"
#include "tests/support/errors.h"
#include "tests/support/temporary_folder.h"

namespace belamy {
namespace {

using testing::Bytes;
using testing::expect_error;
using testing::TemporaryFolder;

void put_picture(const std::filesystem::path& path, uint8_t value, int64_t side = 2,
                 int64_t channels = 1) {
  std::filesystem::create_directories(path.parent_path());
  write_png(path, blank_image(side, side, channels, value));
}

ImageFolderOptions grey(int64_t side = 2, FitRule fit = FitRule::kExact) {
  return {.height = side, .width = side, .channels = 1, .fit = fit, .range = {}};
}

std::vector<int> first_bytes(const ImageBytes& images) {
  std::vector<int> values;
  for (int64_t i = 0; i < images.size(); ++i) values.push_back(images.bytes(i)[0]);
  return values;
}

TEST(ImageFolder, pictures_come_in_the_order_of_their_names_without_labels) {
  const TemporaryFolder folder;
  put_picture(folder / "b.png", 2);
  put_picture(folder / "a.png", 1);
  put_picture(folder / "c.PNG", 3);
  write_file_atomically(folder / "notes.txt", "not a picture");
  write_file_atomically(folder / ".hidden.png", "not a picture either");
  const auto images = open_image_folder(folder.path(), grey());
  EXPECT_EQ(first_bytes(*images), (std::vector<int>{1, 2, 3}));
  EXPECT_EQ(images->shape(), (SampleShape{{1, 2, 2}}));
  EXPECT_EQ(images->label(0), std::nullopt);
}

TEST(ImageFolder, subfolders_are_classes_in_the_order_of_their_names) {
  const TemporaryFolder folder;
  put_picture(folder.path() / "dogs" / "1.png", 20);
  put_picture(folder.path() / "cats" / "1.png", 10);
  put_picture(folder.path() / "cats" / "2.png", 11);
  std::filesystem::create_directories(folder / "empty");
  const auto images = open_image_folder(folder.path(), grey());
  EXPECT_EQ(first_bytes(*images), (std::vector<int>{10, 11, 20}));
  EXPECT_EQ(images->classes(), 2);
  EXPECT_EQ(images->label(1), 0);
  EXPECT_EQ(images->label(2), 1);
}

TEST(ImageFolder, colour_is_stored_plane_by_plane) {
  const TemporaryFolder folder;
  write_png(folder / "a.png", {1, 2, 3, {1, 2, 3, 4, 5, 6}});
  const auto images = open_image_folder(
      folder.path(), {.height = 1, .width = 2, .channels = 3, .fit = FitRule::kExact, .range = {}});
  const auto bytes = images->bytes(0);
  EXPECT_EQ(Bytes(bytes.begin(), bytes.end()), (Bytes{1, 4, 2, 5, 3, 6}));
}

TEST(ImageFolder, pictures_are_brought_to_size_and_channels_when_asked) {
  const TemporaryFolder folder;
  put_picture(folder / "colour.png", 90, 7, 3);
  put_picture(folder / "alpha.png", 0, 5, 4);
  const auto images = open_image_folder(folder.path(), grey(4, FitRule::kCrop));
  EXPECT_EQ(first_bytes(*images), (std::vector<int>{255, 90}));  // fully transparent: white
  EXPECT_EQ(images->shape(), (SampleShape{{1, 4, 4}}));
}

TEST(ImageFolder, a_folder_without_pictures_is_refused_with_its_name_and_content) {
  const TemporaryFolder folder;
  expect_error(ErrorKind::kData, {folder.path().string(), "no picture"},
               [&] { open_image_folder(folder.path(), grey()); });
  write_file_atomically(folder / "a.jpg", "x");
  expect_error(ErrorKind::kData, {"1 other", "convert"},
               [&] { open_image_folder(folder.path(), grey()); });
  expect_error(ErrorKind::kIo, {"nowhere"}, [&] { open_image_folder(folder / "nowhere", grey()); });
}

TEST(ImageFolder, pictures_beside_class_folders_are_refused) {
  const TemporaryFolder folder;
  put_picture(folder / "a.png", 1);
  put_picture(folder.path() / "cats" / "1.png", 1);
  expect_error(ErrorKind::kData, {"1 pictures beside 1 folders"},
               [&] { open_image_folder(folder.path(), grey()); });
}

TEST(ImageFolder, a_broken_or_wrongly_sized_picture_is_refused_with_its_name) {
  const TemporaryFolder folder;
  put_picture(folder / "a.png", 1);
  put_picture(folder / "large.png", 1, 3);
  expect_error(ErrorKind::kData, {"large.png", "2x2", "3x3", "data.fit"},
               [&] { open_image_folder(folder.path(), grey()); });
  write_file_atomically(folder / "empty.png", "");
  expect_error(ErrorKind::kData, {"empty.png", "0 bytes"},
               [&] { open_image_folder(folder.path(), grey(2, FitRule::kCrop)); });
}

TEST(ImageFolder, impossible_sizes_and_channels_are_refused) {
  const TemporaryFolder folder;
  put_picture(folder / "a.png", 1);
  expect_error(ErrorKind::kUsage, {"16384", "0x0"},
               [&] { open_image_folder(folder.path(), grey(0)); });
  ImageFolderOptions two = grey();
  two.channels = 2;
  expect_error(ErrorKind::kData, {"not in 2"}, [&] { open_image_folder(folder.path(), two); });
}

TEST(ImageFolder, colour_is_refused_where_grey_is_asked_for_and_grey_becomes_colour) {
  const TemporaryFolder folder;
  put_picture(folder / "grey.png", 9);
  put_picture(folder / "grey_in_colour.png", 8, 2, 3);
  EXPECT_EQ(first_bytes(*open_image_folder(folder.path(), grey())), (std::vector<int>{9, 8}));
  Image red = blank_image(2, 2, 3, 0);
  red.pixels[0] = 255;
  write_png(folder / "red.png", red);
  expect_error(ErrorKind::kData, {"red.png", "in colour", "data.channels = 3"},
               [&] { open_image_folder(folder.path(), grey()); });
  ImageFolderOptions colour = grey();
  colour.channels = 3;
  EXPECT_NE(open_image_folder(folder.path(), colour)->description().find("(2 of them grey)"),
            std::string::npos);
}

}  // namespace
}  // namespace belamy
