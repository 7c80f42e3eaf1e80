// Which instruction set the kernels run on. Highway compiles each kernel once an instruction set
// and picks the best one the processor has when the program runs.
//
// The environment variable BELAMY_MAX_SIMD (sse4, avx2, avx3, ...) caps that choice before the
// first kernel runs, so that one machine can repeat what a lesser one computes.
#pragma once

#include <string>
#include <vector>

namespace belamy::kernels {

/// The instruction set in use, as Highway names it: "AVX3", "AVX2", "SSE4", "NEON", ...
/// Throws kUsage when BELAMY_MAX_SIMD names none.
std::string simd_target();

/// Whether the instruction set in use is AVX-512 with 8- and 16-bit lanes, or better. Cheap.
bool uses_avx512();

/// The instruction sets this program was built with and this machine has, best first, whatever
/// the limit.
std::vector<std::string> simd_targets();

/// Uses nothing better than `name` (upper or lower case), replacing any earlier limit and
/// BELAMY_MAX_SIMD; a name better than what the machine has limits nothing. Not to be called while
/// a kernel runs on another thread. Throws kUsage for a name this program was not built with.
void limit_simd(const std::string& name);

/// Applies BELAMY_MAX_SIMD, once; every kernel does so before it dispatches (chunks.h).
void apply_simd_environment();

}  // namespace belamy::kernels
