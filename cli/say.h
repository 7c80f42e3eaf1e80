// Talk on standard error. One that cannot be written (a full disk, a closed pipe) is no reason to
// end a training.
#pragma once

#include <cstdio>
#include <string>

namespace belamy::cli {

inline void say(const std::string& text) noexcept {
  std::fputs(text.c_str(), stderr);
  std::fflush(stderr);
}

}  // namespace belamy::cli
