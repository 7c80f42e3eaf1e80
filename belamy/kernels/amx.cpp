#include "belamy/kernels/amx.h"

#include "belamy/kernels/dispatch.h"

#if defined(__x86_64__) && defined(__linux__)
#include <cpuid.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace belamy::kernels {
namespace {

#if defined(__x86_64__) && defined(__linux__)

// Tiles hold 8 KB a thread, so Linux saves them only for processes that ask.
bool system_grants_tiles() {
  constexpr int kRequestPermission = 0x1023;  // ARCH_REQ_XCOMP_PERM
  constexpr int kTileData = 18;               // XFEATURE_XTILEDATA
  return syscall(SYS_arch_prctl, kRequestPermission, kTileData) == 0;
}

// The rest of the tile code uses 512-bit vectors of 8- and 16-bit lanes.
bool processor_has_tiles() {
  unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
  if (__get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) == 0) return false;
  constexpr unsigned kAmxBf16 = 1u << 22, kAmxTile = 1u << 24;   // edx
  constexpr unsigned kAvx512f = 1u << 16, kAvx512bw = 1u << 30;  // ebx
  return (edx & kAmxBf16) != 0 && (edx & kAmxTile) != 0 && (ebx & kAvx512f) != 0 &&
         (ebx & kAvx512bw) != 0;
}

bool machine_has_tiles() {
  static const bool has = processor_has_tiles() && system_grants_tiles();
  return has;
}

#else

bool machine_has_tiles() {
  return false;
}

#endif

}  // namespace

bool has_amx() {
  return machine_has_tiles() && uses_avx512();
}

}  // namespace belamy::kernels
