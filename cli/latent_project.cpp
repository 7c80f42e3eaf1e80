// belamy latent project
#include <ATen/ATen.h>
#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "belamy/core/error.h"
#include "belamy/image/png.h"
#include "belamy/image/resize.h"
#include "belamy/latent/projection.h"
#include "belamy/sampling/held_out.h"
#include "cli/latent.h"
#include "cli/number.h"
#include "cli/progress_bar.h"
#include "cli/recipe_arguments.h"

namespace belamy::cli {
namespace {

struct ProjectArguments {
  LatentArguments latent;
  std::vector<std::string> images;
  int64_t real = 0;
  std::string fit = "exact";
  ProjectionOptions options;
  bool json = false;
};

FitRule fit_rule(const std::string& word) {
  if (word == "crop") return FitRule::kCrop;
  if (word == "stretch") return FitRule::kStretch;
  return word == "pad" ? FitRule::kPad : FitRule::kExact;
}

const char* kind_of(int64_t channels) {
  constexpr const char* kKinds[] = {"?", "grey", "grey with alpha", "colour", "colour with alpha"};
  return kKinds[channels >= 1 && channels <= 4 ? channels : 0];
}

/// [1, C, H, W] in the data's range.
at::Tensor read_target(const std::string& path, const Shape& shape, const std::string& fit,
                       ByteRange range) {
  Image image = read_png(path);
  const int64_t channels = shape[0], height = shape[1], width = shape[2];
  const bool fits = image.channels == channels && image.height == height && image.width == width;
  if (!fits && fit == "exact") {
    fail(ErrorKind::kShape,
         "{} is {}×{}, {}; this generator makes {}×{}, {}; --fit crop, stretch or pad "
         "brings it there",
         path, image.height, image.width, kind_of(image.channels), height, width,
         kind_of(channels));
  }
  if (!fits) image = fit_image(to_channels(image, channels), height, width, fit_rule(fit));
  const at::Tensor bytes =
      at::from_blob(image.pixels.data(), {1, height, width, channels}, at::kByte);
  return bytes.permute({0, 3, 1, 2}).to(at::kFloat).contiguous() *
             ((range.high - range.low) / 255) +
         range.low;
}

struct Targets {
  at::Tensor samples;  // [N, C, H, W]
  std::vector<std::string> names;
};

Targets read_targets(const ProjectArguments& arguments, const OpenGenerator& generator) {
  const Shape shape = generator.game().sample_shape();
  if (shape.size() != 3) fail(ErrorKind::kUsage, "this run makes points in the plane, not images");
  if (arguments.images.empty() && arguments.real == 0) {
    fail(ErrorKind::kUsage,
         "say what to project: --image FILE.png (may be repeated), or --real N for pictures of "
         "the run's data set");
  }
  Targets targets;
  std::vector<at::Tensor> parts;
  for (const std::string& path : arguments.images) {
    parts.push_back(read_target(path, shape, arguments.fit, generator.range()));
    targets.names.push_back(path);
  }
  if (arguments.real > 0) {
    fetch_if_missing(generator.recipe());
    const RealSamples real = open_held_out(generator.recipe().data);
    parts.push_back(first_samples(*real.dataset, arguments.real));
    for (int64_t i = 0; i < parts.back().size(0); ++i) {
      targets.names.push_back(fmt::format("{} {}", real.is_held_out ? "held-out" : "training", i));
    }
  }
  targets.samples = at::cat(parts);
  return targets;
}

void print_distances(const Targets& targets, const Projection& found, double span, bool json) {
  if (!json) fmt::print("{:>10} {:>10} {:>8}  image\n", "distance", "random", "PSNR");
  for (size_t i = 0; i < targets.names.size(); ++i) {
    const auto at = static_cast<int64_t>(i);
    const double distance = found.distance[at].item<double>() / span;
    const double random = found.nearest_random[at].item<double>() / span;
    const double psnr = -20 * std::log10(std::max(distance, 1e-9));
    if (json) {
      fmt::print("{}\n", nlohmann::ordered_json{{"image", targets.names[i]},
                                                {"distance", distance},
                                                {"nearest_random", random},
                                                {"psnr", psnr}}
                             .dump());
    } else {
      fmt::print("{:10.4f} {:10.4f} {:5.1f} dB  {}\n", distance, random, psnr, targets.names[i]);
    }
  }
}

int project_command(const ProjectArguments& arguments) {
  const OpenGenerator generator(arguments.latent.generator);
  const auto sampler = generator.sampler(arguments.latent.label);
  const Targets targets = read_targets(arguments, generator);
  RandomStream random(arguments.latent.generator.seed, "latent.project");
  Projection found;
  {
    ProgressBar bar("projecting");
    ProjectionOptions options = arguments.options;
    options.progress = [&](int64_t done, int64_t total) { bar.update(done, total); };
    found = project(*sampler, targets.samples, random, options);
  }
  const ByteRange range = generator.range();
  print_distances(targets, found, range.high - range.low, arguments.json);
  const at::Tensor difference = (found.made - targets.samples).abs() + range.low;
  const at::Tensor rows =
      at::stack({targets.samples, found.made, difference.clamp(range.low, range.high)}, 1)
          .flatten(0, 1);
  const Image picture = samples_in_rows(generator, rows, 3);
  write_results(generator, arguments.latent, "latent_project.png", picture, found.z);
  return 0;
}

}  // namespace

Runner add_latent_project(CLI::App& app) {
  auto a = std::make_shared<ProjectArguments>();
  a->latent.add_to(app, "latent_project.png");
  a->latent.add_class_to(app);
  app.add_option("--image", a->images, "A PNG of the size that the generator makes; repeatable")
      ->type_name("FILE.png")
      ->allow_extra_args(false);
  app.add_option("--real", a->real, "The first N pictures that the run was not trained on")
      ->type_name("N")
      ->check(CLI::Range(1, 256));
  app.add_option("--fit", a->fit, "Pictures of another size: exact (refuse), crop, stretch, pad")
      ->type_name("RULE")
      ->check(CLI::IsMember({"exact", "crop", "stretch", "pad"}));
  app.add_option("--steps", a->options.steps, "Steps of Adam on z [300]")
      ->type_name("N")
      ->check(CLI::Range(1, 1'000'000));
  app.add_option("--restarts", a->options.restarts, "Beginnings a picture; the best counts [8]")
      ->type_name("N")
      ->check(CLI::Range(1, 1024));
  app.add_option("--rate", a->options.learning_rate, "Learning rate [0.05]")
      ->type_name("R")
      ->check(positive_number());
  app.add_flag("--json", a->json, "One JSON object a picture");
  app.footer(
      "\nThe generator is turned around: z is moved until what it becomes is as like the picture\n"
      "as it can be. Rows of the result: picture, reconstruction, difference. Distances are roots\n"
      "of mean squared differences, 1 being from black to white; `random` is the nearest of 2,048\n"
      "samples drawn. What cannot be reconstructed is what the generator has not learned.\n"
      "\nExamples:\n"
      "  belamy latent project latest --real 8\n"
      "  belamy latent project latest --image seven.png --save-z seven.npy\n"
      "  belamy latent project latest --image photo.png --fit crop --restarts 32 --steps 1000");
  return [a] { return project_command(*a); };
}

}  // namespace belamy::cli
