#include "belamy/core/wall_clock.h"

#include <gtest/gtest.h>

#include "belamy/core/file.h"
#include "tests/support/places.h"

namespace belamy {
namespace {

namespace fs = std::filesystem;

TEST(WallClock, is_the_machines_unless_another_is_put_in_its_place) {
  {
    const ScopedWallClock clock([] { return 12.5; });
    EXPECT_EQ(wall_clock(), 12.5);
  }
  EXPECT_GT(wall_clock(), 1.7e9);
}

/// The sources below `folder` in which `word` stands.
std::vector<std::string> sources_with(const fs::path& folder, const std::string& word) {
  std::vector<std::string> found;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    const std::string ending = entry.path().extension();
    if (ending != ".cpp" && ending != ".h") continue;
    const bool has = read_text(entry.path(), 1 << 22).find(word) != std::string::npos;
    if (has) found.push_back(entry.path().filename());
  }
  return found;
}

// So that a test which sets it back sets back all there is.
TEST(WallClock, is_read_in_one_place) {
  const fs::path belamy = testing::test_file("../belamy"), cli = testing::test_file("../cli");
  EXPECT_EQ(sources_with(belamy, "system_clock"), std::vector<std::string>{"wall_clock.cpp"});
  EXPECT_TRUE(sources_with(cli, "system_clock").empty());
  for (const char* word :
       {"high_resolution_clock", "std::time(", "gettimeofday", "CLOCK_REALTIME"}) {
    EXPECT_TRUE(sources_with(belamy, word).empty()) << word;
    EXPECT_TRUE(sources_with(cli, word).empty()) << word;
  }
}

}  // namespace
}  // namespace belamy
