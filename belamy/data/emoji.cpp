#include "belamy/data/emoji.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <vector>

#include "belamy/core/error.h"
#include "belamy/core/file.h"
#include "belamy/core/json_text.h"
#include "belamy/data/catalog.h"
#include "belamy/image/planes.h"
#include "belamy/image/png.h"
#include "belamy/image/resize.h"

namespace belamy {
namespace fs = std::filesystem;
namespace {

constexpr int64_t kSide = 64;
constexpr uint64_t kLargestList = 64 << 20;
constexpr size_t kTestEvery = 10;  // subjects
constexpr size_t kMostCategories = 256;

// Pictures lie in one folder; a list from elsewhere must not lead out of it.
std::string file_name(std::string name) {
  const bool is_plain = !name.empty() && name != "." && name != ".." &&
                        name.find('/') == std::string::npos && name.find('\0') == std::string::npos;
  if (is_plain) return name;
  fail(ErrorKind::kData, "'{}': a picture's name may not lead elsewhere", name);
}

bool is_drawn_by_both(const nlohmann::json& entry) {
  return entry.at("has_img_twitter").get<bool>() && entry.at("has_img_google").get<bool>();
}

EmojiSubject read_subject(const nlohmann::json& entry) {
  EmojiSubject subject;
  subject.code = entry.at("unified").get<std::string>();
  subject.category = entry.at("category").get<std::string>();
  const auto add = [&](const nlohmann::json& drawn) {
    if (!is_drawn_by_both(drawn)) return;
    subject.pictures.push_back({file_name(drawn.at("image").get<std::string>()),
                                fmt::format("{} {}", drawn.at("unified").get<std::string>(),
                                            entry.at("short_name").get<std::string>())});
  };
  add(entry);
  if (entry.contains("skin_variations")) {
    for (const auto& [tone, drawn] : entry.at("skin_variations").items()) add(drawn);
  }
  return subject;
}

void append_picture(const fs::path& file, std::vector<uint8_t>& pixels) {
  const Image image = to_channels(read_png(file), 3);
  if (image.height != kSide || image.width != kSide) {
    fail(ErrorKind::kData, "{}: expected {}x{} pixels, got {}x{}", file.string(), kSide, kSide,
         image.height, image.width);
  }
  append_planes(image, pixels);
}

std::vector<uint8_t> idx_bytes(const std::vector<uint32_t>& dims,
                               const std::vector<uint8_t>& values) {
  constexpr uint8_t kUnsignedBytes = 8;
  std::vector<uint8_t> bytes = {0, 0, kUnsignedBytes, static_cast<uint8_t>(dims.size())};
  for (const uint32_t dim : dims) {
    for (const int shift : {24, 16, 8, 0}) bytes.push_back(static_cast<uint8_t>(dim >> shift));
  }
  bytes.insert(bytes.end(), values.begin(), values.end());
  return bytes;
}

/// One of the two parts, as it grows.
struct Split {
  std::vector<uint8_t> pixels, labels;
  std::string names;

  void write(const fs::path& folder, const char* images, const char* classes,
             const char* texts) const {
    const auto count = static_cast<uint32_t>(labels.size());
    write_file_atomically(folder / images,
                          std::span<const uint8_t>(idx_bytes({count, 3, kSide, kSide}, pixels)));
    write_file_atomically(folder / classes, std::span<const uint8_t>(idx_bytes({count}, labels)));
    write_file_atomically(folder / texts, std::string_view(names));
  }
};

}  // namespace

std::vector<EmojiSubject> parse_emoji_list(std::string_view json, const std::string& source) {
  std::vector<EmojiSubject> subjects;
  try {
    for (const auto& entry : parse_json(json)) subjects.push_back(read_subject(entry));
  } catch (const nlohmann::json::exception& error) {
    fail(ErrorKind::kData, "{} is not a list of emoji: {}", source, error.what());
  }
  std::erase_if(subjects, [](const EmojiSubject& subject) { return subject.pictures.empty(); });
  std::ranges::sort(subjects, {}, &EmojiSubject::code);
  if (subjects.empty()) fail(ErrorKind::kData, "{} lists no emoji", source);
  return subjects;
}

void convert_emoji(const fs::path& package, const std::string& style, const fs::path& folder) {
  const fs::path list = package / "emoji.json";
  const std::vector<EmojiSubject> subjects =
      parse_emoji_list(read_text(list, kLargestList), list.string());
  std::set<std::string> categories;
  for (const EmojiSubject& subject : subjects) categories.insert(subject.category);
  if (categories.size() > kMostCategories) {
    fail(ErrorKind::kData, "{} has {} categories, a label's byte can tell {} apart", list.string(),
         categories.size(), kMostCategories);
  }
  Split train, test;
  for (size_t i = 0; i < subjects.size(); ++i) {
    Split& split = i % kTestEvery == kTestEvery - 1 ? test : train;
    const auto label = std::distance(categories.begin(), categories.find(subjects[i].category));
    for (const EmojiPicture& picture : subjects[i].pictures) {
      append_picture(package / "img" / style / "64" / picture.file, split.pixels);
      split.labels.push_back(static_cast<uint8_t>(label));
      split.names += picture.name + "\n";
    }
  }
  train.write(folder, kTrainImages, kTrainLabels, kTrainNames);
  test.write(folder, kTestImages, kTestLabels, kTestNames);
}

}  // namespace belamy
