#include "belamy/train/json_lines.h"

#include "belamy/core/file.h"
#include "belamy/core/json_text.h"

namespace belamy {

void for_each_json_line(std::string_view text, const std::function<void(const JsonLine&)>& take) {
  while (!text.empty()) {
    const size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    const bool is_ended = end != std::string_view::npos;
    // Read, JSON takes many times the memory of its text.
    auto json = line.size() <= kLongestJsonLine
                    ? parse_json_or_discard(line)
                    : nlohmann::json(nlohmann::json::value_t::discarded);
    take({line, std::move(json), is_ended});
    if (!is_ended) return;
    text.remove_prefix(end + 1);
  }
}

std::string read_json_lines(const std::filesystem::path& path) {
  return read_text(path, kLargestJsonLines);
}

}  // namespace belamy
