// Whether products of bfloat16 may run on the processor's matrix tiles (Intel AMX).
#pragma once

namespace belamy::kernels {

/// True when the processor has AMX bf16 tiles, the system grants them to this process (asked once)
/// and nobody forbids them: BELAMY_MAX_SIMD and limit_simd (belamy/kernels/dispatch.h) below AVX3
/// do.
bool has_amx();

}  // namespace belamy::kernels
