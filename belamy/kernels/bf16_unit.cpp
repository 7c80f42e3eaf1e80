#include "belamy/kernels/bf16_unit.h"

#include <algorithm>

#include "belamy/kernels/dispatch.h"

#if defined(__x86_64__) && defined(__linux__)
#include <cpuid.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace belamy::kernels {
namespace {

Bf16Unit the_limit = Bf16Unit::kTiles;

#if defined(__x86_64__) && defined(__linux__)

// Tiles hold 8 KB a thread, so Linux saves them only for processes that ask.
bool system_grants_tiles() {
  constexpr int kRequestPermission = 0x1023;  // ARCH_REQ_XCOMP_PERM
  constexpr int kTileData = 18;               // XFEATURE_XTILEDATA
  return syscall(SYS_arch_prctl, kRequestPermission, kTileData) == 0;
}

struct Registers {
  unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
};

// Zeros where the processor does not know the leaf.
Registers features(unsigned subleaf) {
  Registers found;
  if (__get_cpuid_count(7, subleaf, &found.eax, &found.ebx, &found.ecx, &found.edx) == 0) return {};
  return found;
}

// Whether AVX-512 is there, and the system's, is uses_avx512()'s to say.
Bf16Unit find_unit() {
  constexpr unsigned kAmxBf16 = 1u << 22, kAmxTile = 1u << 24;  // edx of leaf 7.0
  constexpr unsigned kAvx512Bf16 = 1u << 5;                     // eax of leaf 7.1
  const Registers first = features(0);
  const bool tiles = (first.edx & kAmxBf16) != 0 && (first.edx & kAmxTile) != 0;
  if (tiles && system_grants_tiles()) return Bf16Unit::kTiles;
  const bool vectors = first.eax >= 1 && (features(1).eax & kAvx512Bf16) != 0;
  return vectors ? Bf16Unit::kVectors : Bf16Unit::kNone;
}

Bf16Unit unit_of_machine() {
  static const Bf16Unit unit = find_unit();
  return unit;
}

#else

Bf16Unit unit_of_machine() {
  return Bf16Unit::kNone;
}

#endif

}  // namespace

Bf16Unit bf16_unit() {
  return uses_avx512() ? std::min(unit_of_machine(), the_limit) : Bf16Unit::kNone;
}

void limit_bf16_unit(Bf16Unit most) {
  the_limit = most;
}

}  // namespace belamy::kernels
