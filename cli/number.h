// What options with a fraction accept. CLI11's own checks compare, and every comparison with NaN is
// false, so that they let it through.
#pragma once

#include <CLI/CLI.hpp>

namespace belamy::cli {

/// Any number but NaN and the infinities.
CLI::Validator finite_number();

/// A finite number above 0.
CLI::Validator positive_number();

/// A number from `low` to `high`, both included.
CLI::Validator number_between(double low, double high);

}  // namespace belamy::cli
