#include "belamy/core/nearest_name.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace belamy {
namespace {

const std::vector<std::string> kNames = {"batch_size", "steps", "epochs", "learning_rate"};

TEST(NearestName, a_letter_too_many_too_few_wrong_or_swapped_is_forgiven) {
  EXPECT_EQ(nearest_name("stepps", kNames), "steps");
  EXPECT_EQ(nearest_name("steps", kNames), "steps");
  EXPECT_EQ(nearest_name("batchsize", kNames), "batch_size");
  EXPECT_EQ(nearest_name("epoxhs", kNames), "epochs");
  EXPECT_EQ(nearest_name("setps", kNames), "steps");
}

TEST(NearestName, two_swaps_in_five_letters_are_too_many) {
  const std::vector<std::string> names = {"abcde"};
  EXPECT_EQ(nearest_name("badce", names), "");
  EXPECT_EQ(nearest_name("bacde", names), "abcde");
}

TEST(NearestName, the_start_of_a_name_is_enough_from_three_letters_on) {
  EXPECT_EQ(nearest_name("lea", kNames), "learning_rate");
  EXPECT_EQ(nearest_name("le", kNames), "");
  EXPECT_EQ(nearest_name("steps_per_epoch", kNames), "steps");
}

TEST(NearestName, of_several_the_nearest_wins) {
  const std::vector<std::string> names = {"s1-mlp-fashion", "s1-mlp", "s1-map"};
  EXPECT_EQ(nearest_name("s1-ml", names), "s1-mlp");
}

TEST(NearestName, nothing_close_gives_nothing) {
  EXPECT_EQ(nearest_name("zebra", kNames), "");
  EXPECT_EQ(nearest_name("", kNames), "");
  EXPECT_EQ(nearest_name("steps", {}), "");
}

TEST(NearestName, a_very_long_name_is_not_compared) {
  const std::string longest(100, 'a');
  const std::vector<std::string> names = {longest};
  EXPECT_EQ(nearest_name(longest, names), longest);
  EXPECT_EQ(nearest_name(longest + "a", names), "");
}

TEST(Suggestion, names_the_nearest_or_else_all) {
  EXPECT_EQ(suggestion("epoch", kNames), "; did you mean 'epochs'?");
  EXPECT_EQ(suggestion("zebra", kNames), "; valid: batch_size, steps, epochs, learning_rate");
}

}  // namespace
}  // namespace belamy
