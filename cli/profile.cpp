#include "cli/profile.h"

#include <fmt/format.h>

#include <iterator>

namespace belamy::cli {

std::string profile_text(const std::vector<ProfileRow>& rows, int64_t steps) {
  double whole = 0;
  for (const ProfileRow& row : rows) whole += row.total;
  std::string text = fmt::format("{:<40} {:<9} {:>10} {:>7} {:>11}\n", "stage", "work", "ms a step",
                                 "share", "calls a step");
  for (const ProfileRow& row : rows) {
    const auto n = static_cast<double>(steps);
    fmt::format_to(std::back_inserter(text), "{:<40} {:<9} {:>10.3f} {:>6.1f}% {:>11.2g}\n",
                   row.name, row.kind, row.total / 1000 / n, 100 * row.total / whole,
                   static_cast<double>(row.count) / n);
  }
  return text;
}

}  // namespace belamy::cli
