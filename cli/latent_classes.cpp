#include "cli/latent_classes.h"

#include <ATen/ATen.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <memory>

#include "belamy/core/error.h"
#include "belamy/metrics/extractor.h"
#include "cli/progress_bar.h"

namespace belamy::cli {

void ClassArguments::add_to(CLI::App& app) {
  app.add_option("--draws", draws, "Random z that are classified [4096]")
      ->type_name("N")
      ->check(CLI::Range(int64_t{1}, int64_t{1'000'000}));
  app.add_option("--average", average, "z of the class in each further mean [all of them]")
      ->type_name("M")
      ->check(CLI::Range(int64_t{1}, int64_t{1'000'000}));
  app.add_flag("--raw", raw, "Take means as they are, not at the length of random z");
  app.add_option("--classifier", classifier,
                 "A classifier of your own for the data [the built-in one]")
      ->type_name("FILE.safetensors");
}

ClassReader open_classifier(const OpenGenerator& generator, const std::string& file) {
  const std::string& name = generator.recipe().data.name;
  const auto known = Extractor::data_names();
  if (file.empty() && std::find(known.begin(), known.end(), name) == known.end()) {
    fail(ErrorKind::kUsage,
         "classes need a classifier, and there is none built in for data '{}' (there is for {}); "
         "train one with `belamy extractor train` and give it by --classifier FILE.safetensors",
         name, fmt::join(known, ", "));
  }
  const auto extractor =
      std::make_shared<Extractor>(file.empty() ? Extractor::for_data(name) : Extractor::load(file));
  if (extractor->classes() == 0) {
    fail(ErrorKind::kUsage, "{} makes features but knows no classes", file);
  }
  const ByteRange range = generator.range();
  return [extractor, range](const at::Tensor& samples) {
    const at::Tensor shares = (samples - range.low) / (range.high - range.low);
    return (*extractor)(2 * shares - 1).logits;
  };
}

ClassifiedLatent sort_by_class(const LatentSampler& sampler, const ClassArguments& arguments,
                               const ClassReader& classifier, RandomStream& random) {
  ProgressBar bar("classifying");
  return classify_latent(sampler, sampler.draw_latent(arguments.draws, random), classifier,
                         [&](int64_t done, int64_t total) { bar.update(done, total); });
}

at::Tensor means_of_class(const ClassifiedLatent& found, int64_t wanted, int64_t count,
                          const ClassArguments& arguments, LatentPrior prior,
                          RandomStream& random) {
  if (wanted < 0 || wanted >= found.classes) {
    fail(ErrorKind::kUsage, "there is no class {}; the classifier knows 0..{}", wanted,
         found.classes - 1);
  }
  const at::Tensor of_class = found.of_class(wanted);
  if (of_class.size(0) == 0) {
    fail(ErrorKind::kData,
         "none of {} samples is read as class {}: try more --draws; if the generator never makes "
         "it, it has collapsed onto other classes",
         found.predicted.size(), wanted);
  }
  const int64_t average = arguments.average == 0 ? of_class.size(0) : arguments.average;
  const at::Tensor means = class_means(of_class, count, average, random);
  return arguments.raw ? means : at_prior_length(means, prior);
}

}  // namespace belamy::cli
