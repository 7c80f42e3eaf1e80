// Asserts that something throws a belamy::Error of a kind whose message says certain things.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "belamy/core/error.h"

namespace belamy::testing {

template <class Action>
void expect_error(ErrorKind kind, const std::vector<std::string>& words, Action&& action) {
  try {
    action();
    ADD_FAILURE() << "expected a " << kind_name(kind) << " error, nothing was thrown";
  } catch (const Error& error) {
    EXPECT_EQ(kind_name(error.kind()), std::string(kind_name(kind))) << error.what();
    for (const std::string& word : words) {
      EXPECT_NE(std::string(error.what()).find(word), std::string::npos)
          << "'" << word << "' is not in: " << error.what();
    }
  }
}

}  // namespace belamy::testing
