// What a metric answers.
#pragma once

#include <cstdint>
#include <string>

namespace belamy {

/// 95 %.
struct Interval {
  double low = 0;
  double high = 0;
};

struct Score {
  double value = 0;
  Interval ci;
};

/// A Score with all it takes to read it.
struct NamedScore {
  std::string metric;  // "fid"
  Score score;
  int64_t count = 0;            // generated images it is of
  int64_t reference_count = 0;  // real images it compares with; 0: none
};

}  // namespace belamy
