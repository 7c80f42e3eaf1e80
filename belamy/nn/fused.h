// What the fused stages share: kernels work on plain memory, [N, F] or [N, H, W, C].
#pragma once

#include <ATen/core/Tensor.h>

#include <functional>
#include <optional>
#include <type_traits>
#include <vector>

#include "belamy/kernels/activation.h"
#include "belamy/kernels/bf16.h"
#include "belamy/nn/activation.h"
#include "belamy/nn/precision.h"

namespace belamy {

/// The kernels' name for a function; nothing when they do not know it.
std::optional<kernels::ActivationFunction> kernel_function(const ActivationOptions& function);

/// x as kernels read it: of that type, 2-D contiguous or 4-D channels-last.
at::Tensor dense_layout(const at::Tensor& x, at::ScalarType type);

/// x in planes of channels: contiguous.
at::Tensor planar_layout(const at::Tensor& x);

/// x of that type; between float32 and bfloat16 as dense_layout() by the kernels. Differentiable
/// any number of times.
at::Tensor converted(const at::Tensor& x, at::ScalarType type);

/// Uninitialised, [N, F] or [N, C, H, W] in channels-last order.
at::Tensor empty_layout(at::IntArrayRef sizes, at::ScalarType type);

/// A tensor's values as kernels take them; null for an undefined tensor.
kernels::Bf16* bf16_data(const at::Tensor& tensor);
float* float_data(const at::Tensor& tensor);

template <class T>
T* kernel_data(const at::Tensor& tensor) {
  if constexpr (std::is_same_v<T, float>) {
    return float_data(tensor);
  } else {
    return bf16_data(tensor);
  }
}

/// What kernels compute in.
at::ScalarType compute_type(Precision precision);

/// Whether the kernels serve a pass over x: both are float32 (x may be bf16) in the processor's
/// memory, and where the context asks for bf16 the processor has tiles for it.
bool runs_on_kernels(const at::Tensor& x, const at::Tensor& weight, Precision precision);

/// The gradients of plain(inputs) with respect to them, given that of its result, recorded so that
/// they can be differentiated again: what a fused stage's backward falls back to. Undefined inputs
/// and those that need no gradient get undefined ones.
std::vector<at::Tensor> recorded_gradients(
    const std::function<at::Tensor(const std::vector<at::Tensor>&)>& plain,
    const std::vector<at::Tensor>& inputs, const at::Tensor& gradient);

/// Where a stage writes a parameter's gradient: the optimiser's place for it (gradient_scope.h) or
/// a new tensor.
class ParameterGradient {
 public:
  /// Nothing is wanted when the parameter is undefined or `wanted` is false.
  ParameterGradient(const at::Tensor& parameter, bool wanted);

  /// Null when nothing is wanted. To be overwritten.
  float* data() const { return float_data(written_); }

  /// What backward() returns, once data() has been written.
  at::Tensor result() const;

 private:
  at::Tensor written_;
  at::Tensor sum_;  // what `written_` is to be added to
};

}  // namespace belamy
