// The promise of every built-in recipe: the same seed gives the same bytes, at each number of
// threads for itself.
#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "belamy/core/rng.h"
#include "belamy/games/game.h"
#include "belamy/nn/runtime.h"
#include "belamy/recipe/builtin.h"
#include "belamy/recipe/recipe.h"
#include "belamy/weights/safetensors.h"

namespace belamy {
namespace {

using Files = std::map<std::string, std::vector<uint8_t>>;

// Large enough that kernels and LibTorch divide their work, and their sums, among threads; of
// images fewer are enough, and each takes longer.
int64_t batch_size(const Recipe& recipe) {
  if (recipe.game.is_cycle()) return 6;
  const bool convolves = recipe.generator.architecture.has_value() ||
                         recipe_toml(recipe).find("type = \"conv") != std::string::npos;
  return convolves ? 20 : 40;
}

// Its own layers; images of 64×64 in narrow networks.
Recipe tiny_version(const std::string& name) {
  const Recipe whole = load_recipe(name);
  std::vector<std::string> overrides = {"train.batch_size=" + std::to_string(batch_size(whole))};
  if (whole.generator.architecture) {
    overrides.insert(overrides.end(),
                     {"generator.architecture.filters=2", "discriminator.architecture.filters=2"});
  }
  return load_recipe(name, overrides);
}

Batch made_up_batch(const Recipe& recipe, int64_t batches) {
  at::manual_seed(3);
  std::vector<int64_t> sizes = recipe_sample_shape(recipe);
  const int64_t count = recipe.train.batch_size * batches;
  sizes.insert(sizes.begin(), count);
  Batch batch(at::rand(sizes) * 2 - 1);
  batch.labels = at::arange(count) % 2;
  batch.partners = at::rand(sizes) * 2 - 1;
  return batch;
}

/// Everything a training of two rounds leaves, and samples of it.
Files trained(const Recipe& recipe, int threads) {
  configure_runtime(threads);
  const auto game = make_game(recipe, recipe_sample_shape(recipe));
  game->start(0, 2);
  const Batch batch = made_up_batch(recipe, game->batches_per_round());
  for (int round = 0; round < 2; ++round) game->play(batch, /*detailed=*/round == 1);
  const GameState state = game->state();
  Files files;
  for (const auto& [name, tensors] : state.files) files[name] = encode_safetensors({tensors, {}});
  files["counters"] = {state.counters.begin(), state.counters.end()};
  if (game->draws_samples()) {
    RandomStream random(1, "samples");
    files["samples"] = encode_safetensors({{{"samples", game->sample(3, random)}}, {}});
  }
  return files;
}

class Determinism : public ::testing::TestWithParam<std::string> {};

TEST_P(Determinism, two_trainings_of_a_recipe_end_in_the_same_bytes) {
  const Recipe recipe = tiny_version(GetParam());
  for (const int threads : {1, 2}) {
    SCOPED_TRACE(threads);
    const Files once = trained(recipe, threads), again = trained(recipe, threads);
    EXPECT_GE(once.size(), 5u);
    EXPECT_TRUE(once == again);
  }
  configure_runtime(1);
}

std::vector<std::string> names() {
  std::vector<std::string> all;
  for (const BuiltinRecipe& builtin : builtin_recipes()) all.push_back(builtin.name);
  return all;
}

INSTANTIATE_TEST_SUITE_P(BuiltIn, Determinism, ::testing::ValuesIn(names()), [](const auto& with) {
  std::string name = with.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

}  // namespace
}  // namespace belamy
