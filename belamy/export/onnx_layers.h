// Layers as ONNX operators.
#pragma once

#include <vector>

#include "belamy/export/onnx_model.h"
#include "belamy/nn/network.h"

namespace belamy::onnx {

/// Adds nodes and constants that lead from the model's input to its output, with the layers'
/// meaning in inference.
void append_layers(const std::vector<ListedLayer>& layers, Model& model);

}  // namespace belamy::onnx
