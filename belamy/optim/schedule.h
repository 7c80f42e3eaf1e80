// Learning-rate schedules: the share of an optimiser's learning rate that counts in a round of the
// game. A pure function of the round, so that a resumed training has nothing to remember.
#pragma once

#include <cstdint>
#include <variant>

#include "belamy/core/options.h"

namespace belamy {

/// The learning rate stays.
struct ConstantSchedule {
  static constexpr const char* kType = "constant";
  int64_t warm_up = 0;
  void visit(OptionsVisitor& v);
};

/// The learning rate stays until `start`, then falls on a straight line. Its defaults are those of
/// Zhu et al., "Unpaired image-to-image translation using cycle-consistent adversarial networks"
/// (2017): the first half, then to zero at the end.
struct LinearSchedule {
  static constexpr const char* kType = "linear";
  double start = 0.5;
  int64_t start_step = 0;
  double end_factor = 0;
  int64_t warm_up = 0;
  void visit(OptionsVisitor& v);
};

/// Half a cosine from the warm-up's end to the training's. Loshchilov and Hutter 2017, without
/// restarts.
struct CosineSchedule {
  static constexpr const char* kType = "cosine";
  double end_factor = 0;
  int64_t warm_up = 0;
  void visit(OptionsVisitor& v);
};

/// A factor every so many steps.
struct StepSchedule {
  static constexpr const char* kType = "step";
  int64_t every = 10000;
  double factor = 0.5;
  int64_t warm_up = 0;
  void visit(OptionsVisitor& v);
};

using ScheduleOptions =
    std::variant<ConstantSchedule, LinearSchedule, CosineSchedule, StepSchedule>;

/// The share, 0..1, of the learning rate in round `round` (from 0) of `rounds`. The first `warm_up`
/// rounds take (round + 1) / warm_up of what they would have. Past the last round it is the last
/// one's; 1 where `rounds`, if the schedule needs it, is 0: not known.
double learning_rate_factor(const ScheduleOptions& schedule, int64_t round, int64_t rounds);

}  // namespace belamy
