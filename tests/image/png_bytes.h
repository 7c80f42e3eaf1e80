// PNG files of any colour type, built byte by byte: what our own encoder never writes.
#pragma once

#include <zlib.h>

#include <array>
#include <string>

#include "tests/data/byte_files.h"

namespace belamy::testing {

struct PngSpec {
  uint32_t width = 1;
  uint32_t height = 1;
  uint8_t depth = 8;
  uint8_t colour_type = 0;   // as in IHDR
  Bytes palette;             // PLTE, when not empty
  Bytes transparency;        // tRNS, when not empty
  bool interlaced = false;   // only where a pixel is whole bytes
  uint32_t bytes_a_row = 1;  // of `samples`
  Bytes samples;             // row by row, as PNG packs them
};

inline void append_chunk(Bytes& out, const std::string& type, const Bytes& body) {
  append_big_endian(out, static_cast<uint32_t>(body.size()));
  const size_t start = out.size();
  out.insert(out.end(), type.begin(), type.end());
  out.insert(out.end(), body.begin(), body.end());
  const uLong sum = crc32(0, out.data() + start, static_cast<uInt>(out.size() - start));
  append_big_endian(out, static_cast<uint32_t>(sum));
}

inline Bytes plain_scanlines(const PngSpec& spec) {
  Bytes lines;
  for (uint32_t y = 0; y < spec.height; ++y) {
    lines.push_back(0);  // no filter
    const auto row = spec.samples.begin() + y * spec.bytes_a_row;
    lines.insert(lines.end(), row, row + spec.bytes_a_row);
  }
  return lines;
}

// The seven passes of Adam7, each with its first column and row and its steps.
inline Bytes interlaced_scanlines(const PngSpec& spec) {
  constexpr std::array<std::array<uint32_t, 4>, 7> kPasses = {{{0, 0, 8, 8},
                                                               {4, 0, 8, 8},
                                                               {0, 4, 4, 8},
                                                               {2, 0, 4, 4},
                                                               {0, 2, 2, 4},
                                                               {1, 0, 2, 2},
                                                               {0, 1, 1, 2}}};
  const uint32_t pixel = spec.bytes_a_row / spec.width;
  Bytes lines;
  for (const auto& [left, top, across, down] : kPasses) {
    if (left >= spec.width) continue;
    for (uint32_t y = top; y < spec.height; y += down) {
      lines.push_back(0);
      for (uint32_t x = left; x < spec.width; x += across) {
        const auto from = spec.samples.begin() + y * spec.bytes_a_row + x * pixel;
        lines.insert(lines.end(), from, from + pixel);
      }
    }
  }
  return lines;
}

inline Bytes png_bytes(const PngSpec& spec) {
  Bytes out = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  Bytes header;
  append_big_endian(header, spec.width);
  append_big_endian(header, spec.height);
  header.insert(header.end(), {spec.depth, spec.colour_type, 0, 0});
  header.push_back(spec.interlaced ? 1 : 0);
  append_chunk(out, "IHDR", header);
  if (!spec.palette.empty()) append_chunk(out, "PLTE", spec.palette);
  if (!spec.transparency.empty()) append_chunk(out, "tRNS", spec.transparency);
  const Bytes lines = spec.interlaced ? interlaced_scanlines(spec) : plain_scanlines(spec);
  Bytes packed(compressBound(static_cast<uLong>(lines.size())));
  uLongf size = static_cast<uLongf>(packed.size());
  compress(packed.data(), &size, lines.data(), static_cast<uLong>(lines.size()));
  packed.resize(size);
  append_chunk(out, "IDAT", packed);
  append_chunk(out, "IEND", {});
  return out;
}

/// Makes each chunk's checksum right again, so that damage reaches what lies behind it.
inline Bytes with_checksums(Bytes bytes) {
  size_t at = 8;
  while (at + 12 <= bytes.size()) {
    size_t length = 0;
    for (size_t i = 0; i < 4; ++i) length = (length << 8) | bytes[at + i];
    if (length > bytes.size() - at - 12) break;
    const uLong sum = crc32(0, bytes.data() + at + 4, static_cast<uInt>(length + 4));
    for (size_t i = 0; i < 4; ++i) {
      bytes[at + 8 + length + i] = static_cast<uint8_t>(sum >> (24 - 8 * i));
    }
    at += 12 + length;
  }
  return bytes;
}

}  // namespace belamy::testing
