// What a training looks like: progress.gif and the curves below plots/.
#pragma once

#include <filesystem>

#include "belamy/train/monitor.h"
#include "belamy/train/run_log.h"

namespace belamy {

/// When a training ends, however it does: an animation of its sample grids, and plots of its log.
class PictureMonitor final : public Monitor {
 public:
  void on_end(const TrainingView& training) noexcept override;
};

/// progress.gif of the pictures in `samples`, in the order of their steps; nothing when there are
/// none. Throws kIo, kData for a broken picture.
void write_progress_gif(const std::filesystem::path& samples, const std::filesystem::path& gif);

/// losses.png, accuracy.png, pixel_statistics.png and speed.png, those that the log has numbers
/// for, into a folder, which is made. Throws kIo.
void write_plots(const RunLog& log, const std::filesystem::path& folder);

}  // namespace belamy
