#include "belamy/data/sha256.h"

#include <fmt/ranges.h>
#include <openssl/evp.h>

#include <array>
#include <new>

#include "belamy/core/error.h"

namespace belamy {

std::string sha256_hex(std::span<const uint8_t> bytes) {
  std::array<uint8_t, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1) {
    throw std::bad_alloc();  // the only way a digest of bytes in memory fails
  }
  return fmt::format("{:02x}", fmt::join(digest.begin(), digest.begin() + size, ""));
}

std::string sha256_hex(const std::string& text) {
  return sha256_hex({reinterpret_cast<const uint8_t*>(text.data()), text.size()});
}

}  // namespace belamy
