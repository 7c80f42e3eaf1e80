// belamy sample RUN
#include <fmt/format.h>

#include <filesystem>

#include "belamy/core/error.h"
#include "belamy/core/file.h"
#include "belamy/core/rng.h"
#include "belamy/data/catalog.h"
#include "belamy/image/npy.h"
#include "belamy/image/png.h"
#include "belamy/sampling/draw.h"
#include "cli/choose_samples.h"
#include "cli/command.h"
#include "cli/open_generator.h"

namespace belamy::cli {
namespace {

struct SampleArguments {
  GeneratorArguments generator;
  ChoiceArguments choice;
  int64_t count = 64;
  std::string out;
  std::string each;
  std::string npy;
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

// "grid_scores.png" for "grid.png"
std::string scores_beside(std::filesystem::path grid) {
  return grid.replace_filename(grid.stem().string() + "_scores.png").string();
}

int sample(const SampleArguments& arguments) {
  OpenGenerator generator(arguments.generator);
  const Recipe& recipe = generator.recipe();
  const std::string grid = output_path(generator.run(), arguments.out, "sample.png").string();
  RandomStream random(arguments.generator.seed, "sample");
  const Samples samples = arguments.choice.any()
                              ? choose_samples(generator, arguments.choice,
                                               {arguments.count, scores_beside(grid)}, random)
                              : draw_samples(generator.game(), arguments.count, random);
  const ByteRange range = generator.range();
  const bool grid_only = arguments.each.empty() && arguments.npy.empty();
  if (!arguments.out.empty() || grid_only) {
    write_png(grid, samples_picture(samples, range, backdrop(recipe, samples).get()));
    fmt::print("{}\n", grid);
  }
  if (!arguments.each.empty()) write_each(arguments.each, separate_images(samples, range));
  if (!arguments.npy.empty()) write_npy(arguments.npy, samples, range);
  return 0;
}

}  // namespace

Runner add_sample(CLI::App& app) {
  auto a = std::make_shared<SampleArguments>();
  a->generator.add_to(app);
  app.add_option("--count", a->count, "How many samples [64]")
      ->type_name("N")
      ->check(CLI::Range(int64_t{1}, int64_t{10'000'000}));
  app.add_option("--out", a->out, "Grid of all samples [RUN/sample.png]")->type_name("GRID.png");
  app.add_option("--each", a->each, "A PNG file a sample")->type_name("DIR");
  app.add_option("--npy", a->npy, "uint8 [N, H, W, C] for numpy.load")->type_name("FILE.npy");
  a->choice.add_to(app);
  app.footer(
      "\nExamples:\n"
      "  belamy sample latest --count 100 --out digits.png\n"
      "  belamy sample runs/s1 --count 10000 --npy digits.npy\n"
      "  belamy sample latest --best-of 20               the seed's way: 20 drawn for 1 kept\n"
      "  belamy sample latest --rejection --gamma 0.9    accepted by chance, the better the "
      "likelier\n"
      "  belamy sample latest --mh 200                   a Markov chain a sample, D calibrated "
      "first\n"
      "  belamy sample latest --truncation 0.7 --save-z z.npy; belamy sample latest --z z.npy\n"
      "\nThe paths of what was written are printed on standard output.");
  return [a] { return sample(*a); };
}

}  // namespace belamy::cli
