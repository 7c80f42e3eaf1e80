// The safetensors format: a header of JSON, then raw tensors. Nothing executes on load, and
// Python's `safetensors` package reads and writes the same files.
//
// https://github.com/huggingface/safetensors: 8 bytes little-endian header length; the header,
// padded with spaces to a multiple of 8; the tensors' bytes, without gaps, the widest dtypes first
// so that each tensor is aligned to its dtype, then sorted by name.
#pragma once

#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "belamy/nn/named_tensor.h"

namespace belamy {

struct Safetensors {
  std::vector<NamedTensor> tensors;             // contiguous; float32 or int64
  std::map<std::string, std::string> metadata;  // free text, "__metadata__" in the file
};

/// Equal contents give equal bytes. Throws kCheckpoint for another dtype.
std::vector<uint8_t> encode_safetensors(const Safetensors& content);

/// Throws kCheckpoint naming `source` for anything that is not exactly such a file: truncated,
/// overlapping or out-of-range offsets, unknown dtype, broken JSON, trailing bytes.
Safetensors decode_safetensors(std::span<const uint8_t> bytes, const std::string& source);

/// What a reader of whole files should allow, in bytes.
inline constexpr uint64_t kLargestSafetensors = uint64_t{1} << 34;

/// Written aside, synced and renamed. Throws kIo.
void write_safetensors(const std::filesystem::path& path, const Safetensors& content);
Safetensors read_safetensors(const std::filesystem::path& path);

}  // namespace belamy
