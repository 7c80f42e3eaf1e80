#include "belamy/core/json_text.h"

namespace belamy {

// Up to the first mistake in the text, which ends the parser's reading too, brackets outside
// strings are levels.
bool is_nested_too_deeply(std::string_view json) {
  int depth = 0;
  bool is_string = false;
  for (size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (is_string) {
      if (c == '\\') ++i;
      if (c == '"') is_string = false;
    } else if (c == '"') {
      is_string = true;
    } else if (c == '[' || c == '{') {
      if (++depth > kDeepestJson) return true;
    } else if (c == ']' || c == '}') {
      --depth;
    }
  }
  return false;
}

}  // namespace belamy
