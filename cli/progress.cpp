#include "cli/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "belamy/nn/summary.h"
#include "cli/progress_bar.h"
#include "cli/say.h"

namespace belamy::cli {
namespace {

constexpr double kRedrawSeconds = 0.1;

}  // namespace

std::string clock_text(double seconds) {
  const auto whole = static_cast<int64_t>(std::max(0.0, seconds));
  const int64_t hours = whole / 3600, minutes = whole / 60 % 60;
  if (hours > 0) return fmt::format("{}:{:02}:{:02}", hours, minutes, whole % 60);
  return fmt::format("{:02}:{:02}", minutes, whole % 60);
}

ProgressMonitor::ProgressMonitor() : terminal_(::isatty(STDERR_FILENO) == 1) {}

void ProgressMonitor::on_start(const TrainingView& training) {
  rate_step_ = training.first_step;
  say(fmt::format("training {} on {}: {} steps of {} images, {}, {} thread{}\n",
                  training.run.recipe().name, training.dataset.description(),
                  with_thousands(training.total_steps), training.images_per_step,
                  precision_name(training.precision), training.threads,
                  training.threads == 1 ? "" : "s"));
  if (training.first_step > 0) {
    say(fmt::format("going on after step {}\n", with_thousands(training.first_step)));
  }
}

void ProgressMonitor::on_step(const TrainingView& training, const StepView& step) {
  if (terminal_) {
    const bool due =
        step.seconds - drawn_at_ >= kRedrawSeconds || step.step == training.total_steps;
    if (due) draw_bar(training, step);
  } else if (step.detailed) {
    say(fmt::format("{} {}\n", step.step, step.report.line));
  }
}

void ProgressMonitor::draw_bar(const TrainingView& training, const StepView& step) {
  const double elapsed = step.seconds - rate_at_;
  if (elapsed > 0) {
    const double now = static_cast<double>(step.step - rate_step_) / elapsed;
    rate_ = rate_ == 0 ? now : 0.9 * rate_ + 0.1 * now;
  }
  rate_at_ = step.seconds;
  rate_step_ = step.step;
  drawn_at_ = step.seconds;
  const double share = static_cast<double>(step.step) / static_cast<double>(training.total_steps);
  const auto left = static_cast<double>(training.total_steps - step.step);
  std::string line = fmt::format("{}/{} {} {:3.0f}%  {:.0f} images/s  ETA {}  {}", step.step,
                                 training.total_steps, bar_text(share), 100 * share,
                                 rate_ * static_cast<double>(training.images_per_step),
                                 clock_text(left / std::max(rate_, 1e-9)), step.report.line);
  line.resize(std::min(line.size(), terminal_width() - 1));
  bar_ = line;
  say(fmt::format("\r\x1b[2K{}", bar_));
}

void ProgressMonitor::tell(const std::string& text) {
  if (bar_.empty()) {
    say(text + "\n");
  } else {
    say(fmt::format("\r\x1b[2K{}\n{}", text, bar_));
  }
}

void ProgressMonitor::on_end(const TrainingView&) noexcept {
  if (!bar_.empty()) say("\n");
  bar_.clear();
}

}  // namespace belamy::cli
