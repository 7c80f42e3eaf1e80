// The files of a run folder that hold a JSON object a line: log.jsonl, metrics.jsonl.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <string_view>

namespace belamy {

/// A training writes some hundred bytes a line, and a line every few steps: a file of this size
/// holds fifty million of them, and takes minutes to read.
inline constexpr uint64_t kLargestJsonLines = uint64_t{16} << 30;
inline constexpr size_t kLongestJsonLine = size_t{1} << 20;

struct JsonLine {
  std::string_view text;  // without its end; empty when longer than kLongestJsonLine
  nlohmann::json json;    // discarded for what is no JSON, or longer
  bool is_ended;          // false for a last one without its end, which may be being written
};

/// Calls `take` for each line of a file, which is read a line at a time: however long it is, it
/// takes no more memory. Throws kIo, as for files larger than kLargestJsonLines.
void for_each_json_line(const std::filesystem::path& path,
                        const std::function<void(const JsonLine&)>& take);

}  // namespace belamy
