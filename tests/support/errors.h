// Asserts that something throws a belamy::Error of a kind, and looks at its message.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "belamy/core/error.h"

namespace belamy::testing {

/// The message; "" (and a failure) when nothing was thrown.
template <class Action>
std::string error_of(ErrorKind kind, Action&& action) {
  try {
    action();
  } catch (const Error& error) {
    EXPECT_EQ(kind_name(error.kind()), std::string(kind_name(kind))) << error.what();
    return error.what();
  }
  ADD_FAILURE() << "expected a " << kind_name(kind) << " error, nothing was thrown";
  return "";
}

/// The message says each of `words`.
template <class Action>
void expect_error(ErrorKind kind, const std::vector<std::string>& words, Action&& action) {
  const std::string message = error_of(kind, action);
  for (const std::string& word : words) {
    EXPECT_NE(message.find(word), std::string::npos) << "'" << word << "' is not in: " << message;
  }
}

}  // namespace belamy::testing
