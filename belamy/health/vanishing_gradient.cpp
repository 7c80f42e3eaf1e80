#include <fmt/format.h>

#include <cmath>

#include "belamy/health/detectors.h"
#include "belamy/health/last_checks.h"

namespace belamy {
namespace {

constexpr size_t kChecks = 3;
constexpr double kSureOfFakes = 0.01;

// The minimax cost is ½ E log(1 - D(G(z))), which for small D(G(z)) is -½ of its mean.
double judged_real(const Vitals& check) {
  return 1 - std::exp(2 * check.g_loss);
}

}  // namespace

std::optional<Diagnosis> find_vanishing_gradient(VitalsHistory history,
                                                 const HealthContext& context) {
  if (context.loss != "minimax") return std::nullopt;
  const auto is_flat = [](const Vitals& check) { return judged_real(check) < kSureOfFakes; };
  if (!holds_lately(history, kChecks, is_flat)) return std::nullopt;
  const Vitals& now = history.back();
  std::string finding = fmt::format(
      "the generator's gradient vanishes: since step {} D(G(z)) is {:.2g} on average, and the "
      "minimax cost's gradient is proportional to it",
      first_step_of(history, kChecks), judged_real(now));
  if (now.generator_gradient_norm > 0 && now.first_generator_gradient_norm > 0) {
    finding += fmt::format("; its norm is {:.2g}, {:.2g} at the start", now.generator_gradient_norm,
                           now.first_generator_gradient_norm);
  }
  return Diagnosis{
      "vanishing_gradient", finding,
      "loss.name = non_saturating, whose gradient stays when the discriminator is sure"};
}

}  // namespace belamy
