#include "belamy/data/cache.h"

#include <gtest/gtest.h>

#include "tests/support/errors.h"
#include "tests/support/scoped_variable.h"

namespace belamy {
namespace {

using testing::ScopedVariable;

TEST(Cache, belamy_data_comes_first_then_xdg_then_home) {
  const ScopedVariable own("BELAMY_DATA", "/own");
  const ScopedVariable xdg("XDG_CACHE_HOME", "/xdg");
  const ScopedVariable home("HOME", "/home/someone");
  EXPECT_EQ(data_cache_folder(), "/own");
  const ScopedVariable no_own("BELAMY_DATA", "");
  EXPECT_EQ(data_cache_folder(), "/xdg/belamy/data");
  const ScopedVariable no_xdg("XDG_CACHE_HOME", std::nullopt);
  EXPECT_EQ(data_cache_folder(), "/home/someone/.cache/belamy/data");
}

TEST(Cache, a_relative_xdg_folder_is_ignored) {
  const ScopedVariable own("BELAMY_DATA", std::nullopt);
  const ScopedVariable xdg("XDG_CACHE_HOME", "relative");
  const ScopedVariable home("HOME", "/home/someone");
  EXPECT_EQ(data_cache_folder(), "/home/someone/.cache/belamy/data");
}

TEST(Cache, without_any_variable_the_error_says_what_to_set) {
  const ScopedVariable own("BELAMY_DATA", std::nullopt);
  const ScopedVariable xdg("XDG_CACHE_HOME", std::nullopt);
  const ScopedVariable home("HOME", std::nullopt);
  testing::expect_error(ErrorKind::kIo, {"set BELAMY_DATA"}, [] { data_cache_folder(); });
}

}  // namespace
}  // namespace belamy
