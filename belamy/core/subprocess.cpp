#include "belamy/core/subprocess.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <sstream>

#include "belamy/core/error.h"

extern char** environ;

namespace belamy {
namespace {

constexpr size_t kOutputKept = 64 * 1024;

std::string drain(int descriptor) {
  std::string output;
  std::array<char, 4096> buffer;
  while (true) {
    const ssize_t got = ::read(descriptor, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return output;
    const size_t room = kOutputKept - output.size();
    output.append(buffer.data(), std::min(room, static_cast<size_t>(got)));
  }
}

int wait_for(pid_t process) {
  int status = 0;
  while (::waitpid(process, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

ProcessResult run_process(const std::vector<std::string>& argv,
                          const std::filesystem::path& folder) {
  // posix_spawn reports a missing folder as it does a missing program.
  if (std::error_code code; !std::filesystem::is_directory(folder, code)) {
    fail(ErrorKind::kIo, "cannot start {} in {}: it is not a folder", argv[0], folder.string());
  }
  std::vector<char*> arguments;
  for (const std::string& word : argv) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);

  std::array<int, 2> pipe_ends{};
  if (::pipe2(pipe_ends.data(), O_CLOEXEC) != 0) {
    fail(ErrorKind::kIo, "cannot open a pipe to {}: {}", argv[0], std::strerror(errno));
  }
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, pipe_ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, pipe_ends[1], STDERR_FILENO);
  posix_spawn_file_actions_addchdir_np(&actions, folder.c_str());
  pid_t process = 0;
  const int code =
      ::posix_spawnp(&process, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  ::close(pipe_ends[1]);

  ProcessResult result;
  if (code == 0) {
    result.output = drain(pipe_ends[0]);
    result.exit_code = wait_for(process);
  }
  ::close(pipe_ends[0]);
  if (code == ENOENT) return {127, argv[0] + " is not installed"};
  if (code != 0) fail(ErrorKind::kIo, "cannot start {}: {}", argv[0], std::strerror(code));
  return result;
}

bool program_exists(const std::string& name) {
  const char* path = std::getenv("PATH");
  std::istringstream folders(path != nullptr ? path : "");
  for (std::string folder; std::getline(folders, folder, ':');) {
    if (::access((folder + "/" + name).c_str(), X_OK) == 0) return true;
  }
  return false;
}

}  // namespace belamy
