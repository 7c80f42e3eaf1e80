// What runs a dense or convolution layer on plain memory: the kernels of belamy/kernels behind one
// interface, made for a layer, a size of input and a precision.
#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <vector>

#include "belamy/kernels/activation.h"
#include "belamy/kernels/convolution.h"
#include "belamy/kernels/dense.h"
#include "belamy/nn/convolution.h"
#include "belamy/nn/dense.h"
#include "belamy/nn/rearrange.h"

namespace belamy {

/// What a layer's backward pass reads and writes; undefined and null gradients are not wanted.
struct AffineGradients {
  at::Tensor winner;    // bytes; undefined without pooling
  at::Tensor x, y, dy;  // of one type, laid out densely; y undefined for a linear activation
  at::Tensor dx;
  float* dw = nullptr;
  float* db = nullptr;
  bool late_dw = false;  // instead of dw: left for AffineKernel::update_weights()
};

/// A layer's kernel with the weights packed for it. Not for two threads at once.
class AffineKernel {
 public:
  virtual ~AffineKernel() = default;
  virtual std::vector<int64_t> output_sizes(const at::Tensor& x) const = 0;
  virtual void set_forward_weights(const float* weights) = 0;
  virtual void set_backward_weights(const float* weights) = 0;
  /// `winner` is undefined unless the kernel pools.
  virtual void forward(const at::Tensor& x, const float* bias, kernels::ActivationFunction function,
                       const at::Tensor& y, const at::Tensor& winner) = 0;
  virtual void backward(const AffineGradients& gradients, kernels::ActivationFunction function) = 0;

  /// Whether backward() knows late_dw.
  virtual bool gradient_may_be_late() const { return false; }
  /// As kernels::TileDense::update_weights(), after such a backward().
  virtual void update_weights(const kernels::UseGradient& use, const float* weights,
                              kernels::WeightPacks packs);
};

/// How a layer is run on x in a precision.
struct KernelRequest {
  const at::Tensor& x;
  Precision precision;
  kernels::PoolingWindow window;  // max pooling after it
};

/// The layer outlives the kernel's making, not more.
std::unique_ptr<AffineKernel> kernel_for(const Dense& layer, const KernelRequest& request);
std::unique_ptr<AffineKernel> kernel_for(const Conv& layer, const KernelRequest& request);
std::unique_ptr<AffineKernel> kernel_for(const ConvTranspose& layer, const KernelRequest& request);

/// Nearest-neighbour upsampling and a convolution of stride 1 after it, x not yet upsampled
/// (kernels/upsampled_kernel.h). No pooling.
std::unique_ptr<AffineKernel> kernel_for(const Upsample& upsample, const Conv& layer,
                                         const KernelRequest& request);

}  // namespace belamy
