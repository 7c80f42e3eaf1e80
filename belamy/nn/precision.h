// In what number format the arithmetic runs. Weights, statistics and optimiser state are always
// fp32; bf16 only narrows what goes into matrix products and convolutions.
#pragma once

#include <cstdint>
#include <string>

#include "belamy/kernels/bf16_unit.h"

namespace belamy {

enum class Precision { kFp32, kBf16 };

/// "auto", "fp32" or "bf16" -> what will be used. `auto` is bf16 where the processor multiplies
/// bf16 in hardware, else fp32. Throws kUsage on another word.
Precision resolve_precision(const std::string& word);

const char* precision_name(Precision precision);

/// Whether a dense layer of that size gains by bf16: the smallest ones lose more to conversion than
/// the product wins.
bool dense_gains_by_bf16(int64_t inputs, int64_t units);

/// What multiplies bf16: kernels::bf16_unit(), unless ONEDNN_MAX_CPU_ISA forbids it.
kernels::Bf16Unit bf16_hardware();

/// Whether it is faster than fp32.
bool has_fast_bf16();

}  // namespace belamy
