// belamy compare RUN...
#include <fmt/format.h>

#include <algorithm>

#include "belamy/metrics/evaluation.h"
#include "belamy/nn/runtime.h"
#include "cli/choose_extractor.h"
#include "cli/command.h"
#include "cli/evaluation_target.h"
#include "cli/progress_bar.h"
#include "cli/recipe_arguments.h"
#include "cli/score_lines.h"

namespace belamy::cli {
namespace {

struct CompareArguments {
  std::vector<std::string> runs;
  std::vector<std::string> metrics = {"fid", "kid", "precision", "recall"};
  TargetArguments target;
  ExtractorChoice extractor;
  bool json = false;
  int threads = 0;
};

std::vector<NamedScore> scores_of(const CompareArguments& a, const std::string& name) {
  TargetArguments arguments = a.target;
  arguments.target = name;
  EvaluationTarget target(arguments);
  fetch_if_missing(target.data());
  const Extractor extractor = choose_extractor(a.extractor, target.data(), target.images().shape());
  ProgressBar bar(name);
  const auto progress = [&](int64_t done, int64_t total) { bar.update(done, total); };
  const FeatureTable real = target.reference("train", 0, extractor, progress);
  const FeatureTable fake = extract_features(target.images(), extractor, progress);
  const EvaluationInput input{&real, &fake, nullptr, arguments.seed};
  std::vector<NamedScore> scores;
  for (const std::string& metric : a.metrics) {
    scores.push_back(find_metric(metric).score(input));
    scores.back().metric = metric;
    if (!a.json) continue;
    fmt::print("{}\n", score_json(scores.back(),
                                  {name, target.data(), "train", extractor, arguments.seed}));
  }
  return scores;
}

int compare(const CompareArguments& a) {
  configure_runtime(a.threads);
  for (const std::string& metric : a.metrics) find_metric(metric);
  size_t width = 3;
  for (const std::string& run : a.runs) width = std::max(width, run.size());
  std::string table = fmt::format("{:<{}}", "run", width);
  for (const std::string& metric : a.metrics) table += fmt::format("  {:>22}", metric);
  for (const std::string& run : a.runs) {
    table += fmt::format("\n{:<{}}", run, width);
    for (const NamedScore& s : scores_of(a, run)) {
      const double reach = (s.score.ci.high - s.score.ci.low) / 2;
      table += fmt::format("  {:>22}", fmt::format("{:.4g} ± {:.2g}", s.score.value, reach));
    }
  }
  if (!a.json) fmt::print("{}\n", table);
  return 0;
}

}  // namespace

Runner add_compare(CLI::App& app) {
  auto a = std::make_shared<CompareArguments>();
  app.add_option("runs", a->runs, "Run folders, or whatever `belamy evaluate` takes")
      ->required()
      ->type_name("RUN...");
  app.add_option("--data", a->target.data, "What to compare with [each run's data]")
      ->type_name("NAME");
  app.add_option("--metrics", a->metrics, "Names with commas between [fid,kid,precision,recall]")
      ->type_name("A,B")
      ->delimiter(',');
  app.add_option("--count", a->target.count, "Images to judge [10000 of a run, all of a folder]")
      ->type_name("N")
      ->check(CLI::Range(int64_t{1}, int64_t{1'000'000}));
  app.add_option("--seed", a->target.seed, "Of samples, choices and intervals [0]")->type_name("N");
  a->extractor.add_to(app);
  app.add_flag("--json", a->json, "A JSON object a line");
  app.add_option("--threads", a->threads, "Threads; 0 is one a core")
      ->type_name("N")
      ->check(CLI::Range(0, 4096));
  app.footer(
      "\nThe newest checkpoint of each run against the training split, ± half the 95 % interval.\n"
      "\nExample:\n"
      "  belamy compare runs/s1 runs/s3 --metrics fid,coverage");
  return [a] { return compare(*a); };
}

}  // namespace belamy::cli
