// A line of progress on standard error: redrawn in place on a terminal; elsewhere a line now and
// then.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace belamy::cli {

/// "########............" for a share of 0..1
std::string bar_text(double share);

/// Columns of the terminal on standard error; 80 when it is none.
size_t terminal_width();

class ProgressBar {
 public:
  /// `task` stands in front: "features of real images".
  explicit ProgressBar(std::string task);
  ~ProgressBar();
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  /// `note` stands behind.
  void update(int64_t done, int64_t total, const std::string& note = "");

 private:
  std::string task_;
  bool terminal_;
  bool drawn_ = false;
  int64_t told_tenth_ = 0;
  std::chrono::steady_clock::time_point begin_, drawn_at_;
};

}  // namespace belamy::cli
