// belamy bench [RECIPE]...
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "belamy/nn/precision.h"
#include "belamy/nn/runtime.h"
#include "belamy/train/peak_rate.h"
#include "belamy/train/step_time.h"
#include "cli/command.h"
#include "cli/number.h"
#include "cli/profile.h"
#include "cli/recipe_arguments.h"
#include "cli/say.h"

namespace belamy::cli {
namespace {

struct BenchArguments {
  std::vector<std::string> recipes = {"s3-scratch", "s1-mlp", "s4-dcgan-rmsprop",
                                      "s2-dcgan-transpose"};
  std::vector<std::string> overrides;
  std::string precision;
  int threads = 0;
  double seconds = 10;
  bool json = false;
  bool profile = false;
};

// `first` tells whether the process did nothing before this recipe's first step.
void print_row(const StepTime& time, double peak, bool first, bool json) {
  const double share = time.operations_per_second / peak;
  if (json) {
    nlohmann::ordered_json row = {{"recipe", time.recipe},
                                  {"batch", time.batch},
                                  {"precision", precision_name(time.precision)},
                                  {"threads", time.threads},
                                  {"step_ms", time.step_ms},
                                  {"images_per_s", time.images_per_second},
                                  {"samples_per_s", time.samples_per_second},
                                  {"peak_share", share},
                                  {"peak_rss_mb", time.peak_resident_mb}};
    if (first) row["first_step_s"] = time.first_step_seconds;
    fmt::print("{}\n", row.dump());
  } else {
    fmt::print("{:<20} {:>6} {:>10} {:>8} {:>10.2f} {:>10.0f} {:>10.0f} {:>9.1f}%\n", time.recipe,
               time.batch, precision_name(time.precision), time.threads, time.step_ms,
               time.images_per_second, time.samples_per_second, 100 * share);
  }
  if (!time.profile.empty()) fmt::print("\n{}\n", profile_text(time.profile, kProfiledSteps));
  std::fflush(stdout);
}

void print_heading(double peak) {
  say(fmt::format("best rate of a matrix product or convolution here: {:.0f} GFLOP/s\n",
                  peak / 1e9));
  fmt::print("{:<20} {:>6} {:>10} {:>8} {:>10} {:>10} {:>10} {:>10}\n", "recipe", "batch",
             "precision", "threads", "step ms", "images/s", "samples/s", "of peak");
}

int bench(const BenchArguments& arguments) {
  const int threads = configure_runtime(arguments.threads);
  std::vector<std::string> overrides = arguments.overrides;
  if (!arguments.precision.empty()) {
    overrides.push_back(fmt::format("train.precision=\"{}\"", arguments.precision));
  }
  std::vector<Recipe> recipes;  // all loaded first: a mistyped one is told at once
  for (const std::string& name : arguments.recipes) {
    recipes.push_back(load_recipe(name, overrides));
    fetch_if_missing(recipes.back());
  }
  double peak = 0;
  for (const Recipe& recipe : recipes) {
    const StepTime time =
        measure_step_time(recipe, {threads, arguments.seconds, arguments.profile});
    const bool first = peak == 0;
    if (first) {  // not earlier: the first step's time is counted from the start of the process
      peak = measure_peak_rate();
      if (!arguments.json) print_heading(peak);
    }
    print_row(time, peak, first, arguments.json);
  }
  return 0;
}

}  // namespace

Runner add_bench(CLI::App& app) {
  auto a = std::make_shared<BenchArguments>();
  app.add_option("recipes", a->recipes, "Recipes to measure [the seeds' networks]")
      ->type_name("RECIPE");
  app.add_option("--set", a->overrides, "Change a key of the recipes; may be repeated")
      ->type_name("PATH=VALUE")
      ->take_all()
      ->allow_extra_args(false);
  app.add_option("--precision", a->precision, "auto, fp32 or bf16")->type_name("P");
  app.add_option("--threads", a->threads, "Threads; 0 is one a core")
      ->type_name("N")
      ->check(CLI::Range(0, 4096));
  app.add_option("--seconds", a->seconds, "Time to spend on each recipe [10]")
      ->type_name("S")
      ->check(number_between(0.1, 3600));
  app.add_flag("--profile", a->profile, "Show where the time goes, by stage");
  app.add_flag("--json", a->json, "A JSON object a line");
  app.footer(
      "\nA step is a whole round on real data: discriminator and generator updates. The median\n"
      "is shown. Samples are the generator's, in batches of 256. The share of peak is the step's\n"
      "arithmetic over its time, over the best rate of a matrix product or convolution measured\n"
      "in the same run. --json adds the process's largest resident set so far in MB and, to the\n"
      "first recipe, the seconds from the process's start to the end of the first step.");
  return [a] { return bench(*a); };
}

}  // namespace belamy::cli
