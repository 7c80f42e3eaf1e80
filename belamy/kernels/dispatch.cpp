#include "belamy/kernels/dispatch.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>

#include "belamy/core/error.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "belamy/kernels/dispatch.cpp"
// clang-format off
#include "hwy/foreach_target.h"  // re-includes this file; must come before highway.h
#include "hwy/highway.h"
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace belamy::kernels {
namespace HWY_NAMESPACE {

// What simd_target reports: the truth, by the same way a kernel goes.
int64_t own_target() {
  return HWY_TARGET;
}

}  // namespace HWY_NAMESPACE
}  // namespace belamy::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace belamy::kernels {

HWY_EXPORT(own_target);

namespace {

constexpr const char* kVariable = "BELAMY_MAX_SIMD";

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

// A target is one bit and the lowest bit is the best target.
std::vector<int64_t> targets_in(int64_t mask) {
  std::vector<int64_t> targets;
  for (; mask != 0; mask &= mask - 1) targets.push_back(mask & -mask);
  return targets;
}

// What the machine has of what was built. Asked once and before any limit: Highway 1.0's
// SupportedTargets also chooses the target, forgetting the limit.
int64_t machine_targets() {
  static const int64_t targets = hwy::SupportedTargets() & HWY_TARGETS;
  return targets;
}

// Uses `target` or, where the machine lacks it, the best of the lesser ones.
void limit_to(int64_t target) {
  machine_targets();
  hwy::DisableTargets(target - 1);
  const int64_t left = hwy::SupportedTargets();
  hwy::GetChosenTarget().Update(left);
}

// `source` is what the message blames: "BELAMY_MAX_SIMD", "the SIMD limit".
void limit(const std::string& name, const char* source) {
  std::vector<std::string> known;
  for (const int64_t target : targets_in(HWY_TARGETS)) {
    known.push_back(lower(hwy::TargetName(target)));
    if (known.back() == lower(name)) return limit_to(target);
  }
  fail(ErrorKind::kUsage, "{} must be one of {}, got '{}'; leave it out to use the best", source,
       fmt::join(known, ", "), name);
}

bool limit_from_environment() {
  const char* value = std::getenv(kVariable);
  if (value != nullptr && *value != '\0') limit(value, kVariable);
  return true;
}

}  // namespace

void apply_simd_environment() {
  // A throw leaves it uninitialised: the next kernel complains too.
  [[maybe_unused]] static const bool applied = limit_from_environment();
}

std::string simd_target() {
  apply_simd_environment();
  return hwy::TargetName(HWY_DYNAMIC_DISPATCH(own_target)());
}

bool uses_avx512() {
#if defined(__x86_64__)
  apply_simd_environment();
  return HWY_DYNAMIC_DISPATCH(own_target)() <= HWY_AVX3;  // the lower, the better
#else
  return false;
#endif
}

std::vector<std::string> simd_targets() {
  std::vector<std::string> names;
  for (const int64_t target : targets_in(machine_targets())) {
    names.emplace_back(hwy::TargetName(target));
  }
  return names;
}

void limit_simd(const std::string& name) {
  apply_simd_environment();
  limit(name, "the SIMD limit");
}

}  // namespace belamy::kernels
#endif  // HWY_ONCE
