// A network's part in a game: how a recipe describes it, and what it becomes with the labels
// joined.
#pragma once

#include <optional>

#include "belamy/models/architecture.h"
#include "belamy/optim/optimizer.h"

namespace belamy {

/// The [generator] and [discriminator] sections.
struct PlayerOptions {
  std::vector<LayerOptions> layers;
  std::optional<ArchitectureOptions> architecture;  // instead of layers
  std::optional<OptimizerOptions> optimizer;        // the recipe's common one when missing

  void visit(OptionsVisitor& v) {
    v.list_of("layers", layers, "the network, layer by layer");
    v.optional_one_of("architecture", architecture, "or the network by name");
    v.optional_one_of("optimizer", optimizer, "this network's own; [optimizer] when missing");
  }

  const OptimizerOptions& optimizer_or(const OptimizerOptions& common) const {
    return optimizer ? *optimizer : common;
  }
};

/// How a game tells its networks the class of a sample.
enum class Condition {
  kNone,
  kInput,       // joined to both inputs (Mirza and Osindero 2014)
  kAuxiliary,   // to the generator's; the discriminator names it (AC-GAN, Odena et al. 2017)
  kProjection,  // to the generator's; an inner product in the discriminator (Miyato and Koyama
                // 2018)
};

/// "none", "input", "auxiliary" or "projection"
Condition condition_of(const std::string& word);

/// z [latent] and, with a condition, the class one-hot [classes] -> sample. Throws kRecipe when the
/// player has neither layers nor an architecture, or both; kShape as infer_shapes, and when it does
/// not make `sample`.
NetworkGraph generator_graph(const PlayerOptions& player, const Shape& latent, const Shape& sample,
                             Condition condition, int64_t classes);

/// Sample and, with kInput and kProjection, the class one-hot -> one logit, or with kAuxiliary one
/// and one a class. With kInput images get a plane a class; with kProjection the player's layers
/// end in features. Throws likewise.
NetworkGraph discriminator_graph(const PlayerOptions& player, const Shape& sample,
                                 Condition condition, int64_t classes);

/// The player's network as it is, in a role without classes: of a game of its own rules.
NetworkGraph player_graph(const PlayerOptions& player, const NetworkRole& role);

}  // namespace belamy
