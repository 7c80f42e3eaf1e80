#include "belamy/report/html.h"

#include <nlohmann/json.hpp>

namespace belamy {
namespace {

// nlohmann's writer replaces what is not UTF-8; the text between its quotes would need unescaping,
// so it is read back.
std::string valid_utf8(std::string_view text) {
  const nlohmann::json json = std::string(text);
  const auto replace = nlohmann::json::error_handler_t::replace;
  return nlohmann::json::parse(json.dump(-1, ' ', false, replace)).get<std::string>();
}

}  // namespace

std::string escape_html(std::string_view text) {
  std::string out;
  for (const char c : valid_utf8(text)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string base64(std::span<const uint8_t> bytes) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (size_t i = 0; i < bytes.size(); i += 3) {
    const size_t left = bytes.size() - i;
    const auto byte = [&](size_t n) { return n < left ? uint32_t{bytes[i + n]} : 0; };
    const uint32_t group = byte(0) << 16 | byte(1) << 8 | byte(2);
    out += kDigits[group >> 18];
    out += kDigits[group >> 12 & 63];
    out += left > 1 ? kDigits[group >> 6 & 63] : '=';
    out += left > 2 ? kDigits[group & 63] : '=';
  }
  return out;
}

std::string png_uri(std::span<const uint8_t> png) {
  return "data:image/png;base64," + base64(png);
}

}  // namespace belamy
