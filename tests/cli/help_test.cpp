#include <gtest/gtest.h>

#include <CLI/Version.hpp>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "tests/cli/command.h"
#include "tests/support/places.h"

namespace belamy::testing {
namespace {

namespace fs = std::filesystem;

// Layout is CLI11's and changes with its versions; the golden files are of Debian 12's.
constexpr bool kRecordedLayout = CLI11_VERSION_MAJOR == 2 && CLI11_VERSION_MINOR == 1;

std::string without_layout(const std::string& text) {
  std::string rest;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isspace(byte) == 0) rest += static_cast<char>(std::tolower(byte));
  }
  return rest;
}

// The golden file holds exactly what the command prints; in another layout, the same words.
void expect_golden(const std::string& name, const Words& arguments) {
  const CommandResult result = run_command(arguments);
  expect_success(result);
  EXPECT_EQ(result.err, "");
  const fs::path golden = test_file("golden/help") / (name + ".txt");
  if (std::getenv("BELAMY_UPDATE_GOLDEN") != nullptr) {
    ASSERT_TRUE(kRecordedLayout) << "golden files are recorded with CLI11 2.1, as on Debian 12";
    fs::create_directories(golden.parent_path());
    write_text(golden, result.out);
    return;
  }
  ASSERT_TRUE(fs::exists(golden)) << golden << " is missing; BELAMY_UPDATE_GOLDEN=1 writes it";
  const std::string recorded = file_text(golden);
  const bool same = kRecordedLayout ? result.out == recorded
                                    : without_layout(result.out) == without_layout(recorded);
  EXPECT_TRUE(same) << "printed:\n"
                    << result.out << "recorded:\n"
                    << recorded << "If the new text is meant, run the test with "
                    << "BELAMY_UPDATE_GOLDEN=1 to rewrite " << golden
                    << ", and read the difference before you commit it.";
}

class Help : public ::testing::TestWithParam<const char*> {};

class HelpOfLatent : public ::testing::TestWithParam<const char*> {};

TEST_P(Help, of_a_command_is_as_recorded) {
  const std::string name = GetParam();
  expect_golden(name, {name, "--help"});
}

INSTANTIATE_TEST_SUITE_P(Commands, Help,
                         ::testing::Values("recipes", "summary", "data", "train", "sample",
                                           "report", "export", "evaluate", "extractor", "benchmark",
                                           "latent", "bench", "doctor"),
                         [](const auto& chosen) { return std::string(chosen.param); });

TEST_P(HelpOfLatent, is_as_recorded) {
  const std::string name = GetParam();
  expect_golden("latent/" + name, {"latent", name, "--help"});
}

INSTANTIATE_TEST_SUITE_P(Subcommands, HelpOfLatent,
                         ::testing::Values("mean", "interpolate", "arithmetic", "project", "walk",
                                           "directions", "edit"),
                         [](const auto& chosen) { return std::string(chosen.param); });

TEST(HelpOfAll, is_as_recorded) {
  expect_golden("belamy", {"--help"});
}

TEST(HelpOfAll, lists_every_command_that_has_help_here) {
  const std::string help = run_command({"--help"}).out;
  for (const auto& entry : fs::directory_iterator(test_file("golden/help"))) {
    const std::string name = entry.path().stem().string();
    EXPECT_NE(help.find(name), std::string::npos) << name << " is not a command any more";
  }
}

}  // namespace
}  // namespace belamy::testing
