// Hands a run's networks over to other programs.
#pragma once

#include <filesystem>
#include <string>

#include "belamy/export/description.h"
#include "belamy/recipe/recipe.h"

namespace belamy {

enum class ExportFormat { kSafetensors, kTorchScript, kOnnx };

/// "safetensors", "torchscript" or "onnx". Throws kUsage on another word.
ExportFormat export_format(const std::string& word);

/// The network of that name. Throws kUsage, naming those that the game has.
const Network& find_network(const Game& game, const std::string& name);

/// What the recipe says of the network's numbers; `step` is the checkpoint's.
NetworkDescription describe_network(const Recipe& recipe, const Network& network, int64_t step);

/// Written aside, synced and renamed. A safetensors file holds the weights, and the description as
/// its metadata; the others compute by themselves. Throws kIo, and as the formats' encoders.
void export_network(const std::filesystem::path& path, ExportFormat format, const Network& network,
                    const NetworkDescription& description);

}  // namespace belamy
