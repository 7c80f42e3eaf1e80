#pragma once

namespace belamy {

inline constexpr const char* kVersion = "0.1.0";

}  // namespace belamy
