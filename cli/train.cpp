// belamy train RECIPE
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <ctime>
#include <filesystem>

#include "belamy/core/error.h"
#include "belamy/core/wall_clock.h"
#include "belamy/nn/runtime.h"
#include "belamy/train/profile_monitor.h"
#include "belamy/train/training.h"
#include "cli/command.h"
#include "cli/profile.h"
#include "cli/progress.h"
#include "cli/recipe_arguments.h"
#include "cli/say.h"
#include "cli/stop_signal.h"

namespace belamy::cli {
namespace {

constexpr int kStoppedByUser = 130;

struct TrainArguments {
  RecipeArguments recipe;
  std::string out;
  std::string resume;
  std::optional<int64_t> steps;
  std::optional<int64_t> seed;
  int threads = 0;
  std::string device = "cpu";
  std::string precision;
  bool dry_run = false;
  bool profile = false;

  // --steps and its like are short for --set, and so checked alike.
  std::vector<std::string> overrides() const {
    std::vector<std::string> all = recipe.overrides;
    if (steps) all.push_back(fmt::format("train.steps={}", *steps));
    if (seed) all.push_back(fmt::format("train.seed={}", *seed));
    if (!precision.empty()) all.push_back(fmt::format("train.precision=\"{}\"", precision));
    return all;
  }
};

// runs/s1-mlp-20261122-101500, made unlike any other by a number where need be.
std::filesystem::path new_run_folder(const Recipe& recipe) {
  const auto now = static_cast<std::time_t>(wall_clock());
  const std::string stamp = fmt::format("{:%Y%m%d-%H%M%S}", fmt::localtime(now));
  const auto base = runs_folder() / fmt::format("{}-{}", recipe.name, stamp);
  auto folder = base;
  for (int i = 2; std::filesystem::exists(folder); ++i) {
    folder = base.string() + fmt::format("-{}", i);
  }
  return folder;
}

/// The monitors that a training on the command line has.
struct CommandMonitors {
  explicit CommandMonitors(bool wants_profile) : profiles(wants_profile) {}

  std::vector<Monitor*> all() {
    std::vector<Monitor*> monitors = {&progress};
    if (profiles) monitors.push_back(&profile);
    return monitors;
  }

  bool profiles;
  ProgressMonitor progress;
  ProfileMonitor profile;
};

void report_profile(const CommandMonitors& monitors, const TrainingResult& result) {
  if (monitors.profile.rows().empty()) return;
  fmt::print(stderr,
             "{} steps profiled; a trace for chrome://tracing or ui.perfetto.dev is in {}\n{}",
             monitors.profile.steps(), (result.folder / "profile.json").string(),
             profile_text(monitors.profile.rows(), monitors.profile.steps()));
}

int report(const TrainingResult& result, const Recipe& recipe, const CommandMonitors& monitors) {
  report_profile(monitors, result);
  if (result.outcome == Outcome::kStopped) {
    fmt::print(stderr, "stopped after step {}; go on with: belamy train --resume {}\n", result.step,
               result.folder.string());
  } else {
    fmt::print(stderr, "done; {} {}{}\n",
               recipe.game.is_cycle() ? "translate pictures with: belamy translate"
                                      : "draw samples with: belamy sample",
               result.folder.string(), recipe.game.is_cycle() ? " IN OUT" : "");
  }
  fmt::print("{}\n", result.folder.string());
  return result.outcome == Outcome::kStopped ? kStoppedByUser : 0;
}

TrainingOptions training_options(const TrainArguments& arguments, CommandMonitors& monitors) {
  return {arguments.threads, monitors.all(), &stop_on_signals(),
          [&](const std::string& text) { monitors.progress.tell(text); }};
}

int show_checked(const Recipe& recipe) {
  check_recipe(recipe, recipe_sample_shape(recipe));
  fmt::print("{}", recipe_toml(recipe));
  return 0;
}

int go_on(const TrainArguments& arguments) {
  if (!arguments.recipe.recipe.empty() || !arguments.out.empty()) {
    fail(ErrorKind::kUsage,
         "--resume goes on with the recipe and the folder of its run; leave out RECIPE and --out");
  }
  const Run run = Run::open(arguments.resume, arguments.overrides());
  if (arguments.dry_run) return show_checked(run.recipe());
  fetch_if_missing(run.recipe());
  CommandMonitors monitors(arguments.profile);
  return report(resume(run.folder(), arguments.overrides(), training_options(arguments, monitors)),
                run.recipe(), monitors);
}

int start(const TrainArguments& arguments) {
  if (arguments.recipe.recipe.empty()) {
    fail(ErrorKind::kUsage, "train needs a RECIPE (see `belamy recipes`) or --resume DIR");
  }
  const Recipe recipe = load_recipe(arguments.recipe.recipe, arguments.overrides());
  if (arguments.dry_run) return show_checked(recipe);
  const std::filesystem::path folder =
      arguments.out.empty() ? new_run_folder(recipe) : std::filesystem::path(arguments.out);
  fetch_if_missing(recipe);  // before signals are held back: Ctrl-C ends a download at once
  CommandMonitors monitors(arguments.profile);
  return report(train(recipe, folder, training_options(arguments, monitors)), recipe, monitors);
}

int train_or_resume(const TrainArguments& arguments) {
  require_device(arguments.device);
  return arguments.resume.empty() ? start(arguments) : go_on(arguments);
}

}  // namespace

Runner add_train(CLI::App& app) {
  auto a = std::make_shared<TrainArguments>();
  a->recipe.add_to(app, /*recipe_required=*/false);
  app.add_option("--out", a->out, "Run folder to make [runs/RECIPE-DATE-TIME]")->type_name("DIR");
  app.add_option("--resume", a->resume, "Go on with this run from its newest checkpoint")
      ->type_name("DIR");
  app.add_option("--steps", a->steps, "Train that many steps")->type_name("N");
  app.add_option("--seed", a->seed, "The same seed gives the same bytes")->type_name("N");
  app.add_option("--threads", a->threads, "Threads; 0 is one a core")
      ->type_name("N")
      ->check(CLI::Range(0, 4096));
  app.add_option("--device", a->device, "Where to compute: cpu")->type_name("DEVICE");
  app.add_option("--precision", a->precision,
                 "auto, fp32 or bf16; auto is bf16 where the processor has it in hardware")
      ->type_name("P");
  app.add_flag("--dry-run", a->dry_run, "Check and print the resolved recipe; train nothing");
  app.add_flag("--profile", a->profile,
               "Show where the time of a hundred steps went; a trace is left in the run folder");
  app.footer(
      "\nExamples:\n"
      "  belamy train s1-mlp\n"
      "  belamy train s4-dcgan-rmsprop --set data.name=fashion-mnist --set optimizer.type=adam\n"
      "  belamy train s1-mlp --set loss.name=minimax --steps 2000 --out runs/minimax\n"
      "  belamy train --resume runs/minimax --steps 4000\n"
      "\nCtrl-C ends with a checkpoint (exit code 130); --resume goes on from it.\n"
      "The run folder's path is printed on standard output.");
  return [a] { return train_or_resume(*a); };
}

}  // namespace belamy::cli
