// Runs something that must throw belamy::Error and returns its message.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "belamy/core/error.h"

namespace belamy {

template <class Work>
std::string error_of(ErrorKind kind, Work work) {
  try {
    work();
  } catch (const Error& error) {
    EXPECT_EQ(kind_name(error.kind()), std::string(kind_name(kind))) << error.what();
    return error.what();
  }
  ADD_FAILURE() << "no error was thrown";
  return "";
}

}  // namespace belamy
