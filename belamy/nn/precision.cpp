#include "belamy/nn/precision.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>

#include "belamy/core/error.h"
#include "belamy/kernels/bf16_unit.h"

namespace belamy {
namespace {

// oneDNN reads ONEDNN_MAX_CPU_ISA (DNNL_MAX_CPU_ISA before): anything below AMX forbids tiles, and
// anything below AVX512_CORE_BF16 products of bf16 at all.
kernels::Bf16Unit onednn_limit() {
  using enum kernels::Bf16Unit;
  for (const char* variable : {"ONEDNN_MAX_CPU_ISA", "DNNL_MAX_CPU_ISA"}) {
    const char* text = std::getenv(variable);
    if (text == nullptr) continue;
    std::string isa(text);
    std::transform(isa.begin(), isa.end(), isa.begin(),
                   [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    const auto names = [&](const char* part) { return isa.find(part) != std::string::npos; };
    if (isa.empty() || isa == "ALL" || isa == "DEFAULT" || names("AMX")) return kTiles;
    return names("BF16") || names("FP16") ? kVectors : kNone;
  }
  return kTiles;
}

}  // namespace

kernels::Bf16Unit bf16_hardware() {
  return std::min(kernels::bf16_unit(), onednn_limit());
}

bool has_fast_bf16() {
  return bf16_hardware() != kernels::Bf16Unit::kNone;
}

Precision resolve_precision(const std::string& word) {
  if (word == "fp32") return Precision::kFp32;
  if (word == "bf16") return Precision::kBf16;
  if (word == "auto") return has_fast_bf16() ? Precision::kBf16 : Precision::kFp32;
  fail(ErrorKind::kUsage, "precision must be auto, fp32 or bf16, got '{}'", word);
}

const char* precision_name(Precision precision) {
  return precision == Precision::kBf16 ? "bf16" : "fp32";
}

bool dense_gains_by_bf16(int64_t inputs, int64_t units) {
  constexpr int64_t kSmallestSide = 64;
  constexpr int64_t kSmallestMatrix = 256 * 256;
  return std::min(inputs, units) >= kSmallestSide && inputs * units >= kSmallestMatrix;
}

}  // namespace belamy
