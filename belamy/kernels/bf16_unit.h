// What multiplies bfloat16 in hardware here, if anything does.
#pragma once

namespace belamy::kernels {

enum class Bf16Unit {
  kNone,     // plain code: correct, and many times slower than float
  kVectors,  // AVX-512's VDPBF16PS: about twice the rate of float
  kTiles,    // Intel's AMX: about sixteen times
};

/// The best one that the processor has, the system grants to this process (asked once) and nobody
/// forbids: BELAMY_MAX_SIMD and limit_simd (belamy/kernels/dispatch.h) below AVX3 do, and
/// limit_bf16_unit. Cheap.
Bf16Unit bf16_unit();

/// Uses nothing better than `most`, replacing any earlier limit: so that a machine of tiles can
/// repeat what one without them computes. Not to be called while a kernel runs on another thread.
void limit_bf16_unit(Bf16Unit most);

}  // namespace belamy::kernels
