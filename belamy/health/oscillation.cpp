#include <fmt/format.h>

#include <cmath>

#include "belamy/health/detectors.h"
#include "belamy/health/last_checks.h"

namespace belamy {
namespace {

// The discriminator's accuracy going to and fro between nearly all wrong and nearly all right. s4
// does so for its first two hundred steps, and then about once in fifty steps at most.
constexpr size_t kChecks = 8;
constexpr size_t kSwingingChecks = 6;
constexpr double kSwingsAStep = 0.04;

// All samples moving together by more than they differ, check after check. Healthy trainings begin
// so for up to seven checks (s3, the ring).
constexpr size_t kHopChecks = 12;
constexpr size_t kHoppingChecks = 10;
constexpr double kHop = 1;

constexpr const char* kAdvice =
    "lower learning rates for both networks, beta1 = 0.5 for Adam or less momentum, a larger "
    "train.batch_size, loss.label_smoothing = 0.1";

bool is_swinging(const Vitals& check) {
  return check.swings >= kSwingsAStep * static_cast<double>(check.steps);
}

std::optional<std::string> find_swings(VitalsHistory history) {
  const VitalsHistory last = last_checks(history, kChecks);
  const auto swinging = std::ranges::count_if(last, is_swinging);
  if (static_cast<size_t>(swinging) < kSwingingChecks) return std::nullopt;
  double swings = 0;
  for (const Vitals& check : last) swings += std::fmax(check.swings, 0);  // of NaN and 0: 0
  return fmt::format(
      "the players chase each other: in steps {}-{} the discriminator's accuracy went {:.0f} times "
      "between less than {:.0f}% and more than {:.0f}%",
      first_step_of(history, kChecks), history.back().step, swings, 100 * Vitals::kLow,
      100 * Vitals::kHigh);
}

std::optional<std::string> find_hops(VitalsHistory history) {
  const VitalsHistory last = last_checks(history, kHopChecks);
  const auto hopping =
      std::ranges::count_if(last, [](const Vitals& check) { return check.shift > kHop; });
  if (static_cast<size_t>(hopping) < kHoppingChecks) return std::nullopt;
  const double now = last.back().shift;
  return fmt::format(
      "the generator hops from one kind of sample to another: in {} of the last {} checks all "
      "samples moved together by more than they differ{}",
      hopping, kHopChecks,
      std::isinf(now) ? ", and now they are all the same"
                      : fmt::format(", {:.1f} times as far in the last one", now));
}

}  // namespace

std::optional<Diagnosis> find_oscillation(VitalsHistory history, const HealthContext&) {
  auto finding = find_swings(history);
  if (!finding) finding = find_hops(history);
  if (!finding) return std::nullopt;
  return Diagnosis{"oscillation", *finding, kAdvice};
}

}  // namespace belamy
