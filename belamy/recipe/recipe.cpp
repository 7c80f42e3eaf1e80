#include "belamy/recipe/recipe.h"

#include <algorithm>
#include <filesystem>

#include "belamy/core/error.h"
#include "belamy/core/file.h"
#include "belamy/core/memory.h"
#include "belamy/core/nearest_name.h"
#include "belamy/core/options_reader.h"
#include "belamy/data/catalog.h"
#include "belamy/recipe/builtin.h"
#include "belamy/recipe/game_memory.h"
#include "belamy/recipe/recipe_graphs.h"
#include "belamy/recipe/toml_reader.h"
#include "belamy/recipe/toml_writer.h"

namespace belamy {
namespace fs = std::filesystem;
namespace {

constexpr uint64_t kLargestRecipeFile = 1 << 20;
constexpr int kDeepestExtends = 16;

bool is_path(const std::string& name) {
  return name.ends_with(".toml") || name.find('/') != std::string::npos;
}

const BuiltinRecipe* find_builtin(const std::string& name) {
  for (const BuiltinRecipe& recipe : builtin_recipes()) {
    if (recipe.name == name) return &recipe;
  }
  return nullptr;
}

std::vector<std::string> builtin_names() {
  std::vector<std::string> names;
  for (const BuiltinRecipe& recipe : builtin_recipes()) names.push_back(recipe.name);
  return names;
}

ConfigValue load_tree(const std::string& name, const fs::path& folder, int depth,
                      const std::string& wanted_by);

// Lays the document on what it extends, if anything.
ConfigValue resolve_extends(ConfigValue tree, const fs::path& folder, int depth) {
  const ConfigValue* extends = tree.find("extends");
  if (extends == nullptr) return tree;
  const std::string* base_name = std::get_if<std::string>(&extends->value);
  if (base_name == nullptr) {
    fail(ErrorKind::kRecipe, "extends must be a recipe's name or path, got {} ({})",
         extends->described(), extends->origin.text());
  }
  if (depth >= kDeepestExtends) {
    fail(ErrorKind::kRecipe,
         "recipes extend one another more than {} deep; is there a circle? ({})", kDeepestExtends,
         extends->origin.text());
  }
  ConfigValue base = load_tree(*base_name, folder, depth + 1, extends->origin.text());
  std::erase_if(*base.table(), [](const ConfigMember& m) { return m.name == "name"; });
  std::erase_if(*tree.table(), [](const ConfigMember& m) { return m.name == "extends"; });
  merge(base, std::move(tree));
  return base;
}

ConfigValue load_tree(const std::string& name, const fs::path& folder, int depth,
                      const std::string& wanted_by) {
  const std::string where = wanted_by.empty() ? "" : " (" + wanted_by + ")";
  if (!is_path(name)) {
    const BuiltinRecipe* builtin = find_builtin(name);
    if (builtin == nullptr) {
      fail(ErrorKind::kRecipe,
           "there is no built-in recipe '{}'{}; a file is named by its path, ./{}.toml{}", name,
           suggestion(name, builtin_names()), name, where);
    }
    return resolve_extends(parse_toml(builtin->text, name + ".toml"), folder, depth);
  }
  const fs::path path = fs::path(name).is_absolute() ? fs::path(name) : folder / name;
  if (!fs::exists(path)) {
    fail(ErrorKind::kRecipe, "there is no recipe file {}{}", path.lexically_normal().string(),
         where);
  }
  const std::string text = read_text(path, kLargestRecipeFile);
  const fs::path parent = path.has_parent_path() ? path.parent_path() : fs::path(".");
  return resolve_extends(parse_toml(text, path.lexically_normal().string()), parent, depth);
}

// A changed `type` drops the table's other keys, so it must come before the keys given with it.
std::vector<std::string> types_first(std::vector<std::string> overrides) {
  std::stable_partition(overrides.begin(), overrides.end(), [](const std::string& assignment) {
    return assignment.substr(0, assignment.find('=')).ends_with(".type");
  });
  return overrides;
}

// A recipe's length is given once: overriding steps takes its epochs back, and the reverse.
std::vector<std::string> with_one_length(std::vector<std::string> overrides) {
  const auto sets = [&](const std::string& start) {
    return std::any_of(overrides.begin(), overrides.end(), [&](const std::string& assignment) {
      return assignment.starts_with(start);
    });
  };
  const bool steps = sets("train.steps="), epochs = sets("train.epochs=");
  if (steps && !epochs) overrides.emplace_back("train.epochs=0");
  if (epochs && !steps) overrides.emplace_back("train.steps=0");
  return overrides;
}

const Origin& origin_of(const ConfigValue& source, std::initializer_list<const char*> path,
                        const Origin& otherwise) {
  const ConfigValue* value = &source;
  for (const char* part : path) {
    value = value->find(part);
    if (value == nullptr) return otherwise;
  }
  return value->origin;
}

void require_length(const Recipe& recipe) {
  const TrainOptions& train = recipe.train;
  if ((train.steps > 0) != (train.epochs > 0)) return;
  const Origin origin = origin_of(recipe.source, {"train"}, {recipe.name, 0});
  fail(ErrorKind::kRecipe, "train needs either steps or epochs, {} ({})",
       train.steps > 0 ? fmt::format("got steps = {} and epochs = {}; set one of them to 0",
                                     train.steps, train.epochs)
                       : "got neither",
       origin.text());
}

// Runs are called after it: it must stay one name in a folder.
void require_name(const Recipe& recipe) {
  constexpr size_t kLongest = 100;
  const auto separates = [](unsigned char c) { return c == '/' || c < ' ' || c == 0x7f; };
  if (recipe.name.size() <= kLongest && !recipe.name.starts_with('.') &&
      std::ranges::none_of(recipe.name, separates)) {
    return;
  }
  fail(
      ErrorKind::kRecipe,
      "name must be at most {} bytes without '/' and control characters, and not begin with a dot, "
      "got {:?} ({})",
      kLongest, recipe.name, origin_of(recipe.source, {"name"}, {recipe.name, 0}).text());
}

Recipe from_tree(ConfigValue tree, std::string name, const std::vector<std::string>& overrides) {
  for (const std::string& assignment : with_one_length(types_first(overrides))) {
    apply_override(tree, assignment);
  }
  Recipe recipe;
  read_options(recipe, tree);
  recipe.source = std::move(tree);
  require_name(recipe);
  if (recipe.name.empty()) recipe.name = std::move(name);
  require_length(recipe);
  return recipe;
}

AdversarialSetup adversarial_setup(const Recipe& recipe, const Shape& sample_shape) {
  return {.game = recipe.game,
          .loss = recipe.loss,
          .penalty = recipe.penalty,
          .generator = recipe.generator,
          .discriminator = recipe.discriminator,
          .optimizer = recipe.optimizer,
          .average = recipe.average,
          .augment = recipe.augment,
          .sample_shape = sample_shape,
          .classes = classes_of(recipe),
          .batch_size = recipe.train.batch_size,
          .accumulate = recipe.train.accumulate,
          .seed = static_cast<uint64_t>(recipe.train.seed),
          .precision = resolve_precision(recipe.train.precision)};
}

CycleSetup cycle_setup(const Recipe& recipe, const Shape& sample_shape) {
  return {.game = recipe.game.cycle,
          .loss = recipe.loss,
          .generator = recipe.generator,
          .discriminator = recipe.discriminator,
          .optimizer = recipe.optimizer,
          .average = recipe.average,
          .sample_shape = sample_shape,
          .batch_size = recipe.train.batch_size,
          .seed = static_cast<uint64_t>(recipe.train.seed),
          .precision = resolve_precision(recipe.train.precision)};
}

void check_game(const Recipe& recipe, const Shape& sample_shape) {
  if (!recipe.game.is_cycle()) return check_players(adversarial_setup(recipe, sample_shape));
  if (recipe.data.partner.empty()) {
    fail(ErrorKind::kRecipe,
         "game.type = \"cycle\" needs two collections of images; give data.partner, a data set's "
         "name or a folder");
  }
  const bool asks_for_more = recipe.augment.any() || recipe.train.accumulate > 1 ||
                             recipe.penalty.any() || recipe.loss.relativistic;
  if (asks_for_more) {
    fail(ErrorKind::kRecipe,
         "[augment], [penalty], loss.relativistic and train.accumulate are for "
         "game.type = \"adversarial\"");
  }
  check_players(cycle_setup(recipe, sample_shape));
}

}  // namespace

void TrainOptions::visit(OptionsVisitor& v) {
  constexpr double kMany = 1e12;
  v.integer("batch_size", batch_size, {1, 65536}, "samples in a batch");
  v.integer("accumulate", accumulate, {1, 4096},
            "batches an update, which follows the mean of their gradients");
  v.integer("steps", steps, {0, kMany}, "rounds to train; or give epochs");
  v.integer("epochs", epochs, {0, 1e6}, "passes over the data to train; or give steps");
  v.integer("seed", seed, {0, 9007199254740992.0}, "the same seed gives the same bytes");
  v.choice("precision", precision, {"auto", "fp32", "bf16"},
           "auto is bf16 where the processor multiplies it in hardware");
  v.integer("log_every", log_every, {1, kMany}, "steps between lines of log.jsonl");
  v.integer("sample_every", sample_every, {0, kMany}, "steps between sample grids; 0 for none");
  v.integer("sample_count", sample_count, {1, 10000}, "samples in a grid");
  v.integer("checkpoint_every", checkpoint_every, {0, kMany},
            "steps between checkpoints; 0 for one at the end");
  v.integer("keep_checkpoints", keep_checkpoints, {1, 1e6}, "the newest that are kept");
  v.integer("keep_every", keep_every, {0, kMany},
            "checkpoints of multiples of this step are kept for good; 0 for none");
  v.boolean("pictures", pictures, "progress.gif and plots when the training ends");
  v.integer("health_every", health_every, {0, kMany},
            "steps between looks at whether the training goes wrong; 0 for none");
  v.choice("on_divergence", on_divergence, {"stop", "roll_back"},
           "a loss that is not a number, or explodes: end, or go on from the last checkpoint");
  v.integer("max_roll_backs", max_roll_backs, {1, 1000},
            "so often is a checkpoint gone back to before the training ends");
  v.integer("metrics_every", metrics_every, {0, kMany}, "steps between evaluations; 0 for none");
  v.text("metrics", metrics, "which, with commas between; the first says which step is the best");
  v.integer("metrics_count", metrics_count, {2, 1e6}, "samples in an evaluation");
  v.integer("metrics_patience", metrics_patience, {0, 1e6},
            "evaluations without a better one that end the training; 0 for never");
}

void GameOptions::visit(OptionsVisitor& v) {
  v.choice("type", type, {"adversarial", "cycle"},
           "a generator of latent vectors against a discriminator; or two that translate");
  if (is_cycle()) {
    cycle.visit(v);
  } else {
    AdversarialOptions::visit(v);
  }
}

void Recipe::visit(OptionsVisitor& v) {
  v.text("name", name, "what it is called; the built-in's or the file's name when missing");
  v.text("description", description, "one line for `belamy recipes`");
  v.section("data", data, "what is learnt from");
  v.section("game", game, "who plays and how");
  v.section("loss", loss, "the adversarial costs");
  v.section("penalty", penalty, "what holds the discriminator back");
  v.section("generator", generator, "makes samples of latent vectors");
  v.section("discriminator", discriminator, "tells real from fake");
  v.one_of("optimizer", optimizer, "of both networks, unless one has its own");
  v.section("average", average, "a moving average of the generators, which samples are drawn from");
  v.section("augment", augment, "changes of what the discriminator sees");
  v.section("train", train, "how long, and what is kept");
}

Recipe load_recipe(const std::string& name_or_path, const std::vector<std::string>& overrides) {
  ConfigValue tree = load_tree(name_or_path, ".", 0, "");
  std::string name = is_path(name_or_path) ? fs::path(name_or_path).stem().string() : name_or_path;
  return from_tree(std::move(tree), std::move(name), overrides);
}

Recipe parse_recipe(const std::string& text, const std::string& source,
                    const std::vector<std::string>& overrides, const std::string& folder) {
  return from_tree(resolve_extends(parse_toml(text, source), folder, 0),
                   fs::path(source).stem().string(), overrides);
}

std::string recipe_toml(const Recipe& recipe) {
  Recipe copy = recipe;  // visiting takes references that could be written
  return options_toml(copy);
}

Shape recipe_sample_shape(const Recipe& recipe) {
  const bool by_path = recipe.data.is_by_path();
  if (by_path && recipe.data.height > 0 && recipe.data.width > 0) {
    return {recipe.data.channels, recipe.data.height, recipe.data.width};
  }
  if (by_path) return open_dataset(recipe.data)->shape().dims;
  Shape shape = find_in_catalog(recipe.data.name).shape.dims;
  if (shape.size() == 3 && recipe.data.height > 0) shape[1] = recipe.data.height;
  if (shape.size() == 3 && recipe.data.width > 0) shape[2] = recipe.data.width;
  return shape;
}

void check_recipe(const Recipe& recipe, const Shape& sample_shape) {
  try {
    check_game(recipe, sample_shape);
  } catch (const LayerShapeError& error) {
    const ConfigValue* player = recipe.source.find(error.network());
    const ConfigValue* layers = player != nullptr ? player->find("layers") : nullptr;
    if (layers == nullptr || layers->array() == nullptr ||
        error.layer() >= layers->array()->size()) {
      throw;
    }
    fail(ErrorKind::kShape, "{} ({})", error.reason(),
         (*layers->array())[error.layer()].origin.text());
  }
}

std::unique_ptr<Dataset> open_recipe_data(const Recipe& recipe) {
  auto dataset = open_dataset(recipe.data);
  check_recipe(recipe, dataset->shape().dims);
  return dataset;
}

std::unique_ptr<Game> make_game(const Recipe& recipe, const Shape& sample_shape) {
  check_recipe(recipe, sample_shape);
  require_game_memory(recipe, sample_shape, available_memory());
  if (recipe.game.is_cycle()) {
    return std::make_unique<CycleGame>(cycle_setup(recipe, sample_shape));
  }
  return std::make_unique<AdversarialGame>(adversarial_setup(recipe, sample_shape));
}

int64_t total_steps(const Recipe& recipe, int64_t size) {
  if (recipe.train.steps > 0) return recipe.train.steps;
  const int64_t batches = recipe.game.discriminator_steps * recipe.train.accumulate;
  const int64_t taken = recipe.train.batch_size * batches;
  if (taken > size) {
    fail(ErrorKind::kRecipe,
         "a round takes {} samples (train.batch_size {} times game.discriminator_steps {} times "
         "train.accumulate {}), an epoch has {}; give train.steps instead of epochs, or a smaller "
         "batch",
         taken, recipe.train.batch_size, recipe.game.discriminator_steps, recipe.train.accumulate,
         size);
  }
  return recipe.train.epochs * (size / recipe.train.batch_size) / batches;
}

}  // namespace belamy
