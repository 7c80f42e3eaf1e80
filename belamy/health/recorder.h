// Gathers a training's numbers, step by step, into a check.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <utility>
#include <vector>

#include "belamy/health/diversity.h"
#include "belamy/health/vitals.h"

namespace belamy {

/// A round's numbers by name, as games report them.
using NamedNumbers = std::vector<std::pair<std::string, double>>;

class VitalsRecorder {
 public:
  /// What generated batches are compared with: [count, values] of the data.
  void set_real(std::span<const float> real, size_t count) {
    count_ = count;
    real_distances_ = pairwise_distances(real, count);
  }

  void add_step(const NamedNumbers& report);

  /// Ends the check at `step` with what the fixed latent vectors give now, as many samples as there
  /// are real ones, [count, values].
  Vitals finish(int64_t step, std::span<const float> samples);

  /// Everything that add_step() and finish() leave behind; exact.
  nlohmann::json state() const;
  /// Throws nlohmann::json's exceptions.
  void load_state(const nlohmann::json& state);

 private:
  struct Mean {
    double sum = 0;
    int64_t count = 0;
    double value() const { return count == 0 ? kUnknown : sum / static_cast<double>(count); }
  };
  /// Of an accuracy: where it last was beyond a bound, and how often it changed sides.
  struct Swing {
    int side = 0;
    int64_t swings = 0;
    void add(double accuracy);
  };

  size_t count_ = 0;
  std::vector<double> real_distances_;

  int64_t steps_ = 0;
  Mean d_loss_, g_loss_, real_, fake_;
  Swing real_swing_, fake_swing_;
  double largest_loss_ = kUnknown;
  double gradient_norm_ = kUnknown;
  double first_gradient_norm_ = kUnknown;
  double best_diversity_ = kUnknown;
  std::vector<float> mean_;  // of the samples of the check before
};

/// Of every field; what is not known is null.
nlohmann::json vitals_json(const Vitals& vitals);
Vitals vitals_from_json(const nlohmann::json& json);

}  // namespace belamy
