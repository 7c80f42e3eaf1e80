// The parsers that need LibTorch, and the command line's.
#include "tests/fuzz/target_names.h"
#include "tests/fuzz/target_tests.h"

namespace belamy::testing {
namespace {

std::vector<FuzzTarget> torch_targets() {
  return together({recipe_targets(), run_targets(), metrics_targets(), command_targets()});
}

}  // namespace

INSTANTIATE_TEST_SUITE_P(Targets, Fuzz, ::testing::ValuesIn(torch_targets()), name_of);
INSTANTIATE_TEST_SUITE_P(Targets, FuzzFound, ::testing::ValuesIn(with_found(torch_targets())),
                         name_of);

TEST(FuzzTargets, of_parsers_with_libtorch_and_of_the_command_are_those_listed) {
  EXPECT_EQ(names_of(torch_targets()), kTorchTargets);
}

}  // namespace belamy::testing
