// belamy benchmark modes
#include <ATen/ATen.h>
#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "belamy/core/error.h"
#include "belamy/data/synthetic.h"
#include "belamy/image/png.h"
#include "belamy/image/scatter.h"
#include "belamy/image/surface.h"
#include "belamy/metrics/mode_benchmark.h"
#include "belamy/nn/runtime.h"
#include "belamy/sampling/decision_surface.h"
#include "belamy/train/checkpoint.h"
#include "belamy/train/training.h"
#include "cli/command.h"
#include "cli/progress_bar.h"
#include "cli/recipe_arguments.h"
#include "cli/say.h"
#include "cli/stop_signal.h"

namespace belamy::cli {
namespace {

namespace fs = std::filesystem;

constexpr int kStoppedByUser = 130;

struct BenchmarkArguments {
  std::string which;
  int64_t runs = 3;
  uint64_t seed = 1;
  std::string recipe;
  std::vector<std::string> overrides;
  std::optional<int64_t> steps;
  std::string out;
  bool json = false;
  int threads = 0;
};

/// A training as one line of progress.
class BarMonitor final : public Monitor {
 public:
  explicit BarMonitor(const std::string& task) : bar_(task) {}
  void on_step(const TrainingView& training, const StepView& step) override {
    bar_.update(step.step, training.total_steps, step.report.line);
  }

 private:
  ProgressBar bar_;
};

struct Spread {
  double mean = 0;
  double deviation = 0;  // of the runs, with n - 1; 0 of one
};

Spread spread_of(const std::vector<double>& values) {
  Spread spread;
  const auto count = static_cast<double>(values.size());
  for (const double value : values) spread.mean += value / count;
  for (const double value : values) {
    spread.deviation += (value - spread.mean) * (value - spread.mean);
  }
  spread.deviation = values.size() > 1 ? std::sqrt(spread.deviation / (count - 1)) : 0;
  return spread;
}

/// The runs of one benchmark, one seed after another.
class ModeRuns {
 public:
  ModeRuns(const BenchmarkArguments& arguments, const ModeBenchmark& benchmark)
      : a_(arguments),
        benchmark_(benchmark),
        out_(a_.out.empty() ? runs_folder() / fmt::format("modes-{}", benchmark.name)
                            : fs::path(a_.out)) {}

  /// False when stopped.
  bool run() {
    fetch_if_missing(recipe_of(0));
    fetch_if_missing(benchmark_.data);
    for (int64_t i = 0; i < a_.runs; ++i) {
      if (!train_one(i)) return false;
      measure(i);
    }
    return true;
  }

  const std::vector<ModeCoverage>& found() const { return found_; }
  std::string recipe_name() const { return a_.recipe.empty() ? benchmark_.recipe : a_.recipe; }

 private:
  int64_t seed_of(int64_t run) const { return static_cast<int64_t>(a_.seed) + run; }
  fs::path folder_of(int64_t run) const { return out_ / fmt::format("seed-{}", seed_of(run)); }

  Recipe recipe_of(int64_t run) const {
    std::vector<std::string> overrides = a_.overrides;
    overrides.push_back(fmt::format("train.seed={}", seed_of(run)));
    if (a_.steps) overrides.push_back(fmt::format("train.steps={}", *a_.steps));
    const Recipe recipe = load_recipe(recipe_name(), overrides);
    if (recipe.data.name != benchmark_.data) {
      fail(ErrorKind::kUsage, "the benchmark {} learns from {}, {} from {}; set data.name",
           benchmark_.name, benchmark_.data, recipe_name(), recipe.data.name);
    }
    return recipe;
  }

  // Trains what is missing; a run of another recipe is not mistaken for one of this.
  bool train_one(int64_t run) {
    const Recipe recipe = recipe_of(run);
    const fs::path folder = folder_of(run);
    BarMonitor bar(fmt::format("{} {} of {}", benchmark_.name, run + 1, a_.runs));
    TrainingOptions options{
        a_.threads, {&bar}, &stop_on_signals(), [](const std::string& line) { say(line + "\n"); }};
    if (!fs::exists(folder / "recipe.toml")) {
      return train(recipe, folder, options).outcome == Outcome::kFinished;
    }
    const Run there = Run::open(folder.string());
    if (recipe_toml(there.recipe()) != recipe_toml(recipe)) {
      fail(ErrorKind::kUsage,
           "{} holds a run of another recipe or length; give another folder by --out, or remove it",
           folder.string());
    }
    const auto steps = there.checkpoint_steps();
    if (!steps.empty() && steps.back() == total_steps(recipe, data_size())) return true;
    return resume(folder, {}, options).outcome == Outcome::kFinished;
  }

  int64_t data_size() const { return open_recipe_data(recipe_of(0))->size(); }

  void measure(int64_t run) {
    const Run there = Run::open(folder_of(run).string());
    const Recipe& recipe = there.recipe();
    const fs::path checkpoint = there.checkpoint("latest");
    const auto game = make_game(recipe, recipe_sample_shape(recipe));
    const GameState weights = load_weights(checkpoint);
    game->load_sampler(weights, checkpoint.string());
    const auto seed = static_cast<uint64_t>(seed_of(run));
    const ByteRange range = recipe.data.byte_range();
    found_.push_back(measure_modes(benchmark_, *game, range, seed));
    say(fmt::format("seed {}: {}\n", seed, text_of(found_.back())));
    if (game->sample_shape() != Shape{2}) return;
    game->load_discriminator(weights, checkpoint.string());
    draw(run, *game, recipe, seed);
  }

  static std::string text_of(const ModeCoverage& c) {
    return fmt::format(
        "{} modes{}, KL {:.4f}", c.modes,
        c.high_quality ? fmt::format(", {:.2f}% high quality", 100 * *c.high_quality) : "", c.kl);
  }

  // seed-N.png, generated points over real ones; seed-N-decision.png, what D thinks of the plane.
  void draw(int64_t run, const Game& game, const Recipe& recipe, uint64_t seed) const {
    constexpr int64_t kPoints = 2500, kSize = 512;
    const GaussianMixture& mixture = gaussian_mixture(benchmark_.data);
    RandomStream random(seed, "sample");
    const at::Tensor made = game.sample(kPoints, random).contiguous();
    const auto real = sample_mixture(mixture, kPoints, seed);
    const auto values = [](const at::Tensor& points) {
      return std::span<const float>(points.data_ptr<float>(), static_cast<size_t>(points.numel()));
    };
    const std::string base = folder_of(run).string();
    write_png(base + ".png",
              scatter(real->points(), values(made),
                      {.low = -mixture.extent, .high = mixture.extent, .size = kSize}));
    if (recipe.game.packing > 1) return;  // it has no opinion of single points
    const std::vector<float> surface =
        decision_surface(*game.latent_sampler(), made, mixture.extent, kSize);
    write_png(base + "-decision.png", draw_surface(surface, kSize));
  }

  const BenchmarkArguments& a_;
  const ModeBenchmark& benchmark_;
  fs::path out_;
  std::vector<ModeCoverage> found_;
};

struct Summary {
  Spread modes, kl;
  std::optional<Spread> high_quality;
};

Summary summary_of(const std::vector<ModeCoverage>& found) {
  std::vector<double> modes, high_quality, kl;
  for (const ModeCoverage& c : found) {
    modes.push_back(static_cast<double>(c.modes));
    if (c.high_quality) high_quality.push_back(*c.high_quality);
    kl.push_back(c.kl);
  }
  Summary summary{spread_of(modes), spread_of(kl), std::nullopt};
  if (!high_quality.empty()) summary.high_quality = spread_of(high_quality);
  return summary;
}

std::string json_line(const ModeBenchmark& benchmark, const std::string& recipe, int64_t runs,
                      const Summary& s) {
  const auto pair = [](const Spread& spread) {
    return nlohmann::ordered_json{spread.mean, spread.deviation};
  };
  const nlohmann::ordered_json line = {
      {"which", benchmark.name},
      {"runs", runs},
      {"modes", pair(s.modes)},
      {"high_quality", s.high_quality ? pair(*s.high_quality) : nlohmann::ordered_json()},
      {"kl", pair(s.kl)},
      {"recipe", recipe},
      {"samples", benchmark.samples}};
  return line.dump();
}

constexpr const char* kRow = "{:<24} {:>16} {:>18} {:>18}\n";

void print_table(const ModeBenchmark& benchmark, const std::string& recipe, int64_t runs,
                 const Summary& s) {
  const auto told = [](const std::optional<double>& value, double factor) {
    return value ? fmt::format("{:.4g}", factor * *value) : "";
  };
  const auto own = [](const Spread& spread, double factor) {
    return fmt::format("{:.4g} ± {:.2g}", factor * spread.mean, factor * spread.deviation);
  };
  fmt::print(kRow, benchmark.name, fmt::format("modes of {}", benchmark.modes), "high quality, %",
             "reverse KL");
  for (const PublishedCoverage& row : benchmark.published) {
    fmt::print(kRow, row.name, fmt::format("{}", row.modes), told(row.high_quality, 100),
               told(row.kl, 1));
  }
  fmt::print(kRow, fmt::format("{}, {} run{}", recipe, runs, runs == 1 ? "" : "s"), own(s.modes, 1),
             s.high_quality ? own(*s.high_quality, 100) : "", own(s.kl, 1));
  fmt::print("published rows: {}; ± is the standard deviation of runs\n", benchmark.source);
}

int benchmark_modes(const BenchmarkArguments& a) {
  configure_runtime(a.threads);
  const ModeBenchmark& benchmark = find_mode_benchmark(a.which);
  ModeRuns runs(a, benchmark);
  if (!runs.run()) {
    say("stopped; the same command goes on\n");
    return kStoppedByUser;
  }
  const Summary summary = summary_of(runs.found());
  if (a.json) {
    fmt::print("{}\n", json_line(benchmark, runs.recipe_name(), a.runs, summary));
  } else {
    print_table(benchmark, runs.recipe_name(), a.runs, summary);
  }
  return 0;
}

}  // namespace

Runner add_benchmark(CLI::App& app) {
  auto a = std::make_shared<BenchmarkArguments>();
  app.require_subcommand(1);
  CLI::App* modes = app.add_subcommand("modes", "How many modes of known data a generator finds");
  modes->add_option("--which", a->which, "ring, grid or stacked-mnist")->required()->type_name("W");
  modes->add_option("--runs", a->runs, "Trainings, each of a seed of its own [3]")
      ->type_name("N")
      ->check(CLI::Range(1, 1000));
  modes->add_option("--seed", a->seed, "Of the first run; the others count on [1]")->type_name("N");
  modes->add_option("--recipe", a->recipe, "What to train [modes-ring, modes-grid, modes-stacked]")
      ->type_name("RECIPE");
  modes->add_option("--set", a->overrides, "Change a key of the recipe; may be repeated")
      ->type_name("PATH=VALUE")
      ->take_all()
      ->allow_extra_args(false);
  modes->add_option("--steps", a->steps, "Train that many steps")->type_name("N");
  modes->add_option("--out", a->out, "Folder of the runs [runs/modes-WHICH]")->type_name("DIR");
  modes->add_option("--threads", a->threads, "Threads; 0 is one a core")
      ->type_name("N")
      ->check(CLI::Range(0, 4096));
  modes->add_flag("--json", a->json, "One JSON object");
  app.footer(
      "\nThe protocol of PacGAN (Lin et al. 2018): 2,500 points, of high quality within 3 "
      "standard\n"
      "deviations of a centre; 26,000 images of Stacked MNIST, each channel seen by a classifier.\n"
      "Runs that are there already are not trained again; a stopped one goes on.\n"
      "\nExamples:\n"
      "  belamy benchmark modes --which grid --runs 3\n"
      "  belamy benchmark modes --which ring --recipe ring --json --out runs/plain-ring");
  return [a] { return benchmark_modes(*a); };
}

}  // namespace belamy::cli
