// Runs the command `belamy` as its users do: another process, in a folder, with arguments.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "tests/support/temporary_folder.h"

namespace belamy::testing {

using Words = std::vector<std::string>;

struct CommandResult {
  int exit_code = 0;
  std::string out;  // standard output
  std::string err;  // standard error
};

/// The command under test.
std::string belamy_program();

/// Runs `belamy` with these arguments in `folder` and waits. `before` is shell text that comes
/// first: "export NAME=value;" or "ulimit -f 8;". BELAMY_DATA and BELAMY_RUNS are unset otherwise.
CommandResult run_command(const Words& arguments, const std::filesystem::path& folder = ".",
                          const std::string& before = "");

/// `belamy` running beside the test; killed at the end if it still runs.
class BackgroundCommand {
 public:
  BackgroundCommand(const Words& arguments, const std::filesystem::path& folder);
  ~BackgroundCommand();
  BackgroundCommand(const BackgroundCommand&) = delete;
  BackgroundCommand& operator=(const BackgroundCommand&) = delete;

  pid_t process() const { return process_; }
  void send(int signal_number) const;
  bool is_running();
  /// Waits for its end. The exit code of a process that a signal ended is 128 and its number.
  CommandResult wait();
  /// Waits until `condition` holds; false when the process ended or a minute passed before.
  bool runs_until(const std::function<bool()>& condition);

 private:
  TemporaryFolder outputs_;
  pid_t process_ = 0;
  bool ended_ = false;
  int status_ = 0;
};

/// Exit code and words on standard error.
void expect_failure(const CommandResult& result, int exit_code, const Words& words);

/// Exit code 0; the failure message shows standard error.
void expect_success(const CommandResult& result);

std::string file_text(const std::filesystem::path& path);
void write_text(const std::filesystem::path& path, const std::string& text);

/// Whether any file or folder below has ".partial" in its name.
bool has_leftovers(const std::filesystem::path& folder);

}  // namespace belamy::testing
