#include "belamy/train/picture_monitor.h"

#include <algorithm>
#include <string>
#include <vector>

#include "belamy/core/error.h"
#include "belamy/image/gif.h"
#include "belamy/image/plot.h"
#include "belamy/image/png.h"

namespace belamy {
namespace {

namespace fs = std::filesystem;

constexpr double kSmoothing = 0.05;  // of the points a curve is averaged over

PlotLine curve(const RunLog& log, const std::string& key, const std::string& name) {
  PlotLine line;
  line.name = name;
  line.x = log.steps;
  line.y = log.values.at(key);
  line.smoothing = kSmoothing;
  return line;
}

LinePlot plot_over_steps(const std::string& title, const std::string& unit) {
  LinePlot plot;
  plot.title = title;
  plot.x.label = "step";
  plot.y.label = unit;
  return plot;
}

LinePlot losses(const RunLog& log) {
  LinePlot plot = plot_over_steps("Losses", "loss");
  if (log.has("d_loss")) plot.lines.push_back(curve(log, "d_loss", "discriminator"));
  if (log.has("g_loss")) plot.lines.push_back(curve(log, "g_loss", "generator"));
  return plot;
}

LinePlot accuracy(const RunLog& log) {
  LinePlot plot = plot_over_steps("Discriminator accuracy", "share judged right");
  if (log.has("d_accuracy_real"))
    plot.lines.push_back(curve(log, "d_accuracy_real", "real images"));
  if (log.has("d_accuracy_fake")) {
    plot.lines.push_back(curve(log, "d_accuracy_fake", "generated images"));
  }
  if (!plot.lines.empty()) plot.levels.push_back({"a coin", 0.5});
  return plot;
}

// The data as dashed lines at mean ± deviation, what is generated as a band around its mean.
LinePlot pixel_statistics(const RunLog& log) {
  LinePlot plot = plot_over_steps("Pixels: mean and standard deviation", "pixel value");
  for (const char* key : {"real_mean", "real_std", "fake_mean", "fake_std"}) {
    if (!log.has(key)) return plot;
  }
  const auto shifted = [&](const char* mean, const char* deviation, double by) {
    std::vector<double> values = log.values.at(mean);
    for (size_t i = 0; i < values.size(); ++i) values[i] += by * log.values.at(deviation)[i];
    return values;
  };
  plot.bands.push_back({"generated, ± deviation", log.steps, shifted("fake_mean", "fake_std", -1),
                        shifted("fake_mean", "fake_std", 1), 0});
  const auto add = [&](const char* name, std::vector<double> y, size_t colour, bool is_dashed) {
    PlotLine& line = plot.lines.emplace_back();
    line.name = name;
    line.x = log.steps;
    line.y = std::move(y);
    line.colour = colour;
    line.is_dashed = is_dashed;
  };
  add("generated", log.values.at("fake_mean"), 0, false);
  add("real", log.values.at("real_mean"), 1, false);
  add("real, ± deviation", shifted("real_mean", "real_std", -1), 1, true);
  add("", shifted("real_mean", "real_std", 1), 1, true);
  return plot;
}

LinePlot speed(const RunLog& log) {
  LinePlot plot = plot_over_steps("Speed", "images a second");
  if (log.has("images_per_second"))
    plot.lines.push_back(curve(log, "images_per_second", "trained"));
  return plot;
}

}  // namespace

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
  const std::pair<const char*, LinePlot> plots[] = {{"losses.png", losses(log)},
                                                    {"accuracy.png", accuracy(log)},
                                                    {"pixel_statistics.png", pixel_statistics(log)},
                                                    {"speed.png", speed(log)}};
  for (const auto& [name, plot] : plots) {
    if (plot.lines.empty()) continue;
    fs::create_directories(folder);
    write_png(folder / name, draw_plot(plot));
  }
}

void PictureMonitor::on_end(const TrainingView& training) noexcept {
  try {
    write_plots(read_run_log(training.run.log_path()), training.run.folder() / "plots");
    write_progress_gif(training.run.samples_folder(), training.run.folder() / "progress.gif");
  } catch (const std::exception&) {
    // Pictures of a training are not worth the training: what ended it is told by whoever ended it.
  }
}

}  // namespace belamy
