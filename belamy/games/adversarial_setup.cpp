#include "belamy/games/adversarial_setup.h"

#include "belamy/core/error.h"

namespace belamy {

void AdversarialOptions::visit(OptionsVisitor& v) {
  v.integer("latent_size", latent_size, {1, 1 << 16}, "numbers in a latent vector z");
  v.choice("latent", latent, {"normal", "uniform"}, "z ~ N(0, 1), or U(-1, 1)");
  v.choice("discriminator_batches", discriminator_batches,
           {"one_batch", "two_batches", "two_updates"},
           "real and fake concatenated; apart with one update; or an update on each, as "
           "Keras's train_on_batch");
  v.choice("fakes", fakes, {"training", "inference"},
           "mode of the generator that makes fakes for the discriminator; Keras's predict is "
           "inference");
  v.choice("generator_noise", generator_noise, {"fresh", "shared"},
           "the generator step draws new z, or takes the discriminator step's");
  v.integer("discriminator_steps", discriminator_steps, {1, 1000},
            "discriminator updates a round, each on a batch of its own");
  v.integer("generator_steps", generator_steps, {1, 1000}, "generator updates a round");
  v.choice("condition", condition, {"none", "input", "auxiliary", "projection"},
           "whether the networks are told the class of a sample, and how");
  v.number("class_weight", class_weight, {0, 1000},
           "auxiliary: weight of the classification's cost in both networks'");
}

void check_players(const AdversarialSetup& setup) {
  const Condition condition = condition_of(setup.game.condition);
  if (condition != Condition::kNone && setup.classes < 2) {
    fail(
        ErrorKind::kRecipe,
        "game.condition = \"{}\" needs data with classes, such as mnist, a folder with a subfolder "
        "a class, or idx with data.labels",
        setup.game.condition);
  }
  if (setup.augment.any() && setup.sample_shape.size() != 3) {
    fail(ErrorKind::kRecipe, "[augment] is for images, the data are {}",
         shape_text(setup.sample_shape));
  }
  generator_graph(setup.generator, {setup.game.latent_size}, setup.sample_shape, condition,
                  setup.classes);
  discriminator_graph(setup.discriminator, setup.sample_shape, condition, setup.classes);
}

}  // namespace belamy
