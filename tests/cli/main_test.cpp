#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "belamy/core/subprocess.h"
#include "belamy/core/version.h"
#include "tests/cli/command.h"

namespace belamy::testing {
namespace {

TEST(Command, without_arguments_shows_its_help_and_exits_with_2) {
  const CommandResult result = run_command({});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_NE(result.out.find("train"), std::string::npos);
  EXPECT_NE(result.out.find("Exit codes"), std::string::npos);
}

TEST(Command, tells_its_version) {
  const CommandResult result = run_command({"--version"});
  expect_success(result);
  EXPECT_EQ(result.out, std::string(kVersion) + "\n");
}

TEST(Command, a_mistyped_command_names_the_nearest) {
  expect_failure(run_command({"trian", "s1-mlp"}), 2,
                 {"'trian' is not known", "did you mean 'train'?", "belamy --help"});
}

TEST(Command, a_mistyped_command_of_data_names_the_nearest) {
  expect_failure(run_command({"data", "ftech", "mnist"}), 2,
                 {"'ftech' is not known", "did you mean 'fetch'?", "belamy data --help"});
}

TEST(Command, a_mistyped_option_names_the_nearest) {
  expect_failure(run_command({"train", "s1-mlp", "--stepz", "5"}), 2,
                 {"'--stepz' is not known", "did you mean '--steps'?", "belamy train --help"});
  expect_failure(run_command({"sample", "somewhere", "--cuont=5"}), 2,
                 {"'--cuont' is not known", "did you mean '--count'?"});
}

TEST(Command, values_that_are_not_what_an_option_takes_are_usage_errors) {
  expect_failure(run_command({"train", "s1-mlp", "--steps", "many"}), 2, {"--steps", "many"});
  expect_failure(run_command({"sample", "somewhere", "--count", "0"}), 2, {"--count"});
  expect_failure(run_command({"sample"}), 2, {"run", "belamy sample --help"});
  expect_failure(run_command({"train"}), 2, {"RECIPE", "--resume"});
}

// NaN is neither below a bound nor above it.
TEST(Command, numbers_that_are_not_finite_or_out_of_bounds_are_usage_errors) {
  const std::vector<Words> options = {
      {"bench", "s3-scratch", "--seconds"},
      {"sample", "somewhere", "--rejection", "--gamma"},
      {"translate", "somewhere", "a", "b", "--strength"},
      {"latent", "project", "somewhere", "--rate"},
      {"latent", "directions", "somewhere", "--reach"},
      {"latent", "edit", "somewhere", "--direction", "0", "--strength"}};
  const auto expect_refused = [](Words words, const std::string& number) {
    const std::string option = words.back();
    words.back() += "=" + number;
    expect_failure(run_command(words), 2, {option, "number", number});
  };
  for (const Words& option : options) expect_refused(option, "nan");
  for (const std::string number : {"inf", "1e400", "0.5x"}) expect_refused(options[0], number);
  for (const std::string number : {"-1", "0"}) {
    expect_failure(run_command({"latent", "project", "somewhere", "--rate", number}), 2,
                   {"--rate", "above 0", number});
  }
}

TEST(Command, an_output_that_cannot_be_written_is_an_error) {
  expect_failure(run_command({"recipes"}, ".", "exec >/dev/full;"), 1, {"belamy:"});
}

TEST(Command, is_a_position_independent_executable_with_read_only_relocations) {
  if (!program_exists("readelf")) GTEST_SKIP() << "there is no readelf";
  const std::string told =
      run_process({"readelf", "-W", "-h", "-l", "-d", belamy_program()}).output;
  for (const char* word : {"DYN (Position-Independent Executable", "GNU_RELRO", "BIND_NOW"}) {
    EXPECT_NE(told.find(word), std::string::npos) << word << " is not in: " << told;
  }
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || !defined(NDEBUG)
constexpr bool kIsHardened = false;
#else
constexpr bool kIsHardened = true;
#endif

TEST(Command, checks_its_buffers_and_its_stack) {
  if (!kIsHardened) GTEST_SKIP() << "only what users run is built so (cmake/BelamyCompiler.cmake)";
  if (!program_exists("readelf")) GTEST_SKIP() << "there is no readelf";
  const std::string told = run_process({"readelf", "-W", "--dyn-syms", belamy_program()}).output;
  for (const char* word : {"__stack_chk_fail@", "_chk@"}) {
    EXPECT_NE(told.find(word), std::string::npos) << word << " is not imported";
  }
}

}  // namespace
}  // namespace belamy::testing
