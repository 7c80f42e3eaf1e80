// Networks by name, for those that are not a plain list of layers or whose list follows from a few
// numbers.
#pragma once

#include "belamy/models/cgan_mlp.h"
#include "belamy/models/dcgan.h"
#include "belamy/models/patch_discriminator.h"
#include "belamy/models/resnet_generator.h"

namespace belamy {

using ArchitectureOptions = std::variant<DcganOptions, CganMlpOptions, ResnetOptions, PatchOptions>;

/// What a player's network is for.
struct NetworkRole {
  std::string name;  // "generator"
  bool generates = false;
  Shape input;          // latent vector, or sample
  Shape output;         // sample; of a discriminator, what it must end in: [1] as a rule
  int64_t classes = 0;  // when the network is told a class: its second input is one of [classes]
};

/// The plain list of an architecture that is one; nothing for the others.
std::optional<std::vector<LayerOptions>> architecture_layers(
    const ArchitectureOptions& architecture, const NetworkRole& role);

/// The network of an architecture that is no plain list. Throws kRecipe when it cannot play the
/// role.
NetworkGraph architecture_graph(const ArchitectureOptions& architecture, const NetworkRole& role);

}  // namespace belamy
