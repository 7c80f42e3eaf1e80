#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/cli/command.h"

namespace belamy::testing {
namespace {

TEST(BenchCommand, gives_a_json_object_a_recipe_with_the_promised_keys) {
  const CommandResult result = run_command(
      {"bench", "ring", "--json", "--seconds", "0.1", "--threads", "1", "--precision", "fp32"});
  expect_success(result);
  std::istringstream lines(result.out);
  std::string line;
  ASSERT_TRUE(std::getline(lines, line));
  const auto row = nlohmann::json::parse(line);
  EXPECT_EQ(row.at("recipe"), "ring");
  EXPECT_EQ(row.at("batch"), 256);
  EXPECT_EQ(row.at("precision"), "fp32");
  EXPECT_EQ(row.at("threads"), 1);
  EXPECT_GT(row.at("step_ms").get<double>(), 0);
  EXPECT_GT(row.at("images_per_s").get<double>(), 0);
  EXPECT_GT(row.at("samples_per_s").get<double>(), 0);
  EXPECT_GT(row.at("peak_share").get<double>(), 0);
  EXPECT_GT(row.at("peak_rss_mb").get<double>(), 10);
  EXPECT_GT(row.at("first_step_s").get<double>(), 0);
  EXPECT_FALSE(std::getline(lines, line)) << "one recipe, one line";
}

}  // namespace
}  // namespace belamy::testing
