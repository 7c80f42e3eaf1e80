// The parsers that need LibTorch, and the command line's.
#include "tests/fuzz/target_tests.h"

namespace belamy::testing {

INSTANTIATE_TEST_SUITE_P(
    Targets, Fuzz,
    ::testing::ValuesIn(together({recipe_targets(), run_targets(), command_targets()})), name_of);

}  // namespace belamy::testing
