#include "cli/score_lines.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "belamy/core/version.h"

namespace belamy::cli {
namespace {

constexpr const char* kRow = "{:<14} {:>12}   {:<26} {:>8}  {}";

}  // namespace

std::string score_json(const NamedScore& s, const ScoreContext& context) {
  const nlohmann::ordered_json line = {{"metric", s.metric},
                                       {"value", s.score.value},
                                       {"ci", {s.score.ci.low, s.score.ci.high}},
                                       {"count", s.count},
                                       {"reference", context.data},
                                       {"split", context.split},
                                       {"reference_count", s.reference_count},
                                       {"extractor", context.extractor.name()},
                                       {"extractor_sha256", context.extractor.hash()},
                                       {"resize", context.extractor.resize_text()},
                                       {"seed", context.seed},
                                       {"judged", context.judged},
                                       {"belamy_version", kVersion}};
  return line.dump();
}

std::string score_row(const NamedScore& s, const ScoreContext& context) {
  return fmt::format(kRow, s.metric, fmt::format("{:.5g}", s.score.value),
                     fmt::format("{:.5g} … {:.5g}", s.score.ci.low, s.score.ci.high), s.count,
                     s.reference_count > 0
                         ? fmt::format("{} {} {}", s.reference_count, context.data, context.split)
                         : "");
}

std::string score_heading() {
  return fmt::format(kRow, "metric", "value", "95 % interval", "count", "reference");
}

}  // namespace belamy::cli
