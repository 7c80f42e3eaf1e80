// How scores are told.
#pragma once

#include <string>

#include "belamy/metrics/extractor.h"
#include "belamy/metrics/score.h"

namespace belamy::cli {

/// What all scores of one evaluation share.
struct ScoreContext {
  std::string judged;  // as it was named on the command line
  std::string data;
  std::string split;
  const Extractor& extractor;
  uint64_t seed = 0;
};

/// A JSON object that says all it takes to compute the score again.
std::string score_json(const NamedScore& score, const ScoreContext& context);

/// A row of the table that score_heading() stands over.
std::string score_row(const NamedScore& score, const ScoreContext& context);
std::string score_heading();

}  // namespace belamy::cli
