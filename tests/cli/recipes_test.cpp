#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "tests/cli/command.h"

namespace belamy::testing {
namespace {

TEST(RecipesCommand, lists_what_is_built_in_a_line_each) {
  const CommandResult result = run_command({"recipes"});
  expect_success(result);
  Words names;
  std::istringstream lines(result.out);
  for (std::string line; std::getline(lines, line);) {
    names.push_back(line.substr(0, line.find(' ')));
    EXPECT_NE(line.find(names.back() == "demo" ? "demo:" : names.back().substr(0, 2)),
              std::string::npos);
    EXPECT_GT(line.size(), 40u) << "no description: " << line;
  }
  for (const char* name : {"s0-dcgan-sgd", "s1-mlp", "s1-mlp-fashion", "s2-dcgan-transpose",
                           "s3-scratch", "s4-dcgan-rmsprop", "dcgan-28", "demo", "ring"}) {
    EXPECT_NE(std::find(names.begin(), names.end(), name), names.end()) << name;
  }
}

TEST(RecipesCommand, shows_a_recipes_file_as_a_start_for_ones_own) {
  const TemporaryFolder folder;
  const CommandResult shown = run_command({"recipes", "--show", "s1-mlp"});
  expect_success(shown);
  EXPECT_NE(shown.out.find("# s1"), std::string::npos) << "comments belong to it";
  write_text(folder / "mine.toml", shown.out);
  const CommandResult named = run_command({"summary", "s1-mlp"});
  const CommandResult own = run_command({"summary", "./mine.toml"}, folder.path());
  expect_success(own);
  EXPECT_EQ(own.out, named.out);
}

TEST(RecipesCommand, an_unknown_name_to_show_names_the_nearest) {
  expect_failure(run_command({"recipes", "--show", "s1-mpl"}), 2, {"did you mean 's1-mlp'?"});
}

}  // namespace
}  // namespace belamy::testing
