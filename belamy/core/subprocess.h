// Runs another program (npm, curl, tar) without a shell.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace belamy {

struct ProcessResult {
  int exit_code = 0;   // 127 when the program is not installed, 128+N when signal N ended it
  std::string output;  // standard output and error together, the first 64 KiB
};

/// Runs argv[0] (found on PATH) in `folder` with no standard input and waits for it.
/// Throws kIo when no process can be started at all.
ProcessResult run_process(const std::vector<std::string>& argv,
                          const std::filesystem::path& folder = ".");

/// Whether a program of that name is on PATH.
bool program_exists(const std::string& name);

}  // namespace belamy
