#include "belamy/nn/precision.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>

#include "belamy/core/error.h"
#include "belamy/kernels/amx.h"

namespace belamy {
namespace {

// oneDNN reads ONEDNN_MAX_CPU_ISA (DNNL_MAX_CPU_ISA before): anything below AMX forbids tiles.
bool onednn_is_limited() {
  for (const char* variable : {"ONEDNN_MAX_CPU_ISA", "DNNL_MAX_CPU_ISA"}) {
    const char* text = std::getenv(variable);
    if (text == nullptr) continue;
    std::string isa(text);
    std::transform(isa.begin(), isa.end(), isa.begin(),
                   [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    const bool unlimited =
        isa.empty() || isa == "ALL" || isa == "DEFAULT" || isa.find("AMX") != std::string::npos;
    return !unlimited;
  }
  return false;
}

}  // namespace

bool has_amx_bf16() {
  return kernels::has_amx() && !onednn_is_limited();
}

Precision resolve_precision(const std::string& word) {
  if (word == "fp32") return Precision::kFp32;
  if (word == "bf16") return Precision::kBf16;
  if (word == "auto") return has_amx_bf16() ? Precision::kBf16 : Precision::kFp32;
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
