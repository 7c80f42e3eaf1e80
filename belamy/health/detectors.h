// What can be wrong with an adversarial training, one file each. All look at the last checks and
// say what they find. Thresholds come from the seeds' five recipes, on which all are silent, and
// from recipes made to fail; the figures stand beside them.
#pragma once

#include <optional>
#include <vector>

#include "belamy/health/vitals.h"

namespace belamy {

/// As many checks as any of them looks back.
inline constexpr size_t kLongestHistory = 24;

/// The discriminator is never wrong: it teaches the generator little.
std::optional<Diagnosis> find_saturation(VitalsHistory history, const HealthContext& context);

/// The minimax cost of Goodfellow et al. 2014 (section 3) in front of a sure discriminator: its
/// gradient is proportional to D(G(z)).
std::optional<Diagnosis> find_vanishing_gradient(VitalsHistory history,
                                                 const HealthContext& context);

/// Samples are far more alike than real data are.
std::optional<Diagnosis> find_mode_collapse(VitalsHistory history, const HealthContext& context);

/// The players chase each other in circles.
std::optional<Diagnosis> find_oscillation(VitalsHistory history, const HealthContext& context);

/// Losses beyond what any working training has.
std::optional<Diagnosis> find_explosion(VitalsHistory history, const HealthContext& context);

/// All of them, in this order; none when nothing is wrong.
std::vector<Diagnosis> diagnose(VitalsHistory history, const HealthContext& context);

/// A loss beyond this is an explosion: the mean logit is wrong by a thousand.
inline constexpr double kExplodedLoss = 1e3;

}  // namespace belamy
