// The parsers that need no LibTorch.
#include "tests/fuzz/target_names.h"
#include "tests/fuzz/target_tests.h"

namespace belamy::testing {
namespace {

std::vector<FuzzTarget> light_targets() {
  return together({data_targets(), toml_targets()});
}

}  // namespace

INSTANTIATE_TEST_SUITE_P(Targets, Fuzz, ::testing::ValuesIn(light_targets()), name_of);
INSTANTIATE_TEST_SUITE_P(Targets, FuzzFound, ::testing::ValuesIn(with_found(light_targets())),
                         name_of);

TEST(FuzzTargets, of_parsers_without_libtorch_are_those_listed) {
  EXPECT_EQ(names_of(light_targets()), kLightTargets);
}

// What was found of a target that was renamed would be run nowhere.
TEST(FuzzTargets, every_folder_of_what_was_found_is_named_after_one) {
  std::vector<std::string> names = kLightTargets;
  names.insert(names.end(), kTorchTargets.begin(), kTorchTargets.end());
  for (const auto& entry : std::filesystem::directory_iterator(test_file("fuzz/found"))) {
    const std::string name = entry.path().filename().string();
    EXPECT_EQ(std::count(names.begin(), names.end(), name), 1)
        << entry.path() << " is of no target";
    EXPECT_FALSE(std::filesystem::is_empty(entry.path())) << entry.path() << " holds nothing";
  }
}

}  // namespace belamy::testing
