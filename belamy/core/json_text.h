// JSON that came from outside: what nlohmann's library would take with the whole stack, or by
// undefined conversions, is refused.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string_view>

namespace belamy {

/// What Belamy writes is six levels deep; reading is a loop, but copying and writing recurse.
inline constexpr int kDeepestJson = 64;

/// Whether the text opens more than kDeepestJson objects and lists within one another.
bool is_nested_too_deeply(std::string_view json);

/// Throws nlohmann's parse_error for what is not JSON or nested too deeply.
template <class Json = nlohmann::json>
Json parse_json(std::string_view text) {
  if (is_nested_too_deeply(text)) {
    throw nlohmann::json::parse_error::create(101, 0, "nested too deeply", nullptr);
  }
  return Json::parse(text);
}

/// The same without exceptions: a discarded value, which is no object, list, number or string.
template <class Json = nlohmann::json>
Json parse_json_or_discard(std::string_view text) {
  if (is_nested_too_deeply(text)) return Json(Json::value_t::discarded);
  return Json::parse(text, nullptr, false);
}

/// A whole number 0..2^63-1. Throws nlohmann's type_error for anything else: converting 1e300
/// or -1 is not defined to fail.
template <class Json>
int64_t count_from(const Json& json) {
  // Of an unsigned one beyond 2^63 the conversion is negative.
  const int64_t count = json.is_number_integer() ? json.template get<int64_t>() : -1;
  if (count >= 0) return count;
  throw nlohmann::json::type_error::create(302, "must be a number 0, 1, 2, ...", nullptr);
}

}  // namespace belamy
