// belamy evaluate RUN|DIR|FILE.npy
#include <ATen/ATen.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "belamy/core/error.h"
#include "belamy/core/file.h"
#include "belamy/image/npy.h"
#include "belamy/image/png.h"
#include "belamy/metrics/classification_accuracy_score.h"
#include "belamy/metrics/evaluation.h"
#include "belamy/metrics/neighbor_picture.h"
#include "belamy/metrics/perceptual_path_length.h"
#include "belamy/nn/network.h"
#include "belamy/nn/runtime.h"
#include "cli/choose_extractor.h"
#include "cli/command.h"
#include "cli/evaluation_target.h"
#include "cli/progress_bar.h"
#include "cli/recipe_arguments.h"
#include "cli/say.h"
#include "cli/score_lines.h"

namespace belamy::cli {
namespace {

// Metrics that need more than features.
constexpr const char* kPathLength = "ppl";
constexpr const char* kAccuracy = "cas";

// Want more images of a class than others do.
constexpr std::array kWithinClasses = {"intra-fid", "intra-diversity"};

bool is_of_features(const std::string& name) {
  return name != kPathLength && name != kAccuracy;
}

struct EvaluateArguments {
  TargetArguments target;
  ExtractorChoice extractor;
  std::string split = "train";
  int64_t reference_count = 0;
  std::vector<std::string> metrics;
  std::string features_out;
  std::string pairs;
  bool json = false;
  int threads = 0;
};

/// An evaluation on its way.
class Evaluation {
 public:
  Evaluation(const EvaluateArguments& arguments, EvaluationTarget& target)
      : a_(arguments),
        target_(target),
        extractor_(choose_extractor(arguments.extractor, target.data(), target.images().shape())) {}

  void run() {
    const std::vector<std::string> names = chosen_metrics();
    if (!a_.pairs.empty() && a_.reference_count != 0) {
      fail(ErrorKind::kUsage, "--pairs looks at the whole split; leave out --reference-count");
    }
    say(fmt::format("extractor {} ({}), images {}\n", extractor_.name(),
                    extractor_.hash().substr(0, 12), extractor_.resize_text()));
    real_ = reference(a_.split, "features of real images");
    fake_ = with_progress("features of judged images", [&](const ExtractionProgress& progress) {
      return extract_features(target_.images(), extractor_, progress);
    });
    if (needs_held_out(names)) held_out_ = reference("test", "features of held-out images");
    write_features();
    std::vector<NamedScore> scores;  // all before any is told: a failure has no result
    for (const std::string& name : names) scores.push_back(score(name));
    if (!a_.json) fmt::print("{}\n", score_heading());
    for (const NamedScore& scored : scores) report(scored);
    write_pairs();
  }

 private:
  template <class Work>
  FeatureTable with_progress(const std::string& task, const Work& work) const {
    ProgressBar bar(task);
    return work([&](int64_t done, int64_t total) { bar.update(done, total); });
  }

  FeatureTable reference(const std::string& split, const std::string& task) const {
    const int64_t count = split == a_.split ? a_.reference_count : 0;
    return with_progress(task, [&](const ExtractionProgress& progress) {
      return target_.reference(split, count, extractor_, progress);
    });
  }

  bool has_held_out() const {
    return target_.is_named() && a_.split == "train" && a_.target.target != "data:test";
  }

  bool needs_held_out(const std::vector<std::string>& names) const {
    for (const std::string& name : names) {
      if (is_of_features(name) && find_metric(name).needs_held_out) return has_held_out();
    }
    return false;
  }

  // Those that were asked for; else those that suit, but for the ones that want more images or time
  // than the others.
  std::vector<std::string> chosen_metrics() const {
    for (const std::string& name : a_.metrics) {
      if (is_of_features(name)) find_metric(name);
    }
    if (!a_.metrics.empty()) return a_.metrics;
    std::vector<std::string> names;
    for (const Metric& metric : metrics()) {
      const bool suits = (!metric.needs_classes || extractor_.classes() > 0) &&
                         (!metric.needs_held_out || has_held_out()) &&
                         (!metric.needs_labels || target_.tells_classes());
      const bool on_request = std::ranges::count(kWithinClasses, std::string(metric.name)) > 0;
      if (suits && !on_request) names.emplace_back(metric.name);
    }
    return names;
  }

  NamedScore score(const std::string& name) const {
    if (name == kPathLength) return path_length();
    if (name == kAccuracy) return accuracy_score();
    const EvaluationInput input{&real_, &fake_, held_out_.features.defined() ? &held_out_ : nullptr,
                                a_.target.seed};
    NamedScore scored = find_metric(name).score(input);
    scored.metric = name;
    return scored;
  }

  NamedScore path_length() const {
    if (target_.game() == nullptr) {
      fail(ErrorKind::kUsage, "ppl walks through a generator's latent space: it needs a run");
    }
    const Recipe& recipe = target_.run()->recipe();
    PathLengthOptions options;
    options.latent_size = recipe.game.latent_size;
    options.is_normal = recipe.game.latent == "normal";
    options.range = recipe.data.byte_range();
    options.count = std::min<int64_t>(options.count, target_.images().count());
    options.seed = a_.target.seed;
    target_.game()->latent_sampler();  // refuses a game whose samples are not of one z alone
    const Network& generator = *target_.game()->networks().front();
    const auto decode = [&](const at::Tensor& z) {
      return generator.forward(z, {.precision = Precision::kFp32});
    };
    return {kPathLength, perceptual_path_length(decode, extractor_, options), options.count, 0};
  }

  NamedScore accuracy_score() const {
    const Dataset* labelled = target_.labelled();
    if (labelled == nullptr) {
      fail(ErrorKind::kUsage,
           "cas trains on generated images whose class is known: give a folder that holds a folder "
           "of PNG pictures a class");
    }
    const auto real = target_.open_reference(target_.is_named() ? "test" : "train");
    ClassifierTrainingOptions options;
    options.seed = a_.target.seed;
    options.precision = resolve_precision("auto");
    options.augmentation = augmentation_for(target_.data());
    ProgressBar bar("classifier of judged images");
    options.progress = [&](const ClassifierProgress& p) { bar.update(p.step, p.steps); };
    const Score score = classification_accuracy_score(*labelled, *real, options);
    return {kAccuracy, score, labelled->size(), real->size()};
  }

  void report(const NamedScore& s) const {
    const ScoreContext context{a_.target.target, target_.data(), a_.split, extractor_,
                               a_.target.seed};
    fmt::print("{}\n", a_.json ? score_json(s, context) : score_row(s, context));
    std::fflush(stdout);
  }

  void write_features() const {
    if (a_.features_out.empty()) return;
    const auto write = [&](const char* which, const at::Tensor& features) {
      const at::Tensor dense = features.contiguous();
      const std::span<const float> values(dense.data_ptr<float>(),
                                          static_cast<size_t>(dense.numel()));
      const std::string path = fmt::format("{}.{}.npy", a_.features_out, which);
      write_file_atomically(path, encode_npy(values, dense.sizes().vec()));
      say(fmt::format("{}\n", path));
    };
    write("real", real_.features);
    write("fake", fake_.features);
  }

  void write_pairs() const {
    if (a_.pairs.empty()) return;
    write_png(a_.pairs,
              neighbor_picture(target_.images(), fake_, *target_.open_reference(a_.split), real_));
    say(fmt::format("{}\n", a_.pairs));
  }

  const EvaluateArguments& a_;
  EvaluationTarget& target_;
  Extractor extractor_;
  FeatureTable real_, fake_, held_out_;
};

int evaluate(const EvaluateArguments& arguments) {
  configure_runtime(arguments.threads);
  fetch_if_missing(arguments.target.data);  // data:test reads it at once
  EvaluationTarget target(arguments.target);
  fetch_if_missing(target.data());
  Evaluation(arguments, target).run();
  return 0;
}

std::string metric_table() {
  std::string text = "\nMetrics:\n";
  for (const Metric& metric : metrics())
    text += fmt::format("  {:<17} {}\n", metric.name, metric.help);
  return text + fmt::format(
                    "  {:<17} {}\n  {:<17} {}\n", kPathLength,
                    "perceptual path length of a run (Karras 2019); small is smooth", kAccuracy,
                    "real images that a classifier of labelled generated ones knows (Ravuri 2019)");
}

}  // namespace

Runner add_evaluate(CLI::App& app) {
  auto a = std::make_shared<EvaluateArguments>();
  app.add_option("target", a->target.target,
                 "A run folder, latest, a folder of PNG pictures, a .npy file of uint8 [N, H, W, "
                 "C], or data:test")
      ->required()
      ->type_name("RUN|DIR|FILE.npy");
  app.add_option("--data", a->target.data,
                 "A known data set or a folder of pictures to compare with [the run's data]")
      ->type_name("NAME|DIR");
  app.add_option("--split", a->split, "train or test [train]")->type_name("SPLIT");
  app.add_option("--metrics", a->metrics,
                 "Names with commas between [all that suit but intra-fid, "
                 "intra-diversity, ppl, cas]")
      ->type_name("A,B")
      ->delimiter(',');
  app.add_option("--count", a->target.count, "Images to judge [10000 of a run, all of a folder]")
      ->type_name("N")
      ->check(CLI::Range(int64_t{1}, int64_t{1'000'000}));
  app.add_option("--reference-count", a->reference_count, "Real images to compare with [all]")
      ->type_name("N")
      ->check(CLI::Range(int64_t{1}, int64_t{10'000'000}));
  app.add_option("--seed", a->target.seed, "Of samples, choices and intervals [0]")->type_name("N");
  app.add_option("--checkpoint", a->target.checkpoint, "latest, or a step [latest]")
      ->type_name("STEP");
  a->extractor.add_to(app);
  app.add_option("--features-out", a->features_out,
                 "Write PREFIX.real.npy and PREFIX.fake.npy, float32 [N, D]")
      ->type_name("PREFIX");
  app.add_option("--pairs", a->pairs, "Picture of images and their nearest real ones")
      ->type_name("FILE.png");
  app.add_flag("--json", a->json, "A JSON object a line");
  app.add_option("--threads", a->threads, "Threads; 0 is one a core")
      ->type_name("N")
      ->check(CLI::Range(0, 4096));
  app.footer(metric_table() +
             "\nExamples:\n"
             "  belamy evaluate latest\n"
             "  belamy evaluate runs/s1 --metrics fid,kid --count 50000 --json\n"
             "  belamy evaluate pictures/ --data mnist --pairs pairs.png\n"
             "  belamy evaluate runs/cgan --metrics class-consistency,intra-diversity\n"
             "  belamy evaluate data:test --data mnist      what real images score");
  return [a] { return evaluate(*a); };
}

}  // namespace belamy::cli
