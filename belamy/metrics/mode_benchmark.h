// The mode-collapse benchmarks of the literature: what is drawn, how it is counted, and what others
// reached.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "belamy/games/game.h"
#include "belamy/metrics/mode_coverage.h"

namespace belamy {

/// A row of a published table.
struct PublishedCoverage {
  const char* name;
  double modes;
  std::optional<double> high_quality;
  std::optional<double> kl;
};

struct ModeBenchmark {
  const char* name;    // "grid"
  const char* data;    // of the catalog
  const char* recipe;  // built in
  int64_t modes;       // that there are
  int64_t samples;     // to draw
  const char* source;  // of the published rows
  std::vector<PublishedCoverage> published;
};

const std::vector<ModeBenchmark>& mode_benchmarks();

/// Throws kUsage, naming the nearest, for a name that is none.
const ModeBenchmark& find_mode_benchmark(const std::string& name);

/// Of the samples that `belamy sample --seed` draws. `range` is that of the game's images. Stacked
/// digits are seen by the built-in classifier of mnist and compared with the training split's
/// labels. Throws kUsage for a game of other samples.
ModeCoverage measure_modes(const ModeBenchmark& benchmark, const Game& game, ByteRange range,
                           uint64_t seed);

}  // namespace belamy
