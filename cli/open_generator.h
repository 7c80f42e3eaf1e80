// A trained generator, as the commands that draw from it open it.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "belamy/games/game.h"
#include "belamy/train/checkpoint.h"
#include "belamy/train/run.h"

namespace belamy::cli {

/// --weights into `word`, and what it asks for: averaged weights where there are any when empty.
void add_weights_option(CLI::App& app, std::string& word);
Weights weights_of(const std::string& word);

struct GeneratorArguments {
  std::string run;
  std::string checkpoint = "latest";
  std::string weights;  // "averaged" or "raw"; empty: averaged where there are any
  uint64_t seed = 0;
  int threads = 0;

  void add_to(CLI::App& app);
};

class OpenGenerator {
 public:
  /// Sets up the runtime and loads the run's generator.
  explicit OpenGenerator(const GeneratorArguments& arguments);

  const Run& run() const { return run_; }
  const Recipe& recipe() const { return run_.recipe(); }
  const Game& game() const { return *game_; }
  ByteRange range() const { return recipe().data.byte_range(); }

  /// The view on latent vectors, of a class of a conditional game.
  std::unique_ptr<LatentSampler> sampler(std::optional<int64_t> label = std::nullopt) const {
    return game_->latent_sampler(label);
  }
  /// As sampler(), with the discriminator's word on samples.
  std::unique_ptr<LatentSampler> judging_sampler(std::optional<int64_t> label = std::nullopt);

 private:
  Run run_;
  std::filesystem::path checkpoint_;
  GameState weights_;
  std::unique_ptr<Game> game_;
};

/// `chosen`, or the run's own file of that name.
std::filesystem::path output_path(const Run& run, const std::string& chosen,
                                  const std::string& name);

}  // namespace belamy::cli
