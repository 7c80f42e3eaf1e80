#include <fmt/format.h>

#include "belamy/health/detectors.h"
#include "belamy/health/last_checks.h"

namespace belamy {
namespace {

constexpr size_t kChecks = 3;
constexpr double kAccuracy = 0.99;
// The seeds' discriminators are right as often for hundreds of steps, but at a cost of 0.05 (s1)
// and 0.11 (s3) at least; one that has saturated falls to 0.0002 within a check.
constexpr double kCost = 0.02;

bool is_saturated(const Vitals& check) {
  return check.d_accuracy_real >= kAccuracy && check.d_accuracy_fake >= kAccuracy &&
         check.d_loss >= 0 && check.d_loss < kCost;
}

std::string advice(const HealthContext& context) {
  std::string text = "a weaker discriminator: ";
  if (context.discriminator_steps > 1) text += "game.discriminator_steps = 1, ";
  if (context.label_smoothing == 0) text += "loss.label_smoothing = 0.1, ";
  return text + "a lower learning rate in discriminator.optimizer, dropout in its layers";
}

}  // namespace

std::optional<Diagnosis> find_saturation(VitalsHistory history, const HealthContext& context) {
  if (!holds_lately(history, kChecks, is_saturated)) return std::nullopt;
  const Vitals& now = history.back();
  return Diagnosis{
      "discriminator_saturation",
      fmt::format("the discriminator is never wrong: in steps {}-{} it judged {:.1f}% of the real "
                  "and {:.1f}% of the generated samples right, at a loss of {:.2g}",
                  first_step_of(history, kChecks), now.step, 100 * now.d_accuracy_real,
                  100 * now.d_accuracy_fake, now.d_loss),
      advice(context)};
}

}  // namespace belamy
