#include "belamy/image/event_file.h"

#include <algorithm>
#include <bit>
#include <fstream>

#include "belamy/core/crc32c.h"
#include "belamy/core/error.h"
#include "belamy/core/wall_clock.h"

namespace belamy {
namespace fs = std::filesystem;
namespace {

constexpr size_t kHeaderBytes = 12;  // length, checksum
constexpr size_t kFooterBytes = 4;   // checksum

uint32_t masked_crc32c(std::string_view bytes) {
  const uint32_t crc = crc32c({reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()});
  return std::rotr(crc, 15) + 0xa282ead8;
}

void append_little_endian(std::string& out, uint64_t value, size_t bytes) {
  for (size_t i = 0; i < bytes; ++i) out.push_back(static_cast<char>(value >> (8 * i)));
}

uint64_t little_endian(std::string_view bytes) {
  uint64_t value = 0;
  for (size_t i = bytes.size(); i-- > 0;) value = value << 8 | static_cast<uint8_t>(bytes[i]);
  return value;
}

bool read_exactly(std::istream& in, std::string& bytes, uint64_t size) {
  bytes.resize(size);
  in.read(bytes.data(), static_cast<std::streamsize>(size));
  return static_cast<uint64_t>(in.gcount()) == size;
}

constexpr uint64_t kLargestRecord = uint64_t{64} << 20;  // pictures are the largest, of a few MiB

// The next message, if `available` bytes hold a whole record and its checksums are right.
bool read_record(std::istream& in, uint64_t available, std::string& message) {
  std::string header, footer;
  if (available < kHeaderBytes + kFooterBytes || !read_exactly(in, header, kHeaderBytes)) {
    return false;
  }
  const std::string_view view = header;
  if (masked_crc32c(view.substr(0, 8)) != little_endian(view.substr(8))) return false;
  const uint64_t length = little_endian(view.substr(0, 8));
  if (length > std::min(kLargestRecord, available - kHeaderBytes - kFooterBytes)) return false;
  return read_exactly(in, message, length) && read_exactly(in, footer, kFooterBytes) &&
         masked_crc32c(message) == little_endian(footer);
}

struct KeptPart {
  uint64_t bytes = 0;
  uint64_t events = 0;
};

// The whole events from the start on, up to the first beyond `last_step`.
KeptPart find_kept_part(const fs::path& path, uint64_t size, int64_t last_step) {
  std::ifstream in(path, std::ios::binary);
  if (!in) fail(ErrorKind::kIo, "cannot read {}; is it a file you may read?", path.string());
  KeptPart kept;
  std::string message;
  while (read_record(in, size - kept.bytes, message)) {
    const auto step = read_event_step(message);
    if (!step || *step > last_step) break;
    kept.bytes += kHeaderBytes + message.size() + kFooterBytes;
    ++kept.events;
  }
  return kept;
}

fs::path file_in(const fs::path& folder) {
  make_folder(folder);
  return folder / kEventFileName;
}

}  // namespace

std::string tfrecord(std::string_view message) {
  std::string record;
  record.reserve(kHeaderBytes + message.size() + kFooterBytes);
  append_little_endian(record, message.size(), 8);
  append_little_endian(record, masked_crc32c(record), 4);
  record.append(message);
  append_little_endian(record, masked_crc32c(message), 4);
  return record;
}

EventFile::EventFile(const fs::path& folder, int64_t last_step) : file_(file_in(folder)) {
  const fs::path path = folder / kEventFileName;
  const std::string version = encode_version_event(wall_clock());
  const KeptPart kept = find_kept_part(path, file_.size(), last_step);
  // A kill while the first event was written leaves less than it; anything longer is not ours.
  if (kept.events == 0 && file_.size() > tfrecord(version).size()) {
    fail(ErrorKind::kData,
         "{}: expected a TensorBoard event file, got {} bytes that do not start as one; move it "
         "away to start afresh",
         path.string(), file_.size());
  }
  if (kept.bytes < file_.size()) file_.truncate(kept.bytes);
  if (kept.events == 0) append(version);
}

void EventFile::add_scalars(int64_t step, std::span<const TaggedScalar> scalars) {
  if (!scalars.empty()) append(encode_scalars_event({step, wall_clock()}, scalars));
}

void EventFile::add_image(int64_t step, std::string_view tag, const Image& image) {
  append(encode_image_event({step, wall_clock()}, tag, image));
}

void EventFile::append(std::string_view message) {
  file_.append(tfrecord(message));
}

}  // namespace belamy
