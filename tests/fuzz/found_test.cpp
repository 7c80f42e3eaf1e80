// Every target over its seeds, damage to them, and what fuzzing ever found.
#include <gtest/gtest.h>

#include <filesystem>

#include "belamy/core/file.h"
#include "tests/data/byte_files.h"
#include "tests/fuzz/target.h"

namespace belamy::testing {
namespace {

namespace fs = std::filesystem;

std::vector<FuzzTarget> all_targets() {
  std::vector<FuzzTarget> all;
  for (const auto& group :
       {data_targets(), toml_targets(), recipe_targets(), run_targets(), command_targets()}) {
    all.insert(all.end(), group.begin(), group.end());
  }
  return all;
}

std::vector<fs::path> found_of(const FuzzTarget& target) {
  std::vector<fs::path> files;
  std::error_code code;
  const fs::path folder = fs::path(BELAMY_FIXTURES).parent_path() / "fuzz/found" / target.name;
  for (const auto& entry : fs::directory_iterator(folder, code)) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

class Fuzz : public ::testing::TestWithParam<FuzzTarget> {};

TEST_P(Fuzz, seeds_are_taken) {
  const FuzzTarget& target = GetParam();
  for (const FuzzBytes& seed : target.seeds()) {
    EXPECT_TRUE(target.takes(seed)) << as_text(seed);
  }
}

TEST_P(Fuzz, damaged_seeds_are_taken_or_refused_but_never_more) {
  const FuzzTarget& target = GetParam();
  RandomStream random(1, target.name);
  int refused = 0;
  for (const FuzzBytes& seed : target.seeds()) {
    for (int i = 0; i < 50; ++i) refused += target.takes(mutate(seed, random)) ? 0 : 1;
  }
  EXPECT_GT(refused, 0);
}

TEST_P(Fuzz, what_was_once_found_is_taken_or_refused_but_never_more) {
  const FuzzTarget& target = GetParam();
  for (const fs::path& file : found_of(target)) {
    SCOPED_TRACE(file.string());
    EXPECT_NO_THROW(target.takes(read_bytes(file, 1 << 24)));
  }
}

INSTANTIATE_TEST_SUITE_P(Targets, Fuzz, ::testing::ValuesIn(all_targets()),
                         [](const auto& with) { return std::string(with.param.name); });

}  // namespace
}  // namespace belamy::testing
