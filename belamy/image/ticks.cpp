#include "belamy/image/ticks.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace belamy {
namespace {

constexpr double kSlack = 1e-9;  // of a step: rounding must not lose the tick at an axis' end

// The smallest of 1, 2, 5 times a power of ten that is not below `step`.
double nice_step(double step) {
  const double power = std::pow(10.0, std::floor(std::log10(step)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (step <= factor * power * (1 + kSlack)) return factor * power;
  }
  return 10 * power;
}

// "2e-05" is written 2e-5.
std::string scientific(double value, int digits) {
  std::string text = fmt::format("{:.{}e}", value, digits);
  size_t at = text.find('e') + 1;
  if (text[at] == '+') {
    text.erase(at, 1);
  } else {
    ++at;
  }
  while (at + 1 < text.size() && text[at] == '0') text.erase(at, 1);
  return text;
}

// Of the power of ten that is not above `value`.
int exponent_of(double value) {
  return static_cast<int>(std::floor(std::log10(value) + kSlack));
}

std::vector<Tick> decade_ticks(double low, double high, int wanted) {
  const int first = static_cast<int>(std::ceil(std::log10(low) - kSlack));
  const int last = static_cast<int>(std::floor(std::log10(high) + kSlack));
  const int stride = (last - first + wanted) / wanted;
  std::vector<Tick> ticks;
  for (int exponent = first; exponent <= last; ++exponent) {
    if (exponent % stride != 0) continue;
    const double place = std::pow(10.0, exponent);
    ticks.push_back({place, tick_label(place, place, place)});
  }
  return ticks;
}

std::vector<Tick> parted_decade_ticks(double low, double high) {
  std::vector<Tick> ticks;
  for (int exponent = static_cast<int>(std::floor(std::log10(low)));
       exponent <= static_cast<int>(std::ceil(std::log10(high))); ++exponent) {
    const double power = std::pow(10.0, exponent);
    for (const double factor : {1.0, 2.0, 5.0}) {
      const double place = factor * power;
      if (place < low * (1 - kSlack) || place > high * (1 + kSlack)) continue;
      ticks.push_back({place, tick_label(place, power, place)});
    }
  }
  return ticks;
}

}  // namespace

std::string tick_label(double value, double step, double largest) {
  if (std::abs(value) < step * kSlack) return "0";
  struct Unit {
    double size;
    const char* name;
  };
  constexpr std::array<Unit, 3> kUnits = {{{1e9, "G"}, {1e6, "M"}, {1e3, "k"}}};
  Unit unit{1, ""};
  // Up to 9999 numbers are read as easily without.
  for (const Unit& candidate : kUnits) {
    if (largest >= 10 * candidate.size && unit.size == 1) unit = candidate;
  }
  const int decimals = std::max(0, -exponent_of(step / unit.size));
  if (largest >= 1e13 || (decimals > 3 && largest < 1e-2)) {
    return scientific(value, std::clamp(exponent_of(std::abs(value)) - exponent_of(step), 0, 15));
  }
  return fmt::format("{:.{}f}{}", value / unit.size, std::min(decimals, 15), unit.name);
}

std::vector<Tick> linear_ticks(double low, double high, int wanted) {
  const double step = nice_step((high - low) / std::max(wanted, 1));
  const double largest = std::max(std::abs(low), std::abs(high));
  const double first = std::ceil(low / step - kSlack);
  const double last = std::floor(high / step + kSlack);
  std::vector<Tick> ticks;
  for (double i = first; i <= last && ticks.size() <= 2 * static_cast<size_t>(wanted); ++i) {
    ticks.push_back({i * step, tick_label(i * step, step, largest)});
  }
  return ticks;
}

std::vector<Tick> log_ticks(double low, double high, int wanted) {
  const double decades = std::log10(high / low);
  if (decades < 1) return linear_ticks(low, high, wanted);
  if (decades < 3) return parted_decade_ticks(low, high);
  return decade_ticks(low, high, std::max(wanted, 1));
}

}  // namespace belamy
