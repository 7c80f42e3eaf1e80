// belamy latent interpolate, belamy latent walk
#include <ATen/ATen.h>
#include <fmt/format.h>

#include "belamy/core/error.h"
#include "cli/latent.h"

namespace belamy::cli {
namespace {

struct InterpolateArguments {
  LatentArguments latent;
  PointArguments points;
  std::string to;
  int64_t steps = 10;
  std::string path;
  std::string gif;
};

// Where the rows end: the file's vectors, or the row's neighbour's beginning.
at::Tensor ends_of(const InterpolateArguments& arguments, const at::Tensor& from) {
  if (arguments.to.empty()) {
    if (from.size(0) < 2) {
      fail(ErrorKind::kUsage,
           "an interpolation needs two latent vectors; {} holds one, so say where to go by --to "
           "FILE.npy",
           arguments.points.z);
    }
    return from.roll({-1}, {0});
  }
  const at::Tensor to = read_latent(arguments.to, from.size(1));
  if (to.size(0) != from.size(0)) {
    fail(ErrorKind::kUsage, "{} holds {} latent vectors to go to, for {} to begin at", arguments.to,
         to.size(0), from.size(0));
  }
  return to;
}

int interpolate_command(const InterpolateArguments& arguments) {
  const OpenGenerator generator(arguments.latent.generator);
  const auto sampler = generator.sampler(arguments.latent.label);
  RandomStream random(arguments.latent.generator.seed, "latent.interpolate");
  at::Tensor from, to;
  if (arguments.points.z.empty() && arguments.to.empty()) {
    const at::Tensor both =
        draw_latent(*sampler, 2 * arguments.points.count, random, arguments.points.truncation);
    from = both.narrow(0, 0, arguments.points.count);
    to = both.narrow(0, arguments.points.count, arguments.points.count);
  } else {
    from = arguments.points.points(*sampler, random);
    to = ends_of(arguments, from);
  }
  const at::Tensor z =
      interpolate(from, to, arguments.steps, path_of(arguments.path, sampler->latent_prior()));
  write_results(generator, arguments.latent, "latent_interpolate.png",
                strip_picture(generator, *sampler, z, arguments.steps), z);
  write_animation(generator, *sampler, z, {.steps = arguments.steps, .there_and_back = true},
                  output_path(generator.run(), arguments.gif, "latent_interpolate.gif"));
  return 0;
}

struct WalkArguments {
  LatentArguments latent;
  PointArguments walkers;
  int64_t stops = 6;
  int64_t steps = 16;
  int64_t delay_ms = 80;
  std::string path;
};

int walk_command(const WalkArguments& arguments) {
  const OpenGenerator generator(arguments.latent.generator);
  const auto sampler = generator.sampler(arguments.latent.label);
  RandomStream random(arguments.latent.generator.seed, "latent.walk");
  const Path path = path_of(arguments.path, sampler->latent_prior());
  std::vector<at::Tensor> ways;
  if (!arguments.walkers.z.empty()) {  // one walker, who visits the vectors given
    ways.push_back(walk(arguments.walkers.points(*sampler, random), arguments.steps, path));
  } else {
    for (int64_t i = 0; i < arguments.walkers.count; ++i) {
      const at::Tensor stops =
          draw_latent(*sampler, arguments.stops, random, arguments.walkers.truncation);
      ways.push_back(walk(stops, arguments.steps, path));
    }
  }
  const at::Tensor z = at::cat(ways);
  const auto frames = ways.front().size(0);
  write_animation(generator, *sampler, z, {.steps = frames, .delay_ms = arguments.delay_ms},
                  output_path(generator.run(), arguments.latent.out, "latent_walk.gif"));
  if (!arguments.latent.save_z.empty()) {
    write_latent(arguments.latent.save_z, z);
    fmt::print("{}\n", arguments.latent.save_z);
  }
  return 0;
}

}  // namespace

Runner add_latent_interpolate(CLI::App& app) {
  auto a = std::make_shared<InterpolateArguments>();
  a->latent.add_to(app, "latent_interpolate.png");
  a->latent.add_class_to(app);
  a->points.add_to(app, 8);
  app.add_option("--to", a->to, "End there: float32 [N, size] [--z: at the next one of the file]")
      ->type_name("FILE.npy");
  app.add_option("--steps", a->steps, "Pictures in a row, ends included [10]")
      ->type_name("N")
      ->check(CLI::Range(2, 200));
  add_path_option(app, a->path);
  app.add_option("--gif", a->gif, "The animation [RUN/latent_interpolate.gif]")
      ->type_name("FILE.gif");
  app.footer(
      "\nEach row goes from one z to another. Where the pictures between are as good as those at\n"
      "the ends, the generator has learned more than to repeat its training data.\n"
      "\nExamples:\n"
      "  belamy latent interpolate latest --count 6 --steps 12\n"
      "  belamy latent interpolate latest --z a.npy --to b.npy --path linear");
  return [a] { return interpolate_command(*a); };
}

Runner add_latent_walk(CLI::App& app) {
  auto a = std::make_shared<WalkArguments>();
  a->latent.add_to(app, "latent_walk.gif");
  a->latent.add_class_to(app);
  a->walkers.add_to(app, 9);
  app.add_option("--stops", a->stops, "Random z that each walk visits [6]")
      ->type_name("N")
      ->check(CLI::Range(2, 1000));
  app.add_option("--steps", a->steps, "Frames from one to the next [16]")
      ->type_name("N")
      ->check(CLI::Range(2, 1000));
  app.add_option("--delay", a->delay_ms, "Milliseconds a frame [80]")
      ->type_name("MS")
      ->check(CLI::Range(20, 60000));
  add_path_option(app, a->path);
  app.footer(
      "\n--count walks side by side, each through its stops and back to where it began, so that\n"
      "the animation has no end. With --z there is one walk, through the vectors of the file.\n"
      "\nExamples:\n"
      "  belamy latent walk latest --count 16\n"
      "  belamy latent walk latest --z digits.npy --steps 24 --out digits.gif");
  return [a] { return walk_command(*a); };
}

}  // namespace belamy::cli
