// The one exception type of the library.
//
// A message says what was expected, what came, and what to try:
//   "[recipe] train.batch_size must be 1..65536, got 0 (mnist.toml:14)".
// The library never prints, aborts or exits; the command maps kinds to exit codes.
#pragma once

#include <fmt/format.h>

#include <stdexcept>
#include <string>
#include <utility>

namespace belamy {

enum class ErrorKind {
  kUsage,       // an argument or option that cannot be honoured
  kRecipe,      // a recipe that does not say what it must, or says it wrongly
  kShape,       // layers, data or weights whose shapes do not fit
  kData,        // a data file that is broken or not what it claims to be
  kDownload,    // a data set that could not be fetched
  kIo,          // the file system refused: missing, read-only, full
  kCheckpoint,  // weights or state that cannot be loaded
  kBusy,        // a run folder in use by another process
  kDiverged,    // a training whose losses or weights are no longer finite
};

/// The word in brackets that starts a message: "recipe", "data", ...
const char* kind_name(ErrorKind kind);

class Error : public std::runtime_error {
 public:
  Error(ErrorKind kind, const std::string& message)
      : std::runtime_error(fmt::format("[{}] {}", kind_name(kind), message)),
        kind_(kind),
        reason_(message) {}

  ErrorKind kind() const { return kind_; }
  /// The message without its kind, for a message around it.
  const std::string& reason() const { return reason_; }

 private:
  ErrorKind kind_;
  std::string reason_;
};

/// Throws an Error with a formatted message.
template <class... Args>
[[noreturn]] void fail(ErrorKind kind, fmt::format_string<Args...> format, Args&&... args) {
  throw Error(kind, fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace belamy
