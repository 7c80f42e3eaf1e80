#include "tests/support/places.h"

namespace belamy::testing {

namespace fs = std::filesystem;

fs::path test_file(const fs::path& name) {
  return fs::path(BELAMY_TESTS_FOLDER) / name;
}

fs::path fixture(const fs::path& name) {
  return test_file("fixtures") / name;
}

}  // namespace belamy::testing
