#include "belamy/data/gzip.h"

#include <zlib.h>

#include <algorithm>
#include <limits>
#include <new>

#include "belamy/core/error.h"

namespace belamy {
namespace {

class Inflater {
 public:
  Inflater() {
    constexpr int kGzipOnly = 16 + MAX_WBITS;
    if (inflateInit2(&stream_, kGzipOnly) != Z_OK) throw std::bad_alloc();
  }
  ~Inflater() { inflateEnd(&stream_); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  z_stream& stream() { return stream_; }

 private:
  z_stream stream_{};
};

// The last member's size modulo 2^32, which most files state truly: one allocation instead of many.
// Never more than deflate can reach (1032 to 1), so a lie costs no memory.
uint64_t likely_size(std::span<const uint8_t> bytes, uint64_t max_bytes) {
  uint64_t stated = 0;
  for (size_t i = 0; i < 4; ++i) stated |= uint64_t{bytes[bytes.size() - 4 + i]} << (8 * i);
  return std::min({stated + 1, max_bytes + 1, uint64_t{1032} * bytes.size() + 1});
}

}  // namespace

bool is_gzip(std::span<const uint8_t> bytes) {
  return bytes.size() >= 2 && bytes[0] == 0x1f && bytes[1] == 0x8b;
}

std::vector<uint8_t> gunzip(std::span<const uint8_t> bytes, uint64_t max_bytes,
                            const std::string& name) {
  constexpr size_t kSmallestGzip = 18;  // header and trailer
  if (!is_gzip(bytes) || bytes.size() < kSmallestGzip ||
      bytes.size() > std::numeric_limits<uInt>::max()) {
    fail(ErrorKind::kData, "{}: expected gzip of at least {} bytes, got {} bytes of something else",
         name, kSmallestGzip, bytes.size());
  }
  Inflater inflater;
  z_stream& stream = inflater.stream();
  stream.next_in = const_cast<Bytef*>(bytes.data());
  stream.avail_in = static_cast<uInt>(bytes.size());
  std::vector<uint8_t> out(likely_size(bytes, max_bytes));
  size_t filled = 0;
  while (true) {
    constexpr size_t kStep = size_t{1} << 30;
    const size_t room = std::min(out.size() - filled, kStep);
    stream.next_out = out.data() + filled;
    stream.avail_out = static_cast<uInt>(room);
    const int code = inflate(&stream, Z_NO_FLUSH);
    filled += room - stream.avail_out;
    if (filled > max_bytes) {
      fail(ErrorKind::kData, "{}: decompresses to more than the {} bytes allowed", name, max_bytes);
    }
    if (code == Z_STREAM_END) {
      if (stream.avail_in == 0) break;
      if (!is_gzip({stream.next_in, stream.avail_in})) {
        fail(ErrorKind::kData, "{}: {} bytes that are not gzip follow the compressed data", name,
             stream.avail_in);
      }
      inflateReset(&stream);
    } else if (code != Z_OK && code != Z_BUF_ERROR) {
      fail(ErrorKind::kData, "{}: broken gzip after {} decompressed bytes: {}", name, filled,
           stream.msg != nullptr ? stream.msg : zError(code));
    } else if (stream.avail_in == 0 && stream.avail_out > 0) {
      fail(ErrorKind::kData, "{}: gzip ends early, after {} decompressed bytes; fetch it again",
           name, filled);
    }
    if (filled == out.size()) out.resize(std::min<uint64_t>(2 * filled, max_bytes + 1));
  }
  out.resize(filled);
  return out;
}

}  // namespace belamy
