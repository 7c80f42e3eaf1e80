// Builds trees of settings in a line, each value with an origin that a message can be checked for.
#pragma once

#include <string>
#include <utility>

#include "belamy/core/config_value.h"

namespace belamy::testing {

inline ConfigValue with_origin(decltype(ConfigValue::value) held) {
  return {std::move(held), Origin{"test.toml", 1}};
}

inline ConfigValue value(bool held) {
  return with_origin(held);
}
inline ConfigValue value(int held) {
  return with_origin(int64_t{held});
}
inline ConfigValue value(double held) {
  return with_origin(held);
}
inline ConfigValue value(const char* held) {
  return with_origin(std::string(held));
}
inline ConfigValue list(ConfigValue::Array entries) {
  return with_origin(std::move(entries));
}
inline ConfigValue table(ConfigValue::Table members) {
  return with_origin(std::move(members));
}

inline ConfigValue at_line(ConfigValue held, int line) {
  held.origin.line = line;
  return held;
}

}  // namespace belamy::testing
