// The [train] section of a recipe.
#pragma once

#include <cstdint>
#include <string>

#include "belamy/core/options.h"

namespace belamy {

struct TrainOptions {
  int64_t batch_size = 64;
  int64_t accumulate = 1;
  int64_t steps = 0;
  int64_t epochs = 0;
  int64_t seed = 1;
  std::string precision = "auto";
  int64_t log_every = 100;
  int64_t sample_every = 500;
  int64_t sample_count = 64;
  int64_t checkpoint_every = 1000;
  int64_t keep_checkpoints = 3;
  int64_t keep_every = 0;
  bool pictures = true;
  int64_t health_every = 100;
  std::string on_divergence = "stop";
  int64_t max_roll_backs = 3;
  int64_t metrics_every = 0;
  std::string metrics = "fid";
  int64_t metrics_count = 5000;
  int64_t metrics_patience = 0;

  void visit(OptionsVisitor& v);
};

}  // namespace belamy
