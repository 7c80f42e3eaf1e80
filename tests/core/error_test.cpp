#include "belamy/core/error.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace belamy {
namespace {

TEST(Error, the_message_starts_with_its_kind_and_is_formatted) {
  try {
    fail(ErrorKind::kRecipe, "train.{} must be {}..{}", "steps", 1, 9);
    FAIL() << "fail() returned";
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "[recipe] train.steps must be 1..9");
    EXPECT_EQ(error.kind(), ErrorKind::kRecipe);
  }
}

TEST(Error, braces_in_arguments_are_not_taken_for_formats) {
  try {
    fail(ErrorKind::kIo, "cannot open {}", "odd{}name{0}");
    FAIL() << "fail() returned";
  } catch (const std::exception& error) {
    EXPECT_STREQ(error.what(), "[io] cannot open odd{}name{0}");
  }
}

TEST(Error, every_kind_has_a_word_of_its_own) {
  const ErrorKind kinds[] = {ErrorKind::kUsage,      ErrorKind::kRecipe,   ErrorKind::kShape,
                             ErrorKind::kData,       ErrorKind::kDownload, ErrorKind::kIo,
                             ErrorKind::kCheckpoint, ErrorKind::kBusy,     ErrorKind::kDiverged};
  std::set<std::string> words;
  for (const ErrorKind kind : kinds) words.insert(kind_name(kind));
  EXPECT_EQ(words.size(), std::size(kinds));
  EXPECT_EQ(words.count("error"), 0u) << "the word for a kind that does not exist";
}

}  // namespace
}  // namespace belamy
