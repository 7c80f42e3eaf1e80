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
  v.integer("packing", packing, {1, 64},
            "samples that the discriminator judges together (PacGAN, Lin et al. 2018)");
  v.number("instance_noise", instance_noise, {0, 1000},
           "deviation of noise on all that the discriminator sees (Sønderby et al. 2017)");
  v.choice("instance_noise_decay", instance_noise_decay, {"linear", "none"},
           "falling to nothing at the training's end, or staying");
  v.number("feature_matching", feature_matching, {0, 1e6},
           "weight of |E f(x) - E f(G(z))|² in the generator's cost, f what enters the "
           "discriminator's last layer (Salimans et al. 2016)");
  v.integer("unrolled_steps", unrolled_steps, {0, 100},
            "steps that the generator sees the discriminator take ahead (Metz et al. 2017)");
  v.number("unrolled_rate", unrolled_rate, {0, 1000}, "learning rate of those plain steps");
}

Shape packed_shape(Shape sample, int64_t packing) {
  sample.at(0) *= packing;
  return sample;
}

Shape packed_shape(const AdversarialSetup& setup) {
  return packed_shape(setup.sample_shape, setup.game.packing);
}

namespace {

void check_packing(const AdversarialSetup& setup) {
  const int64_t packing = setup.game.packing;
  if (packing == 1) return;
  if (setup.game.condition != "none") {
    fail(ErrorKind::kRecipe, "game.packing is for games with game.condition = \"none\", got \"{}\"",
         setup.game.condition);
  }
  if (setup.batch_size % packing != 0) {
    fail(ErrorKind::kRecipe, "game.packing must divide train.batch_size = {}, got {}",
         setup.batch_size, packing);
  }
}

// What takes real and made samples together.
void check_halves(const AdversarialSetup& setup) {
  if (setup.game.discriminator_batches != "two_updates") return;
  const auto refuse = [](bool asked, const char* what) {
    if (!asked) return;
    fail(ErrorKind::kRecipe,
         "{} compares real and made samples in one update, which game.discriminator_batches = "
         "\"two_updates\" does not have; use \"two_batches\"",
         what);
  };
  refuse(setup.loss.relativistic, "loss.relativistic");
  refuse(setup.penalty.has_gradients(), "a gradient penalty");
  refuse(setup.game.unrolled_steps > 0, "game.unrolled_steps");
}

void check_features(const AdversarialSetup& setup) {
  if (setup.game.feature_matching == 0 || setup.game.condition != "projection") return;
  fail(ErrorKind::kRecipe,
       "game.feature_matching needs a discriminator that ends in a layer of its own, which "
       "game.condition = \"projection\" has not");
}

}  // namespace

void check_players(const AdversarialSetup& setup) {
  check_packing(setup);
  check_halves(setup);
  check_features(setup);
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
  discriminator_graph(setup.discriminator, packed_shape(setup), condition, setup.classes);
}

}  // namespace belamy
