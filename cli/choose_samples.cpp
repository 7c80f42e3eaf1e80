#include "cli/choose_samples.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <fmt/format.h>

#include <algorithm>

#include "belamy/core/error.h"
#include "belamy/image/png.h"
#include "belamy/nn/summary.h"
#include "belamy/sampling/best_of.h"
#include "belamy/sampling/held_out.h"
#include "belamy/sampling/metropolis_hastings.h"
#include "belamy/sampling/rejection.h"
#include "belamy/sampling/score_histogram.h"
#include "cli/number.h"
#include "cli/progress_bar.h"
#include "cli/recipe_arguments.h"
#include "cli/say.h"

namespace belamy::cli {
namespace {

constexpr int64_t kCalibrationSamples = 4000;  // of each kind: half to fit, half to test

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// A calibration and the logits of the real samples it was made of.
struct Calibrated {
  Calibration calibration;
  std::vector<double> real_logits;
};

std::vector<JudgedSample> every_second(const std::vector<double>& real,
                                       const std::vector<double>& fake, size_t first) {
  std::vector<JudgedSample> samples;
  for (size_t i = first; i < real.size(); i += 2) samples.push_back({real[i], true});
  for (size_t i = first; i < fake.size(); i += 2) samples.push_back({fake[i], false});
  return samples;
}

// Fitted on one half of real and generated samples, tested on the other.
Calibrated calibrate(const OpenGenerator& generator, const LatentSampler& sampler,
                     const std::string& kind, RandomStream& random) {
  fetch_if_missing(generator.recipe());
  const RealSamples real = open_held_out(generator.recipe().data);
  const at::Tensor images = first_samples(*real.dataset, kCalibrationSamples);
  std::vector<at::Tensor> parts;
  {
    const at::NoGradGuard no_grad;
    for (const at::Tensor& batch : images.split(256)) {
      parts.push_back(sampler.discriminator_logits(batch));
    }
  }
  Calibrated result;
  result.real_logits = to_doubles(at::cat(parts));
  const auto drawn = sampler.draw_latent(images.size(0), random);
  const std::vector<double> fake = to_doubles(score_all(sampler, drawn));
  const auto fitted = every_second(result.real_logits, fake, 0);
  const auto tested = every_second(result.real_logits, fake, 1);
  result.calibration = Calibration::fit(kind, fitted);
  say(fmt::format(
      "{} calibration on {} {} and as many generated samples: Z = {:.1f}, {:.1f} "
      "uncalibrated (0: calibrated, within ±2 is chance; below 0: too many are "
      "thought real)\n",
      kind, with_thousands(images.size(0)), real.is_held_out ? "held-out real" : "real TRAINING",
      calibration_z(result.calibration, tested),
      calibration_z(Calibration::fit("none", fitted), tested)));
  if (!real.is_held_out) {
    say("the run's data set has no second split, so the discriminator knows these samples and "
        "is too sure of them\n");
  }
  return result;
}

void report(const std::string& method, const Selection& chosen, const std::string& picture) {
  const std::vector<double> drawn = to_doubles(chosen.proposals), kept = to_doubles(chosen.kept);
  say(fmt::format("{}: {} drawn, {} kept; acceptance {:.2f} %\n", method,
                  with_thousands(static_cast<int64_t>(drawn.size())),
                  with_thousands(static_cast<int64_t>(kept.size())), 100 * chosen.acceptance()));
  say(score_text(drawn, kept));
  say(fmt::format("median logit: {:.2f} of those drawn, {:.2f} of those kept\n", median(drawn),
                  median(kept)));
  write_png(picture, score_picture({method, {{"drawn", drawn}, {"kept", kept}}}));
  fmt::print("{}\n", picture);
}

Selection run_chains(const OpenGenerator& generator, const LatentSampler& sampler,
                     const ChoiceArguments& arguments, int64_t count, RandomStream& random) {
  const Calibrated calibrated =
      calibrate(generator, sampler,
                arguments.calibration.empty() ? "isotonic" : arguments.calibration, random);
  ProgressBar bar("chains");
  const auto result =
      draw_by_metropolis_hastings(sampler, count, calibrated.real_logits, random,
                                  {*arguments.chain, &calibrated.calibration,
                                   [&](int64_t done, int64_t total) { bar.update(done, total); }});
  say(fmt::format("{} of {} chains never left the real sample they began at, and began again\n",
                  result.restarted, count));
  return result.selection;
}

Selection reject(const OpenGenerator& generator, const LatentSampler& sampler,
                 const ChoiceArguments& arguments, int64_t count, RandomStream& random) {
  std::optional<Calibrated> calibrated;
  if (!arguments.calibration.empty() && arguments.calibration != "none") {
    calibrated = calibrate(generator, sampler, arguments.calibration, random);
  }
  ProgressBar bar("accepted");
  return draw_by_rejection(sampler, count, random,
                           {arguments.gamma.value_or(RejectionOptions().gamma_percentile),
                            calibrated ? &calibrated->calibration : nullptr,
                            [&](int64_t done, int64_t total) { bar.update(done, total); }});
}

at::Tensor choose(OpenGenerator& generator, const ChoiceArguments& arguments,
                  const ChoiceRequest& request, RandomStream& random) {
  const auto sampler = generator.judging_sampler(arguments.label);
  const std::string picture = arguments.scores.empty() ? request.default_scores : arguments.scores;
  Selection chosen;
  std::string method;
  if (arguments.best_of) {
    method = fmt::format("the best of {} times as many", *arguments.best_of);
    ProgressBar bar("judged");
    chosen = draw_best(*sampler, request.count, random,
                       {*arguments.best_of, arguments.truncation,
                        [&](int64_t done, int64_t total) { bar.update(done, total); }});
  } else if (arguments.rejection) {
    method = "rejection sampling";
    chosen = reject(generator, *sampler, arguments, request.count, random);
  } else {
    method = fmt::format("Metropolis-Hastings, chains of {}", *arguments.chain);
    chosen = run_chains(generator, *sampler, arguments, request.count, random);
  }
  report(method, chosen, picture);
  return chosen.z;
}

void check_combinations(const ChoiceArguments& arguments) {
  const auto require = [](bool good, const char* option, const char* needs) {
    if (!good) fail(ErrorKind::kUsage, "{} goes with {}", option, needs);
  };
  const int methods =
      (arguments.best_of ? 1 : 0) + (arguments.rejection ? 1 : 0) + (arguments.chain ? 1 : 0);
  if (methods > 1) {
    fail(ErrorKind::kUsage, "choose one of --best-of, --rejection and --mh");
  }
  const bool given = !arguments.z.empty();
  if (given && (methods > 0 || arguments.truncation)) {
    fail(ErrorKind::kUsage,
         "--z gives the latent vectors, so --best-of, --rejection, --mh and --truncation have "
         "nothing to draw");
  }
  require(!arguments.gamma || arguments.rejection, "--gamma", "--rejection");
  require(arguments.calibration.empty() || arguments.rejection || arguments.chain, "--calibration",
          "--rejection or --mh");
  require(!arguments.truncation || !(arguments.rejection || arguments.chain), "--truncation",
          "plain sampling or --best-of");
  require(arguments.scores.empty() || methods > 0, "--scores", "--best-of, --rejection or --mh");
}

}  // namespace

void ChoiceArguments::add_to(CLI::App& app) {
  app.add_option("--class", label, "Draw this class only (conditional games) [all in turn]")
      ->type_name("C");
  app.add_option("--truncation", truncation, "Keep z within ±T: more typical, less diverse")
      ->type_name("T");
  app.add_option("--best-of", best_of,
                 "Draw K times as many, keep what the discriminator ranks best")
      ->type_name("K")
      ->check(CLI::Range(int64_t{1}, int64_t{10'000'000}));
  app.add_flag("--rejection", rejection, "Discriminator rejection sampling");
  app.add_option("--gamma", gamma, "With --rejection: 0..1, larger rejects more [0.8]")
      ->type_name("P")
      ->check(number_between(0, 1));
  app.add_option("--mh", chain, "Metropolis-Hastings sampling by chains of K steps")
      ->type_name("K")
      ->check(CLI::Range(int64_t{1}, int64_t{100'000}));
  app.add_option("--calibration", calibration,
                 "none, logistic or isotonic, on real samples [isotonic for --mh]")
      ->type_name("KIND")
      ->check(CLI::IsMember({"none", "logistic", "isotonic"}));
  app.add_option("--scores", scores, "Histogram of the discriminator's logits [beside the grid]")
      ->type_name("FILE.png");
  app.add_option("--z", z, "Take these latent vectors: float32 [N, size]")->type_name("FILE.npy");
  app.add_option("--save-z", save_z, "Keep the latent vectors of the samples")
      ->type_name("FILE.npy");
}

bool ChoiceArguments::any() const {
  return label || truncation || by_discriminator() || gamma || !calibration.empty() || !z.empty() ||
         !save_z.empty() || !scores.empty();
}

Samples choose_samples(OpenGenerator& generator, const ChoiceArguments& arguments,
                       const ChoiceRequest& request, RandomStream& random) {
  check_combinations(arguments);
  const auto sampler = generator.sampler(arguments.label);
  at::Tensor z;
  if (!arguments.z.empty()) {
    z = read_latent(arguments.z, sampler->latent_size());
  } else if (arguments.by_discriminator()) {
    z = choose(generator, arguments, request, random);
  } else {
    z = draw_latent(*sampler, request.count, random, arguments.truncation);
  }
  if (!arguments.save_z.empty()) {
    write_latent(arguments.save_z, z);
    fmt::print("{}\n", arguments.save_z);
  }
  return to_samples(decode_all(*sampler, z), generator.game().sample_shape());
}

}  // namespace belamy::cli
