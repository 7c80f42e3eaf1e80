#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "tests/cli/command.h"

namespace belamy::testing {
namespace {

namespace fs = std::filesystem;

// The golden file holds exactly what the command prints.
void expect_golden(const std::string& name, const Words& arguments) {
  const CommandResult result = run_command(arguments);
  expect_success(result);
  EXPECT_EQ(result.err, "");
  const fs::path golden = fs::path(BELAMY_GOLDEN) / "help" / (name + ".txt");
  if (std::getenv("BELAMY_UPDATE_GOLDEN") != nullptr) {
    fs::create_directories(golden.parent_path());
    write_text(golden, result.out);
    return;
  }
  ASSERT_TRUE(fs::exists(golden)) << golden << " is missing; BELAMY_UPDATE_GOLDEN=1 writes it";
  EXPECT_EQ(result.out, file_text(golden))
      << "If the new text is meant, run the test with BELAMY_UPDATE_GOLDEN=1 to rewrite " << golden
      << ", and read the difference before you commit it.";
}

class Help : public ::testing::TestWithParam<const char*> {};

TEST_P(Help, of_a_command_is_as_recorded) {
  const std::string name = GetParam();
  expect_golden(name, {name, "--help"});
}

INSTANTIATE_TEST_SUITE_P(Commands, Help,
                         ::testing::Values("recipes", "summary", "data", "train", "sample", "bench",
                                           "doctor"),
                         [](const auto& chosen) { return std::string(chosen.param); });

TEST(HelpOfAll, is_as_recorded) {
  expect_golden("belamy", {"--help"});
}

TEST(HelpOfAll, lists_every_command_that_has_help_here) {
  const std::string help = run_command({"--help"}).out;
  for (const auto& entry : fs::directory_iterator(fs::path(BELAMY_GOLDEN) / "help")) {
    const std::string name = entry.path().stem().string();
    EXPECT_NE(help.find(name), std::string::npos) << name << " is not a command any more";
  }
}

}  // namespace
}  // namespace belamy::testing
