#include "belamy/export/onnx.h"

#include "belamy/export/onnx_layers.h"
#include "belamy/export/onnx_model.h"

namespace belamy {

std::string encode_onnx(const Network& network, const NetworkDescription& description) {
  require_sample_wise(network);
  onnx::Model model;
  model.name = network.name();
  model.input = {"input", network.input_shape()};
  model.output = {"output", network.output_shape()};
  model.metadata = network_metadata(network, description);
  onnx::append_layers(network.listed_layers(), model);
  return onnx::encode_model(model);
}

}  // namespace belamy
