// Text for HTML pages.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace belamy {

/// Safe as text and as a quoted attribute. Bytes that are not UTF-8 become U+FFFD.
std::string escape_html(std::string_view text);

/// RFC 4648, with padding.
std::string base64(std::span<const uint8_t> bytes);

/// A PNG file's bytes as a source for <img>.
std::string png_uri(std::span<const uint8_t> png);

}  // namespace belamy
