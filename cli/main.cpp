// The command `belamy`: runs what its words ask for, maps errors to exit codes.
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <exception>
#include <filesystem>

#include "belamy/core/error.h"
#include "cli/command_line.h"
#include "cli/say.h"

#ifdef BELAMY_JEMALLOC
// jemalloc reads this at start: pages once touched are kept, so that the next step's tensors do not
// fault them in again. Small blocks may be cut from large free ones, whatever their size: by
// default they may not, and with nothing given back a game of many sizes grows without end.
extern "C" {
extern const char* malloc_conf;
const char* malloc_conf =
    "dirty_decay_ms:-1,muzzy_decay_ms:-1,oversize_threshold:0,narenas:2,"
    "lg_extent_max_active_fit:30";
}
#endif

namespace belamy::cli {
namespace {

constexpr const char* kNoMemory =
    "[memory] not enough memory; try a smaller train.batch_size, or fewer samples at once";

int exit_code(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kUsage:
    case ErrorKind::kRecipe:
    case ErrorKind::kShape:
      return 2;
    default:
      return 1;
  }
}

// LibTorch appends its call stack to its messages; the first line is what a user can use.
std::string first_line(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

int complain(const std::string& message, int code) {
  say(fmt::format("belamy: {}\n", message));
  return code;
}

int run(const Request& request) {
  if (request.run) return request.run();
  fmt::print("{}", request.answer);
  return request.complaint.empty() ? request.exit_code
                                   : complain(request.complaint, request.exit_code);
}

}  // namespace
}  // namespace belamy::cli

int main(int argc, char** argv) {
  using namespace belamy;
  std::signal(SIGXFSZ, SIG_IGN);  // a file past its size limit is an error to tell, not a death
  try {
    const int code = cli::run(cli::parse_command_line({argv + std::min(argc, 1), argv + argc}));
    if (std::fflush(stdout) == 0) return code;
    return cli::complain(fmt::format("[io] cannot write the result: {}", std::strerror(errno)), 1);
  } catch (const Error& error) {
    return cli::complain(error.what(), cli::exit_code(error.kind()));
  } catch (const std::bad_alloc&) {
    return cli::complain(cli::kNoMemory, 1);
  } catch (const std::filesystem::filesystem_error& error) {
    return cli::complain(fmt::format("[io] {}", error.what()), 1);
  } catch (const std::exception& error) {
    // What LibTorch throws has no type of its own for this.
    const bool memory = std::strstr(error.what(), "can't allocate memory") != nullptr;
    if (memory) return cli::complain(cli::kNoMemory, 1);
    return cli::complain(fmt::format("[internal] {}", cli::first_line(error.what())), 1);
  }
}
