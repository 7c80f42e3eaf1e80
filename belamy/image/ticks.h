// Where an axis is marked, and with what text.
#pragma once

#include <string>
#include <vector>

namespace belamy {

struct Tick {
  double place = 0;
  std::string label;
};

/// Multiples of 1, 2 or 5 times a power of ten within low..high, about `wanted` of them, never
/// more than twice as many. low < high, both finite.
std::vector<Tick> linear_ticks(double low, double high, int wanted);

/// Powers of ten within low..high, every n-th where there are many; 1, 2 and 5 times them where
/// there are few; linear_ticks within less than a decade. 1e-300 <= low < high.
std::vector<Tick> log_ticks(double low, double high, int wanted);

/// As short as it can be with `step` told apart: "0.25", "20k", "1.5M", "2e-5".
std::string tick_label(double value, double step, double largest);

}  // namespace belamy
