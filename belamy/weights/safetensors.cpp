#include "belamy/weights/safetensors.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cstring>

#include "belamy/core/error.h"
#include "belamy/core/file.h"
#include "belamy/core/json_text.h"
#include "belamy/nn/shape.h"

namespace belamy {
namespace {

constexpr uint64_t kLengthBytes = 8;
constexpr uint64_t kLargestHeader = 100'000'000;  // the reference implementation's own limit

struct DtypeName {
  const char* name;
  at::ScalarType type;
};
constexpr DtypeName kDtypes[] = {{"F32", at::kFloat}, {"I64", at::kLong}};

const DtypeName& dtype_of(const NamedTensor& tensor) {
  for (const DtypeName& dtype : kDtypes) {
    if (dtype.type == tensor.tensor.scalar_type()) return dtype;
  }
  fail(ErrorKind::kCheckpoint, "tensor {} is neither float32 nor int64", tensor.name);
}

std::string padded_header(const std::vector<NamedTensor>& tensors,
                          const std::map<std::string, std::string>& metadata) {
  nlohmann::ordered_json header;
  if (!metadata.empty()) header["__metadata__"] = metadata;
  uint64_t offset = 0;
  for (const NamedTensor& tensor : tensors) {
    const uint64_t end = offset + tensor.tensor.nbytes();
    header[tensor.name] = {{"dtype", dtype_of(tensor).name},
                           {"shape", tensor.tensor.sizes().vec()},
                           {"data_offsets", {offset, end}}};
    offset = end;
  }
  std::string text = header.is_null() ? "{}" : header.dump();
  text.resize((text.size() + 7) / 8 * 8, ' ');
  return text;
}

/// Reads one file; every complaint names it.
class Decoder {
 public:
  Decoder(std::span<const uint8_t> bytes, const std::string& source)
      : bytes_(bytes), source_(source) {}

  Safetensors decode() {
    const nlohmann::json header = read_header();
    Safetensors content;
    std::vector<std::pair<uint64_t, uint64_t>> spans;
    for (const auto& [name, entry] : header.items()) {
      if (name == "__metadata__") {
        content.metadata = read_metadata(entry);
      } else {
        content.tensors.push_back({name, read_tensor(name, entry, spans)});
      }
    }
    require_gapless(spans);
    return content;
  }

 private:
  [[noreturn]] void refuse(const std::string& why) const {
    fail(ErrorKind::kCheckpoint, "{} is not a whole safetensors file: {}", source_, why);
  }

  nlohmann::json read_header() {
    if (bytes_.size() < kLengthBytes) refuse(fmt::format("it has {} bytes", bytes_.size()));
    uint64_t length = 0;
    std::memcpy(&length, bytes_.data(), kLengthBytes);
    if (length > kLargestHeader || length > bytes_.size() - kLengthBytes) {
      refuse(fmt::format("its header should be {} bytes, the file has {}", length, bytes_.size()));
    }
    const auto text = bytes_.subspan(kLengthBytes, length);
    data_ = bytes_.subspan(kLengthBytes + length);
    auto header = parse_json_or_discard({reinterpret_cast<const char*>(text.data()), text.size()});
    if (!header.is_object()) refuse("its header is not a JSON object");
    return header;
  }

  std::map<std::string, std::string> read_metadata(const nlohmann::json& entry) const {
    std::map<std::string, std::string> metadata;
    if (!entry.is_object()) refuse("__metadata__ is not an object");
    for (const auto& [key, value] : entry.items()) {
      if (!value.is_string()) refuse(fmt::format("__metadata__.{} is not a string", key));
      metadata[key] = value.get<std::string>();
    }
    return metadata;
  }

  at::Tensor read_tensor(const std::string& name, const nlohmann::json& entry,
                         std::vector<std::pair<uint64_t, uint64_t>>& spans) const {
    const at::ScalarType type = read_dtype(name, entry);
    const Shape shape = read_shape(name, entry);
    const auto [begin, end] = read_offsets(name, entry);
    uint64_t expected = c10::elementSize(type);
    for (const int64_t dim : shape) expected *= static_cast<uint64_t>(dim);
    if (end < begin || end > data_.size() || end - begin != expected) {
      refuse(fmt::format("tensor {} should be {} bytes at {}..{} of {}", name, expected, begin, end,
                         data_.size()));
    }
    spans.emplace_back(begin, end);
    at::Tensor tensor = at::empty(shape, type);
    if (expected > 0) std::memcpy(tensor.data_ptr(), data_.data() + begin, expected);
    return tensor;
  }

  at::ScalarType read_dtype(const std::string& name, const nlohmann::json& entry) const {
    const auto found = entry.is_object() ? entry.find("dtype") : entry.end();
    if (!entry.is_object() || found == entry.end() || !found->is_string()) {
      refuse(fmt::format("tensor {} has no dtype", name));
    }
    for (const DtypeName& dtype : kDtypes) {
      if (*found == dtype.name) return dtype.type;
    }
    refuse(fmt::format("tensor {} has dtype {}; F32 and I64 are read", name, found->dump()));
  }

  Shape read_shape(const std::string& name, const nlohmann::json& entry) const {
    const auto found = entry.find("shape");
    if (found == entry.end() || !found->is_array() || found->size() > 8) {
      refuse(fmt::format("tensor {} has no shape", name));
    }
    constexpr int64_t kMost = int64_t{1} << 32;
    int64_t product = 1;
    Shape shape;
    for (const nlohmann::json& dim : *found) {
      if (!dim.is_number_unsigned()) refuse(fmt::format("tensor {} has a bad shape", name));
      const auto length = dim.get<uint64_t>();
      if (length > kMost) refuse(fmt::format("tensor {} is too large", name));
      shape.push_back(static_cast<int64_t>(length));
      // A dimension of zero must not let the others through: strides are their products.
      const int64_t factor = std::max<int64_t>(shape.back(), 1);
      if (product > kMost / factor) refuse(fmt::format("tensor {} is too large", name));
      product *= factor;
    }
    return shape;
  }

  std::pair<uint64_t, uint64_t> read_offsets(const std::string& name,
                                             const nlohmann::json& entry) const {
    const auto found = entry.find("data_offsets");
    const bool pair = found != entry.end() && found->is_array() && found->size() == 2 &&
                      (*found)[0].is_number_unsigned() && (*found)[1].is_number_unsigned();
    if (!pair) refuse(fmt::format("tensor {} has no data_offsets", name));
    return {(*found)[0].get<uint64_t>(), (*found)[1].get<uint64_t>()};
  }

  void require_gapless(std::vector<std::pair<uint64_t, uint64_t>>& spans) const {
    std::sort(spans.begin(), spans.end());
    uint64_t expected = 0;
    for (const auto& [begin, end] : spans) {
      if (begin != expected) refuse("its tensors overlap or leave gaps");
      expected = end;
    }
    if (expected != data_.size()) {
      refuse(
          fmt::format("its tensors need {} bytes, {} follow the header", expected, data_.size()));
    }
  }

  std::span<const uint8_t> bytes_;
  std::span<const uint8_t> data_;
  const std::string& source_;
};

}  // namespace

std::vector<uint8_t> encode_safetensors(const Safetensors& content) {
  std::vector<NamedTensor> tensors = content.tensors;
  std::sort(tensors.begin(), tensors.end(), [](const NamedTensor& a, const NamedTensor& b) {
    const auto width_a = a.tensor.element_size(), width_b = b.tensor.element_size();
    return width_a != width_b ? width_a > width_b : a.name < b.name;
  });
  const std::string header = padded_header(tensors, content.metadata);
  const uint64_t length = header.size();
  std::vector<uint8_t> bytes(kLengthBytes);
  std::memcpy(bytes.data(), &length, kLengthBytes);
  bytes.insert(bytes.end(), header.begin(), header.end());
  for (const NamedTensor& tensor : tensors) {
    const at::Tensor dense = tensor.tensor.detach().contiguous();
    const auto* data = static_cast<const uint8_t*>(dense.data_ptr());
    bytes.insert(bytes.end(), data, data + dense.nbytes());
  }
  return bytes;
}

Safetensors decode_safetensors(std::span<const uint8_t> bytes, const std::string& source) {
  return Decoder(bytes, source).decode();
}

void write_safetensors(const std::filesystem::path& path, const Safetensors& content) {
  write_file_atomically(path, encode_safetensors(content));
}

Safetensors read_safetensors(const std::filesystem::path& path) {
  return decode_safetensors(read_bytes(path, kLargestSafetensors), path.string());
}

}  // namespace belamy
