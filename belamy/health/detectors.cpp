#include "belamy/health/detectors.h"

namespace belamy {

std::vector<Diagnosis> diagnose(VitalsHistory history, const HealthContext& context) {
  std::vector<Diagnosis> found;
  for (const auto find : {find_explosion, find_saturation, find_vanishing_gradient,
                          find_mode_collapse, find_oscillation}) {
    if (auto diagnosis = find(history, context)) found.push_back(std::move(*diagnosis));
  }
  return found;
}

}  // namespace belamy
