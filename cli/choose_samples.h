// The options of `belamy sample` by which latent vectors are given, cut or chosen by the
// discriminator.
#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>

#include "belamy/core/rng.h"
#include "belamy/sampling/draw.h"
#include "cli/open_generator.h"

namespace belamy::cli {

struct ChoiceArguments {
  std::optional<int64_t> label;
  std::optional<double> truncation;
  std::optional<int64_t> best_of;
  bool rejection = false;
  std::optional<double> gamma;
  std::optional<int64_t> chain;
  std::string calibration;
  std::string z;
  std::string save_z;
  std::string scores;

  void add_to(CLI::App& app);
  bool by_discriminator() const { return best_of || rejection || chain; }
  /// Whether anything but plain draws is asked for.
  bool any() const;
};

/// What to draw, and where the picture of scores goes unless told.
struct ChoiceRequest {
  int64_t count = 0;
  std::string default_scores;
};

/// Latent vectors as asked for, decoded. Says on standard error how the discriminator chose, and
/// writes the pictures and files of the options.
Samples choose_samples(OpenGenerator& generator, const ChoiceArguments& arguments,
                       const ChoiceRequest& request, RandomStream& random);

}  // namespace belamy::cli
