#include "belamy/core/subprocess.h"

#include <gtest/gtest.h>

#include <csignal>
#include <string>

#include "belamy/core/file.h"
#include "tests/support/errors.h"
#include "tests/support/scoped_variable.h"
#include "tests/support/temporary_folder.h"

namespace belamy {
namespace {

using testing::expect_error;
using testing::ScopedVariable;
using testing::TemporaryFolder;

TEST(RunProcess, gives_exit_code_and_both_outputs) {
  const ProcessResult result = run_process({"sh", "-c", "echo out; echo err >&2; exit 3"});
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_NE(result.output.find("out\n"), std::string::npos);
  EXPECT_NE(result.output.find("err\n"), std::string::npos);
}

TEST(RunProcess, arguments_arrive_as_they_are_without_a_shell) {
  const ProcessResult result = run_process({"printf", "%s|", "a b", "$HOME", "*", ""});
  EXPECT_EQ(result.output, "a b|$HOME|*||");
}

TEST(RunProcess, runs_in_the_folder_and_without_input) {
  const TemporaryFolder folder;
  const ProcessResult result = run_process({"sh", "-c", "pwd -P; cat"}, folder.path());
  EXPECT_EQ(result.output, std::filesystem::canonical(folder.path()).string() + "\n");
}

TEST(RunProcess, a_program_that_is_not_installed_is_told_from_one_that_failed) {
  const ProcessResult result = run_process({"belamy-no-such-program"});
  EXPECT_EQ(result.exit_code, 127);
  EXPECT_EQ(result.output, "belamy-no-such-program is not installed");
}

TEST(RunProcess, a_missing_folder_is_not_taken_for_a_missing_program) {
  const TemporaryFolder folder;
  expect_error(ErrorKind::kIo, {"missing"}, [&] { run_process({"true"}, folder / "missing"); });
}

TEST(RunProcess, a_file_that_cannot_be_executed_throws) {
  const TemporaryFolder folder;
  write_file_atomically(folder / "plain", std::string_view("text"));
  expect_error(ErrorKind::kIo, {"cannot start", "plain"},
               [&] { run_process({(folder / "plain").string()}); });
}

TEST(RunProcess, death_by_a_signal_is_128_and_its_number) {
  EXPECT_EQ(run_process({"sh", "-c", "kill -KILL $$"}).exit_code, 128 + SIGKILL);
}

TEST(RunProcess, a_flood_of_output_is_cut_and_does_not_block_the_program) {
  const ProcessResult result = run_process({"sh", "-c", "head -c 1000000 /dev/zero; exit 5"});
  EXPECT_EQ(result.exit_code, 5);
  EXPECT_EQ(result.output.size(), 64u * 1024);
}

TEST(ProgramExists, looks_along_PATH) {
  EXPECT_TRUE(program_exists("sh"));
  EXPECT_FALSE(program_exists("belamy-no-such-program"));
  const TemporaryFolder empty;
  const ScopedVariable path("PATH", empty.path().string());
  EXPECT_FALSE(program_exists("sh"));
}

TEST(ProgramExists, without_PATH_nothing_exists) {
  const ScopedVariable path("PATH", std::nullopt);
  EXPECT_FALSE(program_exists("sh"));
}

}  // namespace
}  // namespace belamy
