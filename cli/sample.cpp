// belamy sample RUN
#include <fmt/format.h>

#include <filesystem>

#include "belamy/core/error.h"
#include "belamy/core/file.h"
#include "belamy/core/rng.h"
#include "belamy/data/catalog.h"
#include "belamy/image/npy.h"
#include "belamy/image/png.h"
#include "belamy/nn/runtime.h"
#include "belamy/sampling/draw.h"
#include "belamy/train/checkpoint.h"
#include "belamy/train/run.h"
#include "cli/command.h"

namespace belamy::cli {
namespace {

struct SampleArguments {
  std::string run;
  int64_t count = 64;
  uint64_t seed = 0;
  std::string checkpoint = "latest";
  std::string weights;
  std::string out;
  std::string each;
  std::string npy;
  int threads = 0;
};

void write_each(const std::filesystem::path& folder, const std::vector<Image>& images) {
  make_folder(folder);
  for (size_t i = 0; i < images.size(); ++i) {
    write_png(folder / fmt::format("{:06}.png", i), images[i]);
  }
  fmt::print("{}\n", folder.string());
}

void write_npy(const std::string& path, const Samples& samples, ByteRange range) {
  if (samples.are_images()) {
    const std::vector<int64_t> shape = {samples.count, samples.shape[1], samples.shape[2],
                                        samples.shape[0]};
    write_file_atomically(path, encode_npy(image_bytes(samples, range), shape));
  } else {
    write_file_atomically(path, encode_npy(samples.values, {samples.count, samples.shape[0]}));
  }
  fmt::print("{}\n", path);
}

// Points are shown over the real ones, which are made on the spot; images need no data set.
std::unique_ptr<Dataset> backdrop(const Recipe& recipe, const Samples& samples) {
  return samples.are_images() ? nullptr : open_dataset(recipe.data);
}

Weights weights_of(const std::string& word) {
  if (word.empty()) return Weights::kAny;
  return word == "raw" ? Weights::kRaw : Weights::kAveraged;
}

int sample(const SampleArguments& arguments) {
  configure_runtime(arguments.threads);
  const Run run = Run::open(arguments.run);
  const Recipe& recipe = run.recipe();
  const auto checkpoint = run.checkpoint(arguments.checkpoint);
  const auto game = make_game(recipe, recipe_sample_shape(recipe));
  game->load_sampler(load_weights(checkpoint, weights_of(arguments.weights)), checkpoint.string());

  RandomStream random(arguments.seed, "sample");
  const Samples samples = draw_samples(*game, arguments.count, random);
  const ByteRange range = recipe.data.byte_range();
  const bool grid_only = arguments.each.empty() && arguments.npy.empty();
  if (!arguments.out.empty() || grid_only) {
    const std::string path =
        arguments.out.empty() ? (run.folder() / "sample.png").string() : arguments.out;
    write_png(path, samples_picture(samples, range, backdrop(recipe, samples).get()));
    fmt::print("{}\n", path);
  }
  if (!arguments.each.empty()) write_each(arguments.each, separate_images(samples, range));
  if (!arguments.npy.empty()) write_npy(arguments.npy, samples, range);
  return 0;
}

}  // namespace

Runner add_sample(CLI::App& app) {
  auto a = std::make_shared<SampleArguments>();
  app.add_option("run", a->run, "A run folder, or latest")->required()->type_name("RUN");
  app.add_option("--count", a->count, "How many samples [64]")
      ->type_name("N")
      ->check(CLI::Range(int64_t{1}, int64_t{10'000'000}));
  app.add_option("--seed", a->seed, "Other seeds give other samples [0]")->type_name("N");
  app.add_option("--checkpoint", a->checkpoint, "latest, best, or a step [latest]")
      ->type_name("STEP");
  app.add_option("--weights", a->weights,
                 "averaged, or raw as the last step left them [averaged where there are any]")
      ->type_name("W")
      ->check(CLI::IsMember({"averaged", "raw"}));
  app.add_option("--out", a->out, "Grid of all samples [RUN/sample.png]")->type_name("GRID.png");
  app.add_option("--each", a->each, "A PNG file a sample")->type_name("DIR");
  app.add_option("--npy", a->npy, "uint8 [N, H, W, C] for numpy.load")->type_name("FILE.npy");
  app.add_option("--threads", a->threads, "Threads; 0 is one a core")
      ->type_name("N")
      ->check(CLI::Range(0, 4096));
  app.footer(
      "\nExamples:\n"
      "  belamy sample latest --count 100 --out digits.png\n"
      "  belamy sample runs/s1 --count 10000 --npy digits.npy\n"
      "\nThe paths of what was written are printed on standard output.");
  return [a] { return sample(*a); };
}

}  // namespace belamy::cli
