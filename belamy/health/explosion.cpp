#include <fmt/format.h>

#include "belamy/health/detectors.h"

namespace belamy {

std::optional<Diagnosis> find_explosion(VitalsHistory history, const HealthContext&) {
  if (history.empty() || !(history.back().largest_loss > kExplodedLoss)) return std::nullopt;
  const Vitals& now = history.back();
  return Diagnosis{"explosion",
                   fmt::format("the training explodes: in steps {}-{} a loss came to {:.3g}, where "
                               "a working training stays below {:.0f}",
                               now.step - now.steps + 1, now.step, now.largest_loss, kExplodedLoss),
                   "a tenth of optimizer.learning_rate, less momentum, or adam in place of sgd"};
}

}  // namespace belamy
