#include "belamy/metrics/mode_benchmark.h"

#include <ATen/ATen.h>

#include "belamy/core/error.h"
#include "belamy/core/nearest_name.h"
#include "belamy/core/rng.h"
#include "belamy/data/catalog.h"
#include "belamy/data/open.h"
#include "belamy/metrics/game_source.h"

namespace belamy {
namespace {

constexpr const char* kStacked = "stacked-mnist";
constexpr const char* kPacGan = "Lin et al. 2018 (PacGAN)";
constexpr std::nullopt_t kNotTold = std::nullopt;

std::vector<double> class_counts(const Dataset& data) {
  std::vector<double> counts(static_cast<size_t>(data.classes()));
  for (int64_t i = 0; i < data.size(); ++i) ++counts[static_cast<size_t>(data.label(i).value())];
  return counts;
}

ModeCoverage measure_stacked(const ModeBenchmark& benchmark, const Game& game, ByteRange range,
                             uint64_t seed) {
  constexpr int64_t kBatch = 500;
  const Extractor extractor = Extractor::for_data("mnist");
  const auto source = game_source(game, range, benchmark.samples, seed);
  std::vector<at::Tensor> classes;
  for (auto images = source->next(kBatch); images.pixels.defined(); images = source->next(kBatch)) {
    classes.push_back(stacked_classes(images.pixels, extractor));
  }
  return class_coverage(at::cat(classes), class_counts(*open_named(kStacked, "train", {})));
}

}  // namespace

const std::vector<ModeBenchmark>& mode_benchmarks() {
  static const std::vector<ModeBenchmark> benchmarks = {
      {"ring",
       "ring",
       "modes-ring",
       8,
       2500,
       kPacGan,
       {{"GAN", 6.3, 0.982, kNotTold}, {"PacGAN4", 7.8, 0.959, kNotTold}}},
      {"grid",
       "grid",
       "modes-grid",
       25,
       2500,
       kPacGan,
       {{"GAN", 17.3, 0.948, kNotTold}, {"PacGAN4", 24.8, 0.936, kNotTold}}},
      {kStacked,
       kStacked,
       "modes-stacked",
       1000,
       26000,
       "Srivastava et al. 2017 (VEEGAN), Lin et al. 2018 (PacGAN)",
       {{"DCGAN", 99, kNotTold, 3.40},
        {"ALI", 16, kNotTold, 5.40},
        {"Unrolled GAN", 48.7, kNotTold, 4.32},
        {"VEEGAN", 150, kNotTold, 2.95},
        {"PacDCGAN2", 1000, kNotTold, 0.06}}}};
  return benchmarks;
}

const ModeBenchmark& find_mode_benchmark(const std::string& name) {
  std::vector<std::string> names;
  for (const ModeBenchmark& benchmark : mode_benchmarks()) {
    if (name == benchmark.name) return benchmark;
    names.emplace_back(benchmark.name);
  }
  fail(ErrorKind::kUsage, "there is no benchmark of modes '{}'{}", name, suggestion(name, names));
}

ModeCoverage measure_modes(const ModeBenchmark& benchmark, const Game& game, ByteRange range,
                           uint64_t seed) {
  const Shape& wanted = find_in_catalog(benchmark.data).shape.dims;
  if (game.sample_shape() != wanted) {
    fail(ErrorKind::kUsage, "the benchmark {} is of samples of {}, this game makes {}",
         benchmark.name, shape_text(wanted), shape_text(game.sample_shape()));
  }
  if (benchmark.name == std::string(kStacked)) {
    return measure_stacked(benchmark, game, range, seed);
  }
  RandomStream random(seed, "sample");
  return mixture_coverage(game.sample(benchmark.samples, random), gaussian_mixture(benchmark.data));
}

}  // namespace belamy
