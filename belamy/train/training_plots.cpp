#include "belamy/train/training_plots.h"

#include <algorithm>
#include <cmath>

namespace belamy {
namespace {

constexpr double kSmoothing = 0.05;  // of the points a curve is averaged over

// Numbers come at intervals of their own, so a step that lacks one is no gap in its curve.
PlotLine curve(const RunLog& log, const std::string& key, const std::string& name) {
  PlotLine line;
  line.name = name;
  line.smoothing = kSmoothing;
  const auto column = log.values.find(key);
  if (column == log.values.end()) return line;
  for (size_t i = 0; i < log.steps.size(); ++i) {
    if (std::isnan(column->second[i])) continue;
    line.x.push_back(log.steps[i]);
    line.y.push_back(column->second[i]);
  }
  return line;
}

LinePlot plot_over_steps(const std::string& title, const std::string& unit) {
  LinePlot plot;
  plot.title = title;
  plot.x.label = "step";
  plot.y.label = unit;
  return plot;
}

void add_curve(LinePlot& plot, const RunLog& log, const char* key, const char* name) {
  if (log.has(key)) plot.lines.push_back(curve(log, key, name));
}

LinePlot losses(const RunLog& log) {
  LinePlot plot = plot_over_steps("Losses", "loss");
  add_curve(plot, log, "d_loss", "discriminator");
  add_curve(plot, log, "g_loss", "generator");
  return plot;
}

LinePlot accuracy(const RunLog& log) {
  LinePlot plot = plot_over_steps("Discriminator accuracy", "share judged right");
  add_curve(plot, log, "d_accuracy_real", "real images");
  add_curve(plot, log, "d_accuracy_fake", "generated images");
  if (!plot.lines.empty()) plot.levels.push_back({"a coin", 0.5});
  return plot;
}

PlotLine plain(PlotLine line, const char* name, size_t colour, bool is_dashed) {
  line.name = name;
  line.smoothing = 0;
  line.colour = colour;
  line.is_dashed = is_dashed;
  return line;
}

PlotLine shifted(PlotLine line, const PlotLine& by, double factor) {
  for (size_t i = 0; i < line.y.size(); ++i) line.y[i] += factor * by.y[i];
  return line;
}

// The data as dashed lines at mean ± deviation, what is generated as a band around its mean.
LinePlot pixel_statistics(const RunLog& log) {
  LinePlot plot = plot_over_steps("Pixels: mean and standard deviation", "pixel value");
  const PlotLine fake = curve(log, "fake_mean", ""), fake_std = curve(log, "fake_std", "");
  const PlotLine real = curve(log, "real_mean", ""), real_std = curve(log, "real_std", "");
  const bool whole =
      !fake.x.empty() && fake.x == fake_std.x && fake.x == real.x && fake.x == real_std.x;
  if (!whole) return plot;
  plot.bands.push_back({"generated, ± deviation", fake.x, shifted(fake, fake_std, -1).y,
                        shifted(fake, fake_std, 1).y, 0});
  plot.lines.push_back(plain(fake, "generated", 0, false));
  plot.lines.push_back(plain(real, "real", 1, false));
  plot.lines.push_back(plain(shifted(real, real_std, -1), "real, ± deviation", 1, true));
  plot.lines.push_back(plain(shifted(real, real_std, 1), "", 1, true));
  return plot;
}

// Norms differ by orders of magnitude, and vanish by them.
LinePlot gradients(const RunLog& log) {
  LinePlot plot = plot_over_steps("Gradient norms", "norm of the whole gradient");
  plot.y.scale = Scale::kLog;
  add_curve(plot, log, "discriminator_gradient_norm", "discriminator");
  add_curve(plot, log, "generator_gradient_norm", "generator");
  return plot;
}

LinePlot diversity(const RunLog& log) {
  LinePlot plot = plot_over_steps("Diversity of samples", "share");
  add_curve(plot, log, "diversity", "distance between samples, of the data's");
  add_curve(plot, log, "near_duplicates", "pairs nearly alike");
  if (!plot.lines.empty()) plot.levels.push_back({"as diverse as the data", 1});
  return plot;
}

LinePlot step_time(const RunLog& log) {
  LinePlot plot = plot_over_steps("Step time", "milliseconds a step");
  PlotLine line = curve(log, "images_per_second", "a step");
  const PlotLine images = curve(log, "images", "");
  if (line.x.empty() || line.x != images.x) return plot;
  for (size_t i = 0; i < line.y.size(); ++i) {
    const double per_step = images.y[i] / std::max(line.x[i], 1.0);
    line.y[i] = line.y[i] > 0 ? 1e3 * per_step / line.y[i] : NAN;
  }
  plot.y.low = 0;
  plot.lines.push_back(std::move(line));
  return plot;
}

}  // namespace

std::vector<TrainingPlot> training_plots(const RunLog& log) {
  std::vector<TrainingPlot> plots = {{"losses", losses(log)},
                                     {"accuracy", accuracy(log)},
                                     {"pixel_statistics", pixel_statistics(log)},
                                     {"gradients", gradients(log)},
                                     {"diversity", diversity(log)},
                                     {"step_time", step_time(log)}};
  std::erase_if(plots, [](const TrainingPlot& entry) { return entry.plot.lines.empty(); });
  return plots;
}

}  // namespace belamy
