#include "belamy/nn/spectral_norm.h"

#include <ATen/ATen.h>

#include "belamy/kernels/random.h"

namespace belamy {
namespace {

constexpr double kTiny = 1e-12;

at::Tensor normalized(const at::Tensor& vector) {
  return vector / (vector.norm() + kTiny);
}

// [outputs, inputs]
at::Tensor matrix_of(const at::Tensor& weight, int64_t outputs) {
  return weight.transpose(0, outputs).flatten(1);
}

}  // namespace

at::Tensor spectrally_normalized(const at::Tensor& weight, int64_t outputs,
                                 const at::Tensor& vector) {
  const at::Tensor matrix = matrix_of(weight, outputs);
  at::Tensor left, right;
  {
    const at::NoGradGuard no_grad;
    left = normalized(vector);
    right = normalized(matrix.detach().t().mv(left));
  }
  return weight / left.dot(matrix.mv(right));
}

SpectralNorm::SpectralNorm(const at::Tensor& weight, int64_t outputs, RandomStream& random)
    : outputs_(outputs), vector_(at::empty({weight.size(outputs)}, at::kFloat)) {
  const auto values = static_cast<size_t>(vector_.numel());
  kernels::fill_normal(vector_.data_ptr<float>(), values, random.key(),
                       random.take(kernels::philox_blocks(values)));
}

at::Tensor SpectralNorm::apply(const at::Tensor& weight, const ForwardContext& context) const {
  if (context.mode == Mode::kTraining && context.update_statistics) {
    const at::NoGradGuard no_grad;
    const at::Tensor matrix = matrix_of(weight.detach(), outputs_);
    vector_.copy_(normalized(matrix.mv(normalized(matrix.t().mv(vector_)))));
  }
  return spectrally_normalized(weight, outputs_, vector_);
}

}  // namespace belamy
