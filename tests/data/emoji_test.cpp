#include "belamy/data/emoji.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "belamy/core/file.h"
#include "belamy/data/catalog.h"
#include "belamy/data/idx.h"
#include "belamy/image/png.h"
#include "tests/data/byte_files.h"
#include "tests/support/errors.h"
#include "tests/support/temporary_folder.h"

namespace belamy {
namespace {

namespace fs = std::filesystem;
using testing::expect_error;
using testing::TemporaryFolder;

nlohmann::json drawn(const std::string& code, bool by_google = true) {
  return {{"unified", code},
          {"image", code + ".png"},
          {"has_img_twitter", true},
          {"has_img_google", by_google}};
}

// Twelve subjects 00..11, the first with a skin tone; colour says which.
nlohmann::json make_package(const fs::path& package) {
  nlohmann::json list;
  fs::create_directories(package / "img/google/64");
  const auto paint = [&](const std::string& code, uint8_t red, uint8_t alpha) {
    Image image = blank_image(64, 64, 4, 0);
    for (size_t i = 0; i < image.pixels.size(); i += 4) {
      image.pixels[i] = red;
      image.pixels[i + 3] = alpha;
    }
    write_png(package / "img/google/64" / (code + ".png"), image);
  };
  for (int i = 11; i >= 0; --i) {  // the list is in another order than the codes
    const std::string code = fmt::format("{:02}", i);
    nlohmann::json entry = drawn(code);
    entry["short_name"] = "name" + code;
    entry["category"] = i % 2 == 0 ? "Animals" : "Flags";
    if (i == 0) entry["skin_variations"] = {{"1F3FB", drawn("00-1F3FB")}};
    list.push_back(entry);
    paint(code, static_cast<uint8_t>(i), 255);
  }
  paint("00-1F3FB", 200, 0);
  nlohmann::json undrawn = drawn("05x", false);
  undrawn["short_name"] = "nothing";
  undrawn["category"] = "Flags";
  list.push_back(undrawn);
  write_file_atomically(package / "emoji.json", std::string_view(list.dump()));
  return list;
}

TEST(Emoji, subjects_come_by_code_every_tenth_held_out_with_skin_tones_beside_them) {
  const TemporaryFolder folder;
  make_package(folder / "package");
  convert_emoji(folder / "package", "google", folder.path());
  const IdxArray images = read_idx(folder / kTrainImages), test = read_idx(folder / kTestImages);
  EXPECT_EQ(images.dims, (std::vector<int64_t>{12, 3, 64, 64}));
  EXPECT_EQ(test.dims, (std::vector<int64_t>{1, 3, 64, 64}));
  EXPECT_EQ(test.values[0], 9) << "the tenth subject";
  constexpr size_t kImage = 3 * 64 * 64, kPlane = 64 * 64;
  EXPECT_EQ(images.values[0], 0);
  EXPECT_EQ(images.values[kImage], 255) << "transparent is white";
  EXPECT_EQ(images.values[2 * kImage], 1);
  EXPECT_EQ(images.values[2 * kImage + kPlane], 0) << "green";
  const std::string names = read_text(folder / kTrainNames, 1 << 20);
  EXPECT_TRUE(names.starts_with("00 name00\n00-1F3FB name00\n01 name01\n")) << names;
  EXPECT_EQ(read_idx(folder / kTrainLabels).values[2], 1) << "Flags come after Animals";
}

TEST(Emoji, a_package_without_its_pictures_or_with_names_that_lead_elsewhere_is_refused) {
  const TemporaryFolder folder;
  nlohmann::json list = make_package(folder / "package");
  expect_error(ErrorKind::kIo, {"img/twitter/64"},
               [&] { convert_emoji(folder / "package", "twitter", folder.path()); });
  // The second would have come back to a folder of the right name.
  for (const char* name :
       {"../../secret.png", "../../elsewhere/64/secret.png", "/64/a.png", "..", "."}) {
    list[0]["image"] = name;
    expect_error(ErrorKind::kData, {"may not lead elsewhere", name},
                 [&] { parse_emoji_list(list.dump(), "list"); });
  }
}

TEST(Emoji, more_categories_than_a_label_can_tell_apart_are_refused) {
  const TemporaryFolder folder;
  nlohmann::json list = make_package(folder / "package");
  const nlohmann::json one = list[0];
  for (int i = 0; i < 260; ++i) {
    list.push_back(one);
    list.back()["category"] = fmt::format("category {}", i);
  }
  write_file_atomically(folder / "package/emoji.json", std::string_view(list.dump()));
  expect_error(ErrorKind::kData, {"emoji.json", "categories", "256"},
               [&] { convert_emoji(folder / "package", "google", folder.path()); });
}

TEST(Emoji, damaged_lists_are_refused_or_read_never_crash) {
  const TemporaryFolder folder;
  make_package(folder / "package");
  const std::string text = read_text(folder / "package/emoji.json", 1 << 20);
  RandomStream random(1, "emoji");
  for (int i = 0; i < 200; ++i) {
    const testing::Bytes damaged = testing::mutate({text.begin(), text.end()}, random);
    write_file_atomically(folder / "package/emoji.json", std::span<const uint8_t>(damaged));
    try {
      convert_emoji(folder / "package", "google", folder.path());
    } catch (const Error&) {
      continue;
    }
  }
}

}  // namespace
}  // namespace belamy
