#include "belamy/train/picture_monitor.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "belamy/core/file.h"
#include "belamy/image/gif.h"
#include "belamy/image/png.h"
#include "belamy/train/training_plots.h"

namespace belamy {
namespace fs = std::filesystem;

void write_progress_gif(const fs::path& samples, const fs::path& gif) {
  std::vector<fs::path> pictures;
  if (!fs::is_directory(samples)) return;
  for (const auto& entry : fs::directory_iterator(samples)) {
    if (entry.path().extension() == ".png") pictures.push_back(entry.path());
  }
  if (pictures.empty()) return;
  std::ranges::sort(pictures);  // names are steps with leading zeros
  write_gif(gif, pictures.size(), [&](size_t i) { return read_png(pictures[i]); },
            {.delay_ms = 200});
}

void write_plots(const RunLog& log, const fs::path& folder) {
  for (const TrainingPlot& entry : training_plots(log)) {
    make_folder(folder);
    write_png(folder / (entry.name + ".png"), draw_plot(entry.plot));
  }
}

// Pictures of a training are not worth the training: that they cannot be made is only told.
void PictureMonitor::on_end(const TrainingView& training) noexcept {
  try {
    write_plots(read_run_log(training.run.log_path()), training.run.folder() / "plots");
    write_progress_gif(training.run.samples_folder(), training.run.folder() / "progress.gif");
  } catch (const std::exception& error) {
    training.tell(fmt::format("the plots and progress.gif are not complete: {}", error.what()));
  }
}

}  // namespace belamy
