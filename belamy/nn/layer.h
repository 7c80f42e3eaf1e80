// What a layer is. Its meaning is defined by this plain form, written in ATen operations that
// autograd can differentiate any number of times; compiled stages (compile.h) must match it.
#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <string>
#include <vector>

#include "belamy/core/rng.h"
#include "belamy/nn/precision.h"
#include "belamy/nn/shape.h"

namespace belamy {

enum class Mode { kTraining, kInference };

/// How a forward pass runs.
struct ForwardContext {
  Mode mode = Mode::kInference;
  bool update_statistics = false;  // in training: batch normalisation's moving averages follow
  Precision precision = Precision::kFp32;
  RandomStream* random = nullptr;  // dropout masks are drawn from it; needed in training
};

/// A tensor of a layer: "weight", "bias", "running_mean", ... float32.
struct LayerTensor {
  std::string name;
  at::Tensor tensor;
  bool trainable = true;
};

class Layer {
 public:
  virtual ~Layer() = default;

  /// As Keras calls it in a summary: "Dense", "Conv2D".
  virtual const char* keras_name() const = 0;

  /// The shape of a sample after the layer. Throws kShape when the layer cannot take `input`.
  virtual Shape output_shape(const Shape& input) const = 0;

  /// Creates and initialises the layer's tensors for samples of that shape.
  virtual void build(const Shape& /*input*/, RandomStream& /*random*/) {}

  /// The tensors made by build(), in a fixed order.
  virtual std::vector<LayerTensor> tensors() const { return {}; }

  /// Whether the layer only gives its input another shape, so that an activation commutes with it.
  virtual bool only_reshapes() const { return false; }

  /// Multiply-adds of one sample's forward pass, for the share of the machine's peak.
  virtual int64_t multiply_adds(const Shape& /*input*/) const { return 0; }

  /// x: [N, input...], float32 or bfloat16. Returns [N, output...].
  virtual at::Tensor forward(const at::Tensor& x, const ForwardContext& context) const = 0;
};

/// The tensor in the compute format of `precision`; no copy when it is there already.
at::Tensor to_compute(const at::Tensor& x, Precision precision);

}  // namespace belamy
