#include "cli/open_generator.h"

#include "belamy/nn/runtime.h"
#include "belamy/train/checkpoint.h"

namespace belamy::cli {

Weights weights_of(const std::string& word) {
  if (word.empty()) return Weights::kAny;
  return word == "raw" ? Weights::kRaw : Weights::kAveraged;
}

void add_weights_option(CLI::App& app, std::string& word) {
  app.add_option("--weights", word,
                 "averaged, or raw as the last step left them [averaged where there are any]")
      ->type_name("W")
      ->check(CLI::IsMember({"averaged", "raw"}));
}

void GeneratorArguments::add_to(CLI::App& app) {
  app.add_option("run", run, "A run folder, or latest")->required()->type_name("RUN");
  app.add_option("--checkpoint", checkpoint, "latest, best, or a step [latest]")->type_name("STEP");
  add_weights_option(app, weights);
  app.add_option("--seed", seed, "Other seeds give other samples [0]")->type_name("N");
  app.add_option("--threads", threads, "Threads; 0 is one a core")
      ->type_name("N")
      ->check(CLI::Range(0, 4096));
}

OpenGenerator::OpenGenerator(const GeneratorArguments& arguments)
    : run_((configure_runtime(arguments.threads), Run::open(arguments.run))),
      checkpoint_(run_.checkpoint(arguments.checkpoint)),
      weights_(load_weights(checkpoint_, weights_of(arguments.weights))),
      game_(make_game(recipe(), recipe_sample_shape(recipe()))) {
  game_->load_sampler(weights_, checkpoint_.string());
}

std::unique_ptr<LatentSampler> OpenGenerator::judging_sampler(std::optional<int64_t> label) {
  auto view = sampler(label);
  game_->load_discriminator(weights_, checkpoint_.string());
  return view;
}

std::filesystem::path output_path(const Run& run, const std::string& chosen,
                                  const std::string& name) {
  return chosen.empty() ? run.folder() / name : std::filesystem::path(chosen);
}

}  // namespace belamy::cli
