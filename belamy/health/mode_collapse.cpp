#include <fmt/format.h>

#include "belamy/health/detectors.h"
#include "belamy/health/last_checks.h"

namespace belamy {
namespace {

// A generator that has spread and falls back. s1's settles at 0.66 after a start beyond 1.
constexpr size_t kFallChecks = 3;
constexpr double kHadSpread = 0.5;
constexpr double kFall = 0.4;

// One that never spreads. At its start a healthy one has 0.16 to 0.3 for up to eight checks (s3),
// hops between 0.2 and 0.48 for as many (the ring), and then rises.
constexpr size_t kStuckChecks = 16;
constexpr double kStuck = 0.35;
constexpr double kRising = 1.25;

constexpr const char* kAdvice =
    "a lower learning rate in generator.optimizer, beta1 = 0.5 for Adam, a larger "
    "train.batch_size, batch_norm between the generator's layers, or game.discriminator_steps = 2";

std::string figures(const Vitals& now) {
  return fmt::format(
      "samples are {:.0f}% as far from one another as real ones, and {:.0f}% of the pairs are "
      "closer than all but 5% of the real pairs",
      100 * now.diversity, 100 * now.near_duplicates);
}

}  // namespace

std::optional<Diagnosis> find_mode_collapse(VitalsHistory history, const HealthContext&) {
  const auto has_fallen = [](const Vitals& check) {
    return check.best_diversity >= kHadSpread && check.diversity < kFall * check.best_diversity;
  };
  const auto is_stuck = [](const Vitals& check) { return check.diversity < kStuck; };
  if (holds_lately(history, kFallChecks, has_fallen)) {
    const Vitals& now = history.back();
    return Diagnosis{"mode_collapse",
                     fmt::format("the generator has collapsed: {}; it had come to {:.0f}%",
                                 figures(now), 100 * now.best_diversity),
                     kAdvice};
  }
  if (!holds_lately(history, kStuckChecks, is_stuck)) return std::nullopt;
  const Vitals& now = history.back();
  const Vitals& middle = history[history.size() - kStuckChecks / 2];
  if (now.diversity > kRising * middle.diversity) return std::nullopt;
  return Diagnosis{"mode_collapse",
                   fmt::format("the generator makes nearly one thing: {}, and that since step {}",
                               figures(now), first_step_of(history, kStuckChecks)),
                   kAdvice};
}

}  // namespace belamy
