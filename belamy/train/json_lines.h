// The files of a run folder that hold a JSON object a line: log.jsonl, metrics.jsonl.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace belamy {

/// A training writes some hundred bytes a line, and a line every few steps.
inline constexpr uint64_t kLargestJsonLines = uint64_t{256} << 20;
inline constexpr size_t kLongestJsonLine = size_t{1} << 20;

struct JsonLine {
  std::string_view text;  // without its end
  nlohmann::json json;    // discarded for what is no JSON, or longer than kLongestJsonLine
  bool is_ended;          // false for a last one without its end, which may be being written
};

/// Calls `take` for each line of `text`.
void for_each_json_line(std::string_view text, const std::function<void(const JsonLine&)>& take);

/// The whole file. Throws kIo, as for files larger than kLargestJsonLines.
std::string read_json_lines(const std::filesystem::path& path);

}  // namespace belamy
