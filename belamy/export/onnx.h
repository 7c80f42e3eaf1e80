// ONNX: what onnxruntime and most other inference engines open.
#pragma once

#include <string>

#include "belamy/export/description.h"

namespace belamy {

/// The file's bytes: a graph of opset 13 from "input", float32 [batch, input...], to "output",
/// float32 [batch, output...], for any batch, in inference mode and with the last activation.
/// Constants keep the network's names ("dense_1.weight"). Throws as onnx::encode_model.
std::string encode_onnx(const Network& network, const NetworkDescription& description);

}  // namespace belamy
