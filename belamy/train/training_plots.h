// A training's log as plots.
#pragma once

#include <string>
#include <vector>

#include "belamy/image/plot.h"
#include "belamy/train/run_log.h"

namespace belamy {

struct TrainingPlot {
  std::string name;  // "losses": of its file below plots/
  LinePlot plot;
};

/// losses, accuracy, pixel_statistics, gradients, diversity and step_time: those that the log has
/// numbers for.
std::vector<TrainingPlot> training_plots(const RunLog& log);

}  // namespace belamy
