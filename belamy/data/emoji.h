// The emoji data sets: a package of PNG files with names and categories, made into IDX files.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace belamy {

/// The names of the sample names' files; the images' and labels' are MNIST's.
inline constexpr const char* kTrainNames = "train-names.txt";
inline constexpr const char* kTestNames = "t10k-names.txt";

struct EmojiPicture {
  std::string file;  // a plain name, which leads nowhere else
  std::string name;
};

struct EmojiSubject {
  std::string code;
  std::string category;
  std::vector<EmojiPicture> pictures;  // itself, then its skin tones; at least one
};

/// The package's emoji.json: what both styles draw, by code point. Throws kData, naming `source`.
std::vector<EmojiSubject> parse_emoji_list(std::string_view json, const std::string& source);

/// Writes the IDX files and names of one drawing style ("twitter", "google") into `folder`.
/// `package` is the unpacked npm package emoji-datasource-STYLE: emoji.json, and img/STYLE/64 of
/// PNG files. Transparency is composed on white; [N, 3, 64, 64]. Labels are the categories in the
/// order of their names. Subjects come in the order of their code points, skin tones after their
/// subject; every tenth subject, skin tones included, is the test split, so that both styles have
/// the same subjects at the same places. A sample's name is its code point and its short name.
/// Throws kData for a package that is not one, naming the file.
void convert_emoji(const std::filesystem::path& package, const std::string& style,
                   const std::filesystem::path& folder);

}  // namespace belamy
