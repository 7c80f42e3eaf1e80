// belamy latent directions, belamy latent edit
#include <ATen/ATen.h>
#include <fmt/format.h>

#include "belamy/core/error.h"
#include "belamy/latent/class_means.h"
#include "belamy/latent/directions.h"
#include "cli/latent.h"
#include "cli/number.h"

namespace belamy::cli {
namespace {

// Shares of the length of the prior's vectors: a strip's ends show where a direction leads, an edit
// keeps most of what was there.
constexpr double kStripReach = 0.6;
constexpr double kEditReach = 0.3;

double usual_length(const LatentSampler& sampler) {
  return prior_length(sampler.latent_size(), sampler.latent_prior());
}

struct DirectionsArguments {
  LatentArguments latent;
  PointArguments points;
  int64_t directions = 8;
  int64_t steps = 9;
  std::optional<double> reach;
  std::string save;
};

int directions_command(const DirectionsArguments& arguments) {
  const OpenGenerator generator(arguments.latent.generator);
  const auto sampler = generator.sampler(arguments.latent.label);
  const int64_t shown = arguments.directions;
  if (shown > sampler->latent_size()) {
    fail(ErrorKind::kUsage, "there are {} directions, one a number of z; {} were asked for",
         sampler->latent_size(), shown);
  }
  RandomStream random(arguments.latent.generator.seed, "latent.directions");
  const at::Tensor points = arguments.points.points(*sampler, random);
  const Directions found = principal_directions(*sampler);
  const double reach = arguments.reach.value_or(kStripReach * usual_length(*sampler));
  std::vector<at::Tensor> rows;
  fmt::print("direction  share of the first layer's response\n");
  for (int64_t i = 0; i < shown; ++i) {
    rows.push_back(along(points, found.vectors[i], reach, arguments.steps));
    fmt::print("{:9}  {:.2f} %\n", i, 100 * found.shares[i].item<double>());
  }
  const at::Tensor z = at::cat(rows);
  write_results(generator, arguments.latent, "latent_directions.png",
                strip_picture(generator, *sampler, z, arguments.steps), z);
  if (!arguments.save.empty()) {
    write_latent(arguments.save, found.vectors);
    fmt::print("{}\n", arguments.save);
  }
  return 0;
}

struct EditArguments {
  LatentArguments latent;
  PointArguments points;
  int64_t direction = 0;
  std::optional<double> strength;
};

int edit_command(const EditArguments& arguments) {
  const OpenGenerator generator(arguments.latent.generator);
  const auto sampler = generator.sampler(arguments.latent.label);
  if (arguments.direction >= sampler->latent_size()) {
    fail(ErrorKind::kUsage, "there is no direction {}; this generator has 0..{}, strongest first",
         arguments.direction, sampler->latent_size() - 1);
  }
  RandomStream random(arguments.latent.generator.seed, "latent.directions");
  const at::Tensor before = arguments.points.points(*sampler, random);
  const at::Tensor after =
      along(before, principal_directions(*sampler).vectors[arguments.direction],
            arguments.strength.value_or(kEditReach * usual_length(*sampler)), 1);
  const at::Tensor pairs = at::stack({before, after}, 1).flatten(0, 1);
  write_results(generator, arguments.latent, "latent_edit.png",
                strip_picture(generator, *sampler, pairs, 2), after);
  return 0;
}

}  // namespace

Runner add_latent_directions(CLI::App& app) {
  auto a = std::make_shared<DirectionsArguments>();
  a->latent.add_to(app, "latent_directions.png");
  a->latent.add_class_to(app);
  a->points.add_to(app, 1);
  app.add_option("--directions", a->directions, "How many, strongest first [8]")
      ->type_name("N")
      ->check(CLI::Range(1, 1000));
  app.add_option("--steps", a->steps, "Pictures in a strip; the middle one is z itself [9]")
      ->type_name("N")
      ->check(CLI::Range(2, 200));
  app.add_option("--reach", a->reach, "From z - R to z + R along it [0.6 of z's usual length]")
      ->type_name("R")
      ->check(finite_number());
  app.add_option("--save", a->save, "Keep the directions: float32 [size, size], one a row")
      ->type_name("FILE.npy");
  app.footer(
      "\nThe generator's first layer stretches some directions of z more than others; these are\n"
      "found from its weights alone, without labels or training. A strip a direction shows what\n"
      "it does to the first sample (and to others, with --count); `belamy latent edit` uses it.\n"
      "\nExamples:\n"
      "  belamy latent directions latest\n"
      "  belamy latent directions latest --directions 4 --count 3 --reach 8");
  return [a] { return directions_command(*a); };
}

Runner add_latent_edit(CLI::App& app) {
  auto a = std::make_shared<EditArguments>();
  a->latent.add_to(app, "latent_edit.png");
  a->latent.add_class_to(app);
  a->points.add_to(app, 8);
  app.add_option("--direction", a->direction, "Its number in `belamy latent directions`")
      ->required()
      ->type_name("I")
      ->check(CLI::Range(int64_t{0}, int64_t{1'000'000}));
  app.add_option("--strength", a->strength, "How far, below 0 backwards [0.3 of z's usual length]")
      ->type_name("S")
      ->check(finite_number());
  app.footer(
      "\nEach row shows a sample before and after; --save-z keeps the vectors after.\n"
      "\nExamples:\n"
      "  belamy latent edit latest --direction 2 --strength -5\n"
      "  belamy latent project latest --image seven.png --save-z seven.npy\n"
      "  belamy latent edit latest --z seven.npy --direction 0 --strength 4");
  return [a] { return edit_command(*a); };
}

}  // namespace belamy::cli
