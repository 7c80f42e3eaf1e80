// Where the tests' own files are. Only places.cpp knows the path of this source tree: a test that
// is built in another one is the same to the compiler's cache.
#pragma once

#include <filesystem>

namespace belamy::testing {

/// Of a file or folder below tests/.
std::filesystem::path test_file(const std::filesystem::path& name);

/// Of one below tests/fixtures/.
std::filesystem::path fixture(const std::filesystem::path& name);

}  // namespace belamy::testing
