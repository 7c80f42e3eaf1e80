#include "belamy/recipe/toml_depth.h"

#include <algorithm>
#include <string>

namespace belamy {
namespace {

// The place of the last character of the string that begins at `begin`, or of the line or the text
// where it has no end.
size_t end_of_string(std::string_view text, size_t begin) {
  const char quote = text[begin];
  const bool is_basic = quote == '"';  // with escapes
  const std::string triple(3, quote);
  const bool has_lines = text.substr(begin, 3) == triple;
  for (size_t i = begin + (has_lines ? 3 : 1); i < text.size(); ++i) {
    if (is_basic && text[i] == '\\') {
      ++i;
    } else if (!has_lines && (text[i] == quote || text[i] == '\n')) {
      return i;
    } else if (has_lines && text.substr(i, 3) == triple) {
      size_t end = i + 2;  // one or two quotes may belong to the string itself
      for (int more = 0; more < 2 && end + 1 < text.size() && text[end + 1] == quote; ++more) ++end;
      return end;
    }
  }
  return text.size();
}

}  // namespace

// Up to the first mistake in the text, where its reader stops, this sees what the reader sees.
bool is_too_deep_toml(std::string_view text) {
  size_t parts = 1;
  int brackets = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"' || c == '\'') {
      i = end_of_string(text, i);
      continue;
    }
    if (c == '#') i = std::min(text.find('\n', i), text.size());
    if (c == '.' && ++parts > kMostKeyParts) return true;
    if (c == '#' || std::string_view("=,[]{}\n").find(c) != std::string_view::npos) parts = 1;
    if (c == '[' || c == '{') ++brackets;
    if (c == ']' || c == '}') --brackets;
    if (brackets > kDeepestBrackets) return true;
  }
  return false;
}

}  // namespace belamy
