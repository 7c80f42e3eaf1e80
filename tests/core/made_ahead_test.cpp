#include "belamy/core/made_ahead.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <vector>

namespace belamy {
namespace {

TEST(MadeAhead, hands_out_in_the_order_of_making) {
  int made = 0;  // the maker's alone
  MadeAhead<std::vector<int>> ahead([&] { return std::vector<int>(100, ++made); });
  for (int i = 1; i <= 1000; ++i) {
    const std::vector<int> thing = ahead.next();
    ASSERT_EQ(thing, std::vector<int>(100, i));
  }
}

TEST(MadeAhead, is_at_most_one_ahead_and_leaves_what_it_used_when_it_ends) {
  for (int taken = 0; taken < 50; ++taken) {
    int made = 0;
    {
      MadeAhead<int> ahead([&] { return ++made; });
      for (int i = 0; i < taken; ++i) ahead.next();
    }
    ASSERT_GE(made, taken);
    ASSERT_LE(made, taken + 1);
  }
}

TEST(MadeAhead, tells_of_an_error_when_its_thing_is_asked_for_and_goes_on) {
  int made = 0;
  MadeAhead<int> ahead([&] {
    if (++made == 2) throw std::runtime_error("the second");
    return made;
  });
  EXPECT_EQ(ahead.next(), 1);
  EXPECT_THROW(ahead.next(), std::runtime_error);
  EXPECT_EQ(ahead.next(), 3);
}

}  // namespace
}  // namespace belamy
