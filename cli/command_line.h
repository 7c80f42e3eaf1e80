// From words to what they ask for. Nothing is run, read or printed here.
#pragma once

#include <string>
#include <vector>

#include "cli/command.h"

namespace belamy::cli {

/// What a command line asks for: something to run or, where `run` is empty, something to say.
struct Request {
  Runner run;
  std::string answer;     // for standard output: --help, --version
  std::string complaint;  // for standard error: what was wrong with the words, and where to look
  int exit_code = 0;      // of the answer or the complaint
};

/// `words` come without the program's name.
Request parse_command_line(const std::vector<std::string>& words);

}  // namespace belamy::cli
