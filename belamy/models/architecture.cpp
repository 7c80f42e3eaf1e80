#include "belamy/models/architecture.h"

#include "belamy/core/error.h"

namespace belamy {
namespace {

[[noreturn]] void refuse(const NetworkRole& role, const char* type, const char* reason) {
  fail(ErrorKind::kRecipe, "{}.architecture \"{}\" {}", role.name, type, reason);
}

}  // namespace

std::optional<std::vector<LayerOptions>> architecture_layers(
    const ArchitectureOptions& architecture, const NetworkRole& role) {
  const auto* dcgan = std::get_if<DcganOptions>(&architecture);
  if (dcgan != nullptr) {
    return role.generates ? dcgan_generator(*dcgan, role.output)
                          : dcgan_discriminator(*dcgan, role.input, role.output);
  }
  const auto* patch = std::get_if<PatchOptions>(&architecture);
  if (patch != nullptr && !role.generates) return patch_discriminator(*patch);
  return std::nullopt;
}

NetworkGraph architecture_graph(const ArchitectureOptions& architecture, const NetworkRole& role) {
  if (const auto* mlp = std::get_if<CganMlpOptions>(&architecture)) {
    if (role.classes == 0) {
      refuse(role, mlp->kType, "is told a class; it needs game.condition = \"input\"");
    }
    return role.generates ? cgan_mlp_generator(*mlp, role.input, role.classes, role.output)
                          : cgan_mlp_discriminator(*mlp, role.input, role.classes);
  }
  if (const auto* resnet = std::get_if<ResnetOptions>(&architecture)) {
    const bool translates = role.generates && role.input.size() == 3 && role.classes == 0;
    if (!translates) {
      refuse(role, resnet->kType,
             "turns images into images; it is for the generators of a cycle game");
    }
    return resnet_generator(*resnet, role.input, role.output[0]);
  }
  refuse(role, PatchOptions::kType, "judges patches of images; it is for discriminators");
}

}  // namespace belamy
