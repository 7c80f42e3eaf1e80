#include "belamy/export/description.h"

#include "belamy/core/error.h"
#include "belamy/core/options_json.h"
#include "belamy/core/version.h"

namespace belamy {
namespace {

std::string layers_json(const Network& network) {
  nlohmann::ordered_json layers = nlohmann::ordered_json::array();
  for (const ListedLayer& layer : network.listed_layers()) {
    nlohmann::ordered_json entry = {{"name", layer.name}};
    entry.update(options_json(layer.options));
    layers.push_back(std::move(entry));
  }
  return layers.dump();
}

}  // namespace

Metadata network_metadata(const Network& network, const NetworkDescription& description) {
  Metadata metadata = {{"belamy_version", kVersion},
                       {"recipe", description.recipe},
                       {"step", std::to_string(description.step)},
                       {"network", network.name()},
                       {"layers", layers_json(network)},
                       {"input", description.input},
                       {"input_shape", nlohmann::json(network.input_shape()).dump()},
                       {"output", description.output},
                       {"output_shape", nlohmann::json(network.output_shape()).dump()}};
  if (!description.input_range.empty()) metadata["input_range"] = description.input_range;
  if (!description.output_range.empty()) metadata["output_range"] = description.output_range;
  return metadata;
}

void require_sample_wise(const Network& network) {
  for (const ListedLayer& layer : network.listed_layers()) {
    const bool compares = std::holds_alternative<MinibatchStdOptions>(layer.options) ||
                          std::holds_alternative<MinibatchDiscriminationOptions>(layer.options);
    if (!compares) continue;
    fail(
        ErrorKind::kUsage,
        "{} of the {} compares the samples of a batch, which no graph of one sample can; export it "
        "as safetensors",
        layer.name, network.name());
  }
}

}  // namespace belamy
