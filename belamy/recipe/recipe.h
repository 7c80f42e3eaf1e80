// A recipe: everything about a training, in one TOML file.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "belamy/core/config_value.h"
#include "belamy/data/data_options.h"
#include "belamy/games/adversarial_game.h"
#include "belamy/games/cycle_game.h"
#include "belamy/recipe/train_options.h"

namespace belamy {

/// The [game] section: the keys of the plain game, or those of the one that `type` names.
struct GameOptions : AdversarialOptions {
  std::string type = "adversarial";
  CycleOptions cycle;

  void visit(OptionsVisitor& v);

  bool is_cycle() const { return type == "cycle"; }
};

struct Recipe {
  std::string name;  // of the built-in recipe, or the file without .toml
  std::string description;
  DataOptions data;
  GameOptions game;
  AdversarialLossOptions loss;
  PenaltyOptions penalty;
  PlayerOptions generator;
  PlayerOptions discriminator;
  OptimizerOptions optimizer;
  WeightAverageOptions average;
  AugmentOptions augment;
  TrainOptions train;

  void visit(OptionsVisitor& v);

  ConfigValue source;  // what it was read from: tells where a key was written
};

/// A built-in recipe by name, or a file by path (anything that ends in .toml or has a slash), with
/// `extends` resolved (a built-in name, or a path relative to the file) and overrides
/// ("train.steps=100") applied. Throws kRecipe with key, file and line for whatever is wrong.
Recipe load_recipe(const std::string& name_or_path, const std::vector<std::string>& overrides = {});

/// The same from text; `source` is the name for messages, `folder` where `extends` looks.
Recipe parse_recipe(const std::string& text, const std::string& source,
                    const std::vector<std::string>& overrides = {},
                    const std::string& folder = ".");

/// The whole recipe, resolved: every key with its value. Reading it gives the same recipe.
std::string recipe_toml(const Recipe& recipe);

/// Opens the recipe's data, which must have been fetched, and checks the networks against its
/// shape. Throws as open_dataset and check_players; shape errors carry the layer's file and line.
std::unique_ptr<Dataset> open_recipe_data(const Recipe& recipe);

/// The shape of the recipe's samples, without opening files where the data set is a known one or
/// the recipe tells its size.
Shape recipe_sample_shape(const Recipe& recipe);

/// Checks the networks' shapes. Throws kShape with the layer's file and line.
void check_recipe(const Recipe& recipe, const Shape& sample_shape);

/// The recipe's game, freshly initialised.
std::unique_ptr<Game> make_game(const Recipe& recipe, const Shape& sample_shape);

/// Training steps in all: train.steps, or train.epochs over a data set of `size` samples. Throws
/// kRecipe when an epoch has not enough samples for one round.
int64_t total_steps(const Recipe& recipe, int64_t size);

}  // namespace belamy
