// Pixels: bytes 0..255 to floats and back.
#pragma once

#include <cstddef>
#include <cstdint>

namespace belamy::kernels {

/// out[i] = low + in[i] * (high - low) / 255; 0 gives `low` and 255 gives `high` exactly. Within
/// 2.5e-7 * max(|low|, |high|) of the exact value. Throws kUsage unless low < high, both finite.
void bytes_to_floats(const uint8_t* in, float* out, size_t count, float low, float high);

/// The inverse: clamped to low..high, rounded to the nearest byte, NaN gives 0. Next to a half the
/// rounding of the arithmetic decides: within 0.5001 of the exact value for ranges such as 0..1 and
/// -1..1. bytes_to_floats followed by floats_to_bytes gives the bytes back. Throws likewise.
void floats_to_bytes(const float* in, uint8_t* out, size_t count, float low, float high);

}  // namespace belamy::kernels
