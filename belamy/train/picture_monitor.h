// What a training looks like: progress.gif and the curves below plots/.
#pragma once

#include <filesystem>

#include "belamy/train/monitor.h"
#include "belamy/train/run_log.h"

namespace belamy {

/// When a training ends, however it does: an animation of its sample grids, and plots of its log.
/// When they cannot be made that is told, and nothing else.
class PictureMonitor final : public Monitor {
 public:
  void on_end(const TrainingView& training) noexcept override;
};

/// progress.gif of the pictures in `samples`, in the order of their steps; nothing when there are
/// none. Throws kIo, kData for a broken picture.
void write_progress_gif(const std::filesystem::path& samples, const std::filesystem::path& gif);

/// A PNG of each of the log's plots (training_plots.h) into a folder, which is made when there are
/// any. Throws kIo.
void write_plots(const RunLog& log, const std::filesystem::path& folder);

}  // namespace belamy
