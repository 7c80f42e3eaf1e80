// The parsers that need no LibTorch.
#include "tests/fuzz/target_tests.h"

namespace belamy::testing {

INSTANTIATE_TEST_SUITE_P(Targets, Fuzz,
                         ::testing::ValuesIn(together({data_targets(), toml_targets()})), name_of);

}  // namespace belamy::testing
