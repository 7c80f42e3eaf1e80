// The checksum of TFRecord files: CRC-32C (Castagnoli), RFC 3720 appendix B.4.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace belamy {

uint32_t crc32c(std::span<const uint8_t> bytes);

}  // namespace belamy
