// bfloat16: the upper half of a float. Kernels store it to halve what they move and compute in
// float.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace belamy::kernels {

/// Laid out as c10::BFloat16 is: one may be cast to the other.
struct Bf16 {
  uint16_t bits = 0;

  bool operator==(const Bf16&) const = default;  // of the bits: a NaN equals itself
};
static_assert(sizeof(Bf16) == 2 && std::is_trivially_copyable_v<Bf16>);

/// Exact.
constexpr float to_float(float value) {
  return value;
}
constexpr float to_float(Bf16 value) {
  return std::bit_cast<float>(uint32_t{value.bits} << 16);
}

/// Rounded to the nearest, ties to even; beyond the largest is an infinity, any NaN is 0x7fc0.
constexpr Bf16 to_bf16(float value) {
  if (value != value) return {0x7fc0};
  const auto bits = std::bit_cast<uint32_t>(value);
  return {static_cast<uint16_t>((bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16)};
}

/// Arrays: the same bits as the above, on every instruction set. They may not overlap.
void convert(const float* in, Bf16* out, size_t count);
void convert(const Bf16* in, float* out, size_t count);

}  // namespace belamy::kernels
