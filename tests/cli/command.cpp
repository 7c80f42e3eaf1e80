#include "tests/cli/command.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <stdexcept>
#include <thread>

#include "belamy/core/file.h"
#include "belamy/core/subprocess.h"

extern char** environ;

namespace belamy::testing {
namespace fs = std::filesystem;
namespace {

constexpr uint64_t kLargestFile = 64 << 20;

CommandResult collect(int exit_code, const fs::path& outputs) {
  return {exit_code, file_text(outputs / "out"), file_text(outputs / "err")};
}

int code_of(int status) {
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

std::string belamy_program() {
  return BELAMY_COMMAND;
}

CommandResult run_command(const Words& arguments, const fs::path& folder,
                          const std::string& before) {
  const TemporaryFolder outputs;
  const std::string script = "unset BELAMY_DATA BELAMY_RUNS; exec >'" + (outputs / "out").string() +
                             "' 2>'" + (outputs / "err").string() + "'; " + before +
                             " exec \"$0\" \"$@\"";
  Words words = {"/bin/sh", "-c", script, belamy_program()};
  words.insert(words.end(), arguments.begin(), arguments.end());
  return collect(run_process(words, folder).exit_code, outputs.path());
}

BackgroundCommand::BackgroundCommand(const Words& arguments, const fs::path& folder) {
  std::string program = belamy_program();
  std::vector<char*> words = {program.data()};
  for (const std::string& word : arguments) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  constexpr int kFlags = O_WRONLY | O_CREAT | O_TRUNC;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, (outputs_ / "out").c_str(), kFlags,
                                   0644);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, (outputs_ / "err").c_str(), kFlags,
                                   0644);
  posix_spawn_file_actions_addchdir_np(&actions, folder.c_str());
  const int code =
      ::posix_spawn(&process_, program.c_str(), &actions, nullptr, words.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (code != 0) throw std::runtime_error("cannot start " + program + ": " + std::strerror(code));
}

BackgroundCommand::~BackgroundCommand() {
  if (!is_running()) return;
  send(SIGKILL);
  wait();
}

void BackgroundCommand::send(int signal_number) const {
  if (!ended_) ::kill(process_, signal_number);
}

bool BackgroundCommand::is_running() {
  if (!ended_ && ::waitpid(process_, &status_, WNOHANG) == process_) ended_ = true;
  return !ended_;
}

CommandResult BackgroundCommand::wait() {
  while (!ended_) {
    if (::waitpid(process_, &status_, 0) == process_ || errno != EINTR) ended_ = true;
  }
  return collect(code_of(status_), outputs_.path());
}

bool BackgroundCommand::runs_until(const std::function<bool()>& condition) {
  using Clock = std::chrono::steady_clock;
  const auto deadline = Clock::now() + std::chrono::minutes(1);
  while (!condition()) {
    if (!is_running() || Clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

void expect_failure(const CommandResult& result, int exit_code, const Words& words) {
  EXPECT_EQ(result.exit_code, exit_code) << result.err;
  EXPECT_EQ(result.out, "") << "a failure has no result";
  for (const std::string& word : words) {
    EXPECT_NE(result.err.find(word), std::string::npos)
        << "'" << word << "' is not in: " << result.err;
  }
}

void expect_success(const CommandResult& result) {
  EXPECT_EQ(result.exit_code, 0) << result.err;
}

std::string file_text(const fs::path& path) {
  return read_text(path, kLargestFile);
}

void write_text(const fs::path& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  if (!file.flush()) throw std::runtime_error("cannot write " + path.string());
}

bool has_leftovers(const fs::path& folder) {
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.path().filename().string().find(".partial") != std::string::npos) return true;
  }
  return false;
}

}  // namespace belamy::testing
