// Ctrl-C and SIGTERM end a training with a checkpoint; a second one, a second or more later, ends
// it at once.
#pragma once

#include <atomic>

namespace belamy::cli {

/// Installs the handlers and returns the flag they set.
const std::atomic<bool>& stop_on_signals();

}  // namespace belamy::cli
