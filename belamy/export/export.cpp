#include "belamy/export/export.h"

#include "belamy/core/error.h"
#include "belamy/core/file.h"
#include "belamy/core/nearest_name.h"
#include "belamy/export/onnx.h"
#include "belamy/export/torchscript.h"
#include "belamy/weights/safetensors.h"

namespace belamy {
namespace {

std::string range_text(double low, double high) {
  return fmt::format("[{}, {}]", low, high);
}

std::string data_name(const Shape& shape) {
  return shape.size() == 3 ? "images, channels first" : "points";
}

void describe_data(const Recipe& recipe, const Shape& shape, std::string& name,
                   std::string& range) {
  name = data_name(shape);
  const ByteRange bytes = recipe.data.byte_range();
  if (shape.size() == 3) range = range_text(bytes.low, bytes.high);
}

}  // namespace

ExportFormat export_format(const std::string& word) {
  if (word == "safetensors") return ExportFormat::kSafetensors;
  if (word == "torchscript") return ExportFormat::kTorchScript;
  if (word == "onnx") return ExportFormat::kOnnx;
  const std::vector<std::string> known = {"safetensors", "torchscript", "onnx"};
  fail(ErrorKind::kUsage, "there is no format '{}'{}", word, suggestion(word, known));
}

const Network& find_network(const Game& game, const std::string& name) {
  std::vector<std::string> names;
  for (const Network* network : game.networks()) {
    if (network->name() == name) return *network;
    names.push_back(network->name());
  }
  fail(ErrorKind::kUsage, "this run has no network '{}'{}", name, suggestion(name, names));
}

NetworkDescription describe_network(const Recipe& recipe, const Network& network, int64_t step) {
  NetworkDescription description{.recipe = recipe.name, .step = step};
  if (network.input_shape() == Shape{recipe.game.latent_size}) {
    const bool uniform = recipe.game.latent == "uniform";
    description.input =
        uniform ? "latent vectors drawn from U(-1, 1)" : "latent vectors drawn from N(0, 1)";
    if (uniform) description.input_range = range_text(-1, 1);
    describe_data(recipe, network.output_shape(), description.output, description.output_range);
    return description;
  }
  describe_data(recipe, network.input_shape(), description.input, description.input_range);
  if (std::holds_alternative<Sigmoid>(network.final_activation())) {
    description.output = "probabilities of being real";
    description.output_range = range_text(0, 1);
  } else {
    description.output = "logits of being real";
  }
  return description;
}

void export_network(const std::filesystem::path& path, ExportFormat format, const Network& network,
                    const NetworkDescription& description) {
  switch (format) {
    case ExportFormat::kSafetensors: {
      Metadata metadata = network_metadata(network, description);
      metadata["format"] = "pt";
      return write_safetensors(path, {network.state(), std::move(metadata)});
    }
    case ExportFormat::kTorchScript:
      return write_file_atomically(path,
                                   std::string_view(encode_torchscript(network, description)));
    case ExportFormat::kOnnx:
      return write_file_atomically(path, std::string_view(encode_onnx(network, description)));
  }
}

}  // namespace belamy
