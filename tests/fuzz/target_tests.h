// Every target over its seeds, damage to them, and what fuzzing ever found. A program of tests
// includes this once and instantiates it with the targets that it has.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>

#include "belamy/core/file.h"
#include "tests/data/byte_files.h"
#include "tests/fuzz/target.h"
#include "tests/support/places.h"

namespace belamy::testing {

/// The targets of several groups in one list.
inline std::vector<FuzzTarget> together(std::initializer_list<std::vector<FuzzTarget>> groups) {
  std::vector<FuzzTarget> all;
  for (const auto& group : groups) all.insert(all.end(), group.begin(), group.end());
  return all;
}

inline std::vector<std::filesystem::path> found_of(const FuzzTarget& target) {
  std::vector<std::filesystem::path> files;
  std::error_code code;
  const std::filesystem::path folder = test_file("fuzz/found") / target.name;
  for (const auto& entry : std::filesystem::directory_iterator(folder, code)) {
    files.push_back(entry.path());
  }
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

/// Of the targets that have such files.
class FuzzFound : public ::testing::TestWithParam<FuzzTarget> {};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(FuzzFound);

inline std::vector<FuzzTarget> with_found(std::vector<FuzzTarget> targets) {
  std::erase_if(targets, [](const FuzzTarget& target) { return found_of(target).empty(); });
  return targets;
}

TEST_P(FuzzFound, is_taken_or_refused_but_never_more) {
  const FuzzTarget& target = GetParam();
  for (const std::filesystem::path& file : found_of(target)) {
    SCOPED_TRACE(file.string());
    EXPECT_NO_THROW(target.takes(read_bytes(file, 1 << 24)));
  }
}

inline std::vector<std::string> names_of(const std::vector<FuzzTarget>& targets) {
  std::vector<std::string> names;
  for (const FuzzTarget& target : targets) names.emplace_back(target.name);
  return names;
}

inline std::string name_of(const ::testing::TestParamInfo<FuzzTarget>& with) {
  return with.param.name;
}

}  // namespace belamy::testing
