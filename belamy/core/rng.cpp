#include "belamy/core/rng.h"

#include <cmath>
#include <numbers>

namespace belamy {
namespace {

// FNV-1a over the name, mixed with the seed by SplitMix64: near seeds give unrelated keys.
uint64_t mix(uint64_t seed, std::string_view name) {
  uint64_t hash = 0xcbf29ce484222325ull;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ull;
  uint64_t x = seed + 0x9e3779b97f4a7c15ull + hash;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ull;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebull;
  return x ^ (x >> 31);
}

// GCC and Clang have it on every 64-bit machine, but ISO C++ does not.
__extension__ using Uint128 = unsigned __int128;

double unit_double(uint64_t bits) {
  return static_cast<double>(bits >> 11) * 0x1.0p-53;
}

}  // namespace

std::array<uint32_t, 4> philox_block(PhiloxKey key, uint64_t block) {
  constexpr uint64_t kMultiplier0 = 0xD2511F53u;
  constexpr uint64_t kMultiplier1 = 0xCD9E8D57u;
  constexpr uint32_t kWeyl0 = 0x9E3779B9u;
  constexpr uint32_t kWeyl1 = 0xBB67AE85u;
  uint32_t c0 = static_cast<uint32_t>(block), c1 = static_cast<uint32_t>(block >> 32);
  uint32_t c2 = 0, c3 = 0;
  for (int round = 0; round < 10; ++round) {
    const uint64_t p0 = kMultiplier0 * c0, p1 = kMultiplier1 * c2;
    c0 = static_cast<uint32_t>(p1 >> 32) ^ c1 ^ key.low;
    c1 = static_cast<uint32_t>(p1);
    c2 = static_cast<uint32_t>(p0 >> 32) ^ c3 ^ key.high;
    c3 = static_cast<uint32_t>(p0);
    key.low += kWeyl0;
    key.high += kWeyl1;
  }
  return {c0, c1, c2, c3};
}

RandomStream::RandomStream(uint64_t seed, std::string_view name) {
  const uint64_t mixed = mix(seed, name);
  key_ = {static_cast<uint32_t>(mixed), static_cast<uint32_t>(mixed >> 32)};
}

uint64_t RandomStream::bits() {
  const auto block = philox_block(key_, position_++);
  return (static_cast<uint64_t>(block[1]) << 32) | block[0];
}

double RandomStream::uniform() {
  return unit_double(bits());
}

double RandomStream::normal() {
  const auto block = philox_block(key_, position_++);
  const uint64_t first = (static_cast<uint64_t>(block[1]) << 32) | block[0];
  const uint64_t second = (static_cast<uint64_t>(block[3]) << 32) | block[2];
  const double radius = std::sqrt(-2.0 * std::log(1.0 - unit_double(first)));
  return radius * std::cos(2.0 * std::numbers::pi * unit_double(second));
}

uint64_t RandomStream::below(uint64_t bound) {
  // Lemire's multiply-shift with rejection (2019).
  const uint64_t threshold = (0 - bound) % bound;
  while (true) {
    const auto product = static_cast<Uint128>(bits()) * bound;
    if (static_cast<uint64_t>(product) >= threshold) return static_cast<uint64_t>(product >> 64);
  }
}

uint64_t RandomStream::take(uint64_t blocks) {
  const uint64_t first = position_;
  position_ += blocks;
  return first;
}

}  // namespace belamy
