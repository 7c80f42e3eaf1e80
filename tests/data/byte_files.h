// Small valid files, built byte by byte, and seeded damage to them.
#pragma once

#include <zlib.h>

#include <algorithm>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include "belamy/core/error.h"
#include "belamy/core/rng.h"

namespace belamy::testing {

using Bytes = std::vector<uint8_t>;

inline void append_big_endian(Bytes& out, uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<uint8_t>(value >> shift));
}

/// IDX of unsigned bytes.
inline Bytes idx_bytes(const std::vector<uint32_t>& dims, const Bytes& values) {
  Bytes out = {0, 0, 8, static_cast<uint8_t>(dims.size())};
  for (const uint32_t dim : dims) append_big_endian(out, dim);
  out.insert(out.end(), values.begin(), values.end());
  return out;
}

/// 0, 1, 2, ... modulo 256.
inline Bytes counting_bytes(size_t count) {
  Bytes out(count);
  for (size_t i = 0; i < count; ++i) out[i] = static_cast<uint8_t>(i);
  return out;
}

inline Bytes gzip_bytes(const Bytes& plain) {
  z_stream stream{};
  if (deflateInit2(&stream, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
    throw std::runtime_error("deflateInit2 failed");
  }
  Bytes out(deflateBound(&stream, static_cast<uLong>(plain.size())) + 32);
  stream.next_in = const_cast<Bytef*>(plain.data());
  stream.avail_in = static_cast<uInt>(plain.size());
  stream.next_out = out.data();
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

/// One to four random edits: bytes changed, cut off, taken out, put in or repeated.
inline Bytes mutate(Bytes bytes, RandomStream& random) {
  const uint64_t edits = 1 + random.below(4);
  for (uint64_t edit = 0; edit < edits && !bytes.empty(); ++edit) {
    const auto at = static_cast<std::ptrdiff_t>(random.below(bytes.size()));
    const auto length = static_cast<std::ptrdiff_t>(
        std::min<uint64_t>(1 + random.below(8), bytes.size() - static_cast<uint64_t>(at)));
    const auto position = bytes.begin() + at;
    switch (random.below(6)) {
      case 0:
        bytes.resize(static_cast<size_t>(at));
        break;
      case 1:
        bytes.erase(position, position + length);
        break;
      case 2:
        bytes.insert(position, static_cast<uint8_t>(random.bits()));
        break;
      case 3: {
        const Bytes repeated(position, position + length);
        bytes.insert(position, repeated.begin(), repeated.end());
        break;
      }
      default:
        *position = static_cast<uint8_t>(random.bits());
    }
  }
  return bytes;
}

/// Runs `parse` over 2,000 mutations of `valid`. Any exception but belamy::Error ends the test.
/// Returns how many were refused.
template <class Parse>
int count_refused(const Bytes& valid, const std::string& stream_name, Parse&& parse) {
  RandomStream random(1, stream_name);
  int refused = 0;
  for (int i = 0; i < 2000; ++i) {
    try {
      parse(mutate(valid, random));
    } catch (const Error&) {
      ++refused;
    }
  }
  return refused;
}

}  // namespace belamy::testing
