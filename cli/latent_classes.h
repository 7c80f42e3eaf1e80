// Classes of what a generator makes, for the subcommands that speak of them.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "belamy/latent/class_means.h"
#include "cli/open_generator.h"

namespace belamy::cli {

struct ClassArguments {
  int64_t draws = 4096;
  int64_t average = 0;  // 0: all
  bool raw = false;
  std::string classifier;

  void add_to(CLI::App& app);
};

/// The classifier of the file, or the library's own for the run's data set. Throws kUsage, saying
/// how to train one, when there is none.
ClassReader open_classifier(const OpenGenerator& generator, const std::string& file);

/// Random latent vectors sorted by the class of what they become, with progress told.
ClassifiedLatent sort_by_class(const LatentSampler& sampler, const ClassArguments& arguments,
                               const ClassReader& classifier, RandomStream& random);

/// Means of a class's vectors, at the prior's length unless raw: [count, latent_size]. Throws
/// kUsage for a class that the classifier does not know, kData when no vector yields it.
at::Tensor means_of_class(const ClassifiedLatent& found, int64_t wanted, int64_t count,
                          const ClassArguments& arguments, LatentPrior prior, RandomStream& random);

}  // namespace belamy::cli
