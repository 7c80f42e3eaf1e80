#include "cli/progress_bar.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>

#include "cli/progress.h"
#include "cli/say.h"

namespace belamy::cli {
namespace {

constexpr std::chrono::milliseconds kRedraw{100};
constexpr int kBarWidth = 20;

}  // namespace

size_t terminal_width() {
  winsize size{};
  const bool known = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? size.ws_col : 80;
}

std::string bar_text(double share) {
  const int filled = static_cast<int>(std::lround(share * kBarWidth));
  return fmt::format("{:#<{}}{:.<{}}", "", filled, "", kBarWidth - filled);
}

ProgressBar::ProgressBar(std::string task)
    : task_(std::move(task)),
      terminal_(::isatty(STDERR_FILENO) == 1),
      begin_(std::chrono::steady_clock::now()) {}

ProgressBar::~ProgressBar() {
  if (drawn_) say("\n");
}

void ProgressBar::update(int64_t done, int64_t total, const std::string& note) {
  const double share = static_cast<double>(done) / static_cast<double>(std::max<int64_t>(total, 1));
  const auto now = std::chrono::steady_clock::now();
  if (!terminal_) {
    const int64_t tenth = 10 * done / std::max<int64_t>(total, 1);
    if (tenth > told_tenth_) say(fmt::format("{}: {}/{}  {}\n", task_, done, total, note));
    told_tenth_ = tenth;
    return;
  }
  if (drawn_ && done < total && now - drawn_at_ < kRedraw) return;
  const double seconds = std::chrono::duration<double>(now - begin_).count();
  std::string line =
      fmt::format("{} {}/{} {} {:3.0f}%  ETA {}  {}", task_, done, total, bar_text(share),
                  100 * share, clock_text(seconds * (1 - share) / std::max(share, 1e-9)), note);
  line.resize(std::min(line.size(), terminal_width() - 1));
  say(fmt::format("\r\x1b[2K{}", line));
  drawn_ = true;
  drawn_at_ = now;
}

}  // namespace belamy::cli
