#include "belamy/train/json_lines.h"

#include <fstream>
#include <limits>
#include <vector>

#include "belamy/core/error.h"
#include "belamy/core/json_text.h"

namespace belamy {
namespace {

std::ifstream open_lines(const std::filesystem::path& path) {
  std::error_code code;
  const uintmax_t size = std::filesystem::file_size(path, code);
  if (!code && size > kLargestJsonLines) {
    fail(ErrorKind::kIo, "{} is larger than the {} bytes allowed for such a file", path.string(),
         kLargestJsonLines);
  }
  std::ifstream file(path, std::ios::binary);
  if (code || !file) fail(ErrorKind::kIo, "cannot open {}", path.string());
  return file;
}

}  // namespace

void for_each_json_line(const std::filesystem::path& path,
                        const std::function<void(const JsonLine&)>& take) {
  std::ifstream file = open_lines(path);
  std::vector<char> buffer(kLongestJsonLine + 1);  // getline() ends it with a zero
  while (file.peek() != std::ifstream::traits_type::eof()) {
    file.getline(buffer.data(), static_cast<std::streamsize>(buffer.size()));
    const auto taken = static_cast<size_t>(file.gcount());
    if (file.fail() && !file.eof()) {
      // Read, JSON takes many times the memory of its text.
      file.clear(file.rdstate() & ~std::ios::failbit);
      file.ignore(std::numeric_limits<std::streamsize>::max(), '\n');
      take({{}, nlohmann::json(nlohmann::json::value_t::discarded), !file.eof()});
      continue;
    }
    const bool is_ended = !file.eof();
    const std::string_view line(buffer.data(), taken - (is_ended ? 1 : 0));
    take({line, parse_json_or_discard(line), is_ended});
  }
  if (file.bad()) fail(ErrorKind::kIo, "cannot read {}", path.string());
}

}  // namespace belamy
