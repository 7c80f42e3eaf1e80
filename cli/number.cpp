#include "cli/number.h"

#include <fmt/format.h>

#include <cmath>
#include <cstdlib>
#include <string>
#include <utility>

namespace belamy::cli {
namespace {

template <typename Holds>
CLI::Validator number_that(Holds holds, std::string expected, std::string type_name) {
  return {[holds, expected = std::move(expected)](std::string& word) {
            char* end = nullptr;
            const double number = std::strtod(word.c_str(), &end);
            if (!word.empty() && *end == '\0' && holds(number)) return std::string();
            return fmt::format("expected {}, got {}", expected, word);
          },
          std::move(type_name)};
}

}  // namespace

CLI::Validator finite_number() {
  return number_that([](double number) { return std::isfinite(number); }, "a finite number", "");
}

CLI::Validator positive_number() {
  return number_that([](double number) { return std::isfinite(number) && number > 0; },
                     "a finite number above 0", "POSITIVE");
}

CLI::Validator number_between(double low, double high) {
  return number_that([=](double number) { return low <= number && number <= high; },
                     fmt::format("a number from {} to {}", low, high),
                     fmt::format("FLOAT in [{} - {}]", low, high));
}

}  // namespace belamy::cli
