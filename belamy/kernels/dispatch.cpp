#include "belamy/kernels/dispatch.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <hwy/highway.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>

#include "belamy/core/error.h"

namespace belamy::kernels {
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

// What the machine has of what was built, from before any limit hid part of it.
int64_t machine_targets() {
  static const int64_t targets = hwy::SupportedTargets() & HWY_TARGETS;
  return targets;
}

// `source` is what the message blames: "BELAMY_MAX_SIMD", "the SIMD limit".
void limit(const std::string& name, const char* source) {
  machine_targets();
  std::vector<std::string> known;
  for (const int64_t target : targets_in(HWY_TARGETS)) {
    known.push_back(lower(hwy::TargetName(target)));
    if (known.back() == lower(name)) return hwy::DisableTargets(target - 1);
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
  return hwy::TargetName(targets_in(hwy::SupportedTargets() & HWY_TARGETS).front());
}

std::vector<std::string> simd_targets() {
  std::vector<std::string> names;
  for (const int64_t target : targets_in(machine_targets())) {
    names.push_back(hwy::TargetName(target));
  }
  return names;
}

void limit_simd(const std::string& name) {
  apply_simd_environment();
  limit(name, "the SIMD limit");
}

}  // namespace belamy::kernels
