#include "belamy/image/npy.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <limits>
#include <string>
#include <string_view>

#include "belamy/core/error.h"

namespace belamy {
namespace {

std::vector<uint8_t> encode(const char* dtype, const void* data, size_t count, size_t item_size,
                            const std::vector<int64_t>& shape) {
  int64_t product = 1;
  for (const int64_t dim : shape) product *= dim;
  if (static_cast<size_t>(product) != count) {
    fail(ErrorKind::kShape, "an array of shape {} needs {} values, got {}", fmt::join(shape, "×"),
         product, count);
  }
  // A tuple of one needs its comma: (3,), but (2, 3).
  std::string header = fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': ({}{}), }}",
                                   dtype, fmt::join(shape, ", "), shape.size() == 1 ? "," : "");
  // Magic, version and length are 10 bytes; the data begin at a multiple of 64.
  constexpr size_t kPreamble = 10, kAlignment = 64;
  const size_t used = kPreamble + header.size() + 1;
  header.append((kAlignment - used % kAlignment) % kAlignment, ' ');
  header += '\n';
  std::vector<uint8_t> bytes = {0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};
  bytes.push_back(static_cast<uint8_t>(header.size() & 0xff));
  bytes.push_back(static_cast<uint8_t>(header.size() >> 8));
  bytes.insert(bytes.end(), header.begin(), header.end());
  const auto* raw = static_cast<const uint8_t*>(data);
  bytes.insert(bytes.end(), raw, raw + count * item_size);
  return bytes;
}

[[noreturn]] void refuse(const std::string& name, std::string_view reason) {
  fail(ErrorKind::kData, "{} is not an array that numpy.save wrote: {}", name, reason);
}

/// What follows `'key':` in the header, spaces skipped.
std::string_view value_of(std::string_view header, std::string_view key, const std::string& name) {
  const size_t at = header.find(fmt::format("'{}':", key));
  if (at == std::string_view::npos) refuse(name, fmt::format("its header lacks '{}'", key));
  std::string_view rest = header.substr(at + key.size() + 3);
  rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
  return rest;
}

std::string parse_dtype(std::string_view text, const std::string& name) {
  const size_t end = text.find('\'', 1);
  if (!text.starts_with('\'') || end == std::string_view::npos) {
    refuse(name, "its dtype is not a plain one");
  }
  return std::string(text.substr(1, end - 1));
}

/// "(2, 3)" or "(2,)"
std::vector<int64_t> parse_shape(std::string_view text, const std::string& name) {
  constexpr const char* kBroken = "its shape is not a tuple of numbers";
  const size_t end = text.find(')');
  if (!text.starts_with('(') || end == std::string_view::npos) refuse(name, kBroken);
  text = text.substr(1, end - 1);
  std::vector<int64_t> shape;
  while (!text.empty()) {
    int64_t dim = 0;
    const auto [stop, code] = std::from_chars(text.data(), text.data() + text.size(), dim);
    if (code != std::errc() || dim < 0) refuse(name, kBroken);
    shape.push_back(dim);
    text.remove_prefix(static_cast<size_t>(stop - text.data()));
    const size_t next = text.find_first_not_of(", ");
    text.remove_prefix(next == std::string_view::npos ? text.size() : next);
  }
  return shape;
}

/// Bytes of one number; 0 for what is not a little-endian number.
size_t item_size(const std::string& dtype) {
  for (const char* known :
       {"|u1", "|i1", "|b1", "<f2", "<f4", "<f8", "<i2", "<i4", "<i8", "<u2", "<u4", "<u8"}) {
    if (dtype == known) return static_cast<size_t>(dtype[2] - '0');
  }
  return 0;
}

/// Bytes that the shape needs; the largest number when none can hold them. A dimension of zero does
/// not let the others through: their product is a stride.
size_t needed_bytes(const std::vector<int64_t>& shape, size_t item) {
  int64_t bytes = static_cast<int64_t>(item);
  bool is_empty = false;
  for (const int64_t dim : shape) {
    is_empty = is_empty || dim == 0;
    if (__builtin_mul_overflow(bytes, std::max<int64_t>(dim, 1), &bytes)) {
      return std::numeric_limits<size_t>::max();
    }
  }
  return is_empty ? 0 : static_cast<size_t>(bytes);
}

/// Magic, version and header; `bytes` is left at the data.
std::string_view take_header(std::span<const uint8_t>& bytes, const std::string& name) {
  constexpr std::string_view kMagic = "\x93NUMPY";
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (!text.starts_with(kMagic) || bytes.size() < 12) refuse(name, "it does not begin like one");
  const int version = bytes[6];
  if (version < 1 || version > 3) refuse(name, fmt::format("its version is {}", version));
  const size_t begin = version == 1 ? 10 : 12;
  size_t length = bytes[8] + (size_t{bytes[9]} << 8);
  if (version > 1) length += (size_t{bytes[10]} << 16) + (size_t{bytes[11]} << 24);
  if (length > bytes.size() - begin) refuse(name, "its header is cut short");
  bytes = bytes.subspan(begin + length);
  return text.substr(begin, length);
}

template <class Number>
std::vector<Number> numbers(const std::vector<uint8_t>& bytes) {
  std::vector<Number> values(bytes.size() / sizeof(Number));
  if (!values.empty()) std::memcpy(values.data(), bytes.data(), values.size() * sizeof(Number));
  return values;
}

}  // namespace

NpyArray decode_npy(std::span<const uint8_t> bytes, const std::string& name) {
  const std::string_view header = take_header(bytes, name);
  NpyArray array;
  array.dtype = parse_dtype(value_of(header, "descr", name), name);
  array.shape = parse_shape(value_of(header, "shape", name), name);
  if (!value_of(header, "fortran_order", name).starts_with("False")) {
    refuse(name, "its values lie column by column; numpy.ascontiguousarray turns them");
  }
  const size_t item = item_size(array.dtype);
  if (item == 0) {
    refuse(name, fmt::format("its dtype is '{}', not little-endian numbers", array.dtype));
  }
  const size_t needed = needed_bytes(array.shape, item);
  if (needed != bytes.size()) {
    refuse(name, fmt::format("shape {} of '{}' needs {} bytes, {} are there",
                             fmt::join(array.shape, "×"), array.dtype, needed, bytes.size()));
  }
  array.bytes.assign(bytes.begin(), bytes.end());
  return array;
}

std::vector<float> NpyArray::floats(const std::string& name) const {
  if (dtype == "<f4") return numbers<float>(bytes);
  if (dtype == "<f8") {
    const auto wide = numbers<double>(bytes);
    std::vector<float> values(wide.size());
    std::transform(wide.begin(), wide.end(), values.begin(),
                   [](double value) { return static_cast<float>(value); });
    return values;
  }
  fail(ErrorKind::kData, "{} holds '{}', expected float32; array.astype('float32') turns it", name,
       dtype);
}

std::vector<uint8_t> encode_npy(std::span<const uint8_t> values,
                                const std::vector<int64_t>& shape) {
  return encode("|u1", values.data(), values.size(), 1, shape);
}

std::vector<uint8_t> encode_npy(std::span<const float> values, const std::vector<int64_t>& shape) {
  return encode("<f4", values.data(), values.size(), sizeof(float), shape);
}

}  // namespace belamy
