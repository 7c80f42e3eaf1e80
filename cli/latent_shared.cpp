#include <ATen/ATen.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "belamy/core/error.h"
#include "belamy/image/gif.h"
#include "belamy/image/grid.h"
#include "belamy/image/png.h"
#include "cli/latent.h"

namespace belamy::cli {
namespace {

constexpr int64_t kStillSide = 1024;     // pixels that a picture of rows may take
constexpr int64_t kAnimationSide = 512;  // and a frame, of which there are many
constexpr int64_t kGap = 2;

/// How often each pixel is repeated, 1..4, so that the grid stays within `side` where it can.
int64_t zoom_within(const Samples& samples, int64_t columns, int64_t side) {
  const auto fitting = [side](int64_t pictures, int64_t pixels) {
    return (side - kGap * (pictures - 1)) / (pictures * pixels);
  };
  const int64_t rows = (samples.count + columns - 1) / columns;
  return std::clamp<int64_t>(
      std::min(fitting(rows, samples.shape[1]), fitting(columns, samples.shape[2])), 1, 4);
}

Image grid_of(const OpenGenerator& generator, const at::Tensor& made, int64_t columns,
              int64_t side) {
  const Samples samples = to_samples(made, generator.game().sample_shape());
  const std::vector<uint8_t> bytes = image_bytes(samples, generator.range());
  return make_grid({samples.count, samples.shape[1], samples.shape[2], samples.shape[0], bytes},
                   {.columns = columns, .gap = kGap, .zoom = zoom_within(samples, columns, side)});
}

}  // namespace

void LatentArguments::add_to(CLI::App& app, const std::string& picture) {
  generator.add_to(app);
  app.add_option("--out", out, fmt::format("The picture [RUN/{}]", picture))->type_name("FILE");
  app.add_option("--save-z", save_z, "Keep the latent vectors: float32 [N, size]")
      ->type_name("FILE.npy");
}

void LatentArguments::add_class_to(CLI::App& app) {
  app.add_option("--class", label, "The class to make (conditional games)")->type_name("C");
}

void PointArguments::add_to(CLI::App& app, int64_t default_count) {
  count = default_count;
  app.add_option("--count", count, fmt::format("How many latent vectors to draw [{}]", count))
      ->type_name("N")
      ->check(CLI::Range(int64_t{1}, int64_t{1000}));
  app.add_option("--z", z, "Take these instead of drawing: float32 [N, size]")
      ->type_name("FILE.npy");
  app.add_option("--truncation", truncation, "Keep drawn z within ±T: more typical, less diverse")
      ->type_name("T");
}

at::Tensor PointArguments::points(const LatentSampler& sampler, RandomStream& random) const {
  if (z.empty()) return draw_latent(sampler, count, random, truncation);
  if (truncation) fail(ErrorKind::kUsage, "--truncation has nothing to draw beside --z");
  return read_latent(z, sampler.latent_size());
}

Path path_of(const std::string& word, LatentPrior prior) {
  if (word.empty()) return prior == LatentPrior::kNormal ? Path::kSpherical : Path::kLinear;
  return word == "spherical" ? Path::kSpherical : Path::kLinear;
}

void add_path_option(CLI::App& app, std::string& word) {
  app.add_option("--path", word, "linear or spherical [spherical for normal z, else linear]")
      ->type_name("KIND")
      ->check(CLI::IsMember({"linear", "spherical"}));
}

Image samples_in_rows(const OpenGenerator& generator, const at::Tensor& samples, int64_t columns) {
  return grid_of(generator, samples, columns, kStillSide);
}

Image strip_picture(const OpenGenerator& generator, const LatentSampler& sampler,
                    const at::Tensor& z, int64_t columns) {
  return samples_in_rows(generator, decode_all(sampler, z), columns);
}

void write_results(const OpenGenerator& generator, const LatentArguments& arguments,
                   const std::string& name, const Image& picture, const at::Tensor& z) {
  const auto path = output_path(generator.run(), arguments.out, name);
  write_png(path, picture);
  fmt::print("{}\n", path.string());
  if (arguments.save_z.empty()) return;
  write_latent(arguments.save_z, z);
  fmt::print("{}\n", arguments.save_z);
}

void write_animation(const OpenGenerator& generator, const LatentSampler& sampler,
                     const at::Tensor& z, const Animation& animation,
                     const std::filesystem::path& path) {
  const int64_t steps = animation.steps, paths = z.size(0) / steps;
  const auto columns = static_cast<int64_t>(std::ceil(std::sqrt(static_cast<double>(paths))));
  const at::Tensor by_path = z.view({paths, steps, -1});
  const auto frame = [&](size_t index) {
    const auto i = static_cast<int64_t>(index);
    const int64_t at = i < steps ? i : 2 * (steps - 1) - i;
    return grid_of(generator, decode_all(sampler, by_path.select(1, at).contiguous()), columns,
                   kAnimationSide);
  };
  const int64_t frames = animation.there_and_back ? 2 * (steps - 1) : steps;
  write_gif(path, static_cast<size_t>(frames), frame,
            {.delay_ms = animation.delay_ms, .hold_ms = animation.delay_ms, .max_frames = 65536});
  fmt::print("{}\n", path.string());
}

}  // namespace belamy::cli
