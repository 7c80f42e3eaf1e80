// What is measured of a training from time to time.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <span>
#include <string>

namespace belamy {

inline constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

/// One check. NaN is what the game does not report; no condition holds of it.
struct Vitals {
  int64_t step = 0;
  int64_t steps = 0;  // since the check before

  // Over these steps, all of them.
  double d_loss = kUnknown;           // mean
  double g_loss = kUnknown;           // mean
  double largest_loss = kUnknown;     // by magnitude, of both
  double d_accuracy_real = kUnknown;  // mean
  double d_accuracy_fake = kUnknown;  // mean
  double swings = kUnknown;  // times that an accuracy went from below kLow to above kHigh, or back
  double generator_gradient_norm = kUnknown;        // the last one reported
  double first_generator_gradient_norm = kUnknown;  // of the whole training

  // Of a batch of fixed latent vectors, see diversity.h.
  double diversity = kUnknown;
  double best_diversity = kUnknown;  // of the whole training
  double near_duplicates = kUnknown;
  double shift = kUnknown;  // since the check before

  static constexpr double kLow = 0.1;
  static constexpr double kHigh = 0.9;
};

/// The recipe's side of the matter: what advice depends on.
struct HealthContext {
  std::string loss;  // loss.name
  int64_t discriminator_steps = 1;
  double label_smoothing = 0;
};

/// A diagnosis: what is seen, with figures, and what to try, with recipe keys.
struct Diagnosis {
  std::string name;  // "mode_collapse"
  std::string finding;
  std::string advice;
};

/// "mode collapse"
inline std::string diagnosis_words(std::string name) {
  std::replace(name.begin(), name.end(), '_', ' ');
  return name;
}

/// The last checks of a training, oldest first.
using VitalsHistory = std::span<const Vitals>;

}  // namespace belamy
