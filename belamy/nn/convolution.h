// Two-dimensional convolution and transposed convolution.
#pragma once

#include "belamy/nn/affine_layer.h"
#include "belamy/nn/initializer.h"
#include "belamy/nn/padding.h"

namespace belamy {

/// What both convolutions take. `kernel` and `strides` are one number or [rows, columns].
struct ConvolutionFields {
  int64_t filters = 0;
  std::vector<int64_t> kernel = {3};
  std::vector<int64_t> strides = {1};
  std::string padding = "valid";
  bool use_bias = true;
  ActivationOptions activation = Linear{};
  InitializerOptions kernel_initializer = GlorotUniform{};
  InitializerOptions bias_initializer = Zeros{};
  bool spectral_norm = false;

  void visit(OptionsVisitor& v);

  int64_t kernel_rows() const { return kernel.front(); }
  int64_t kernel_columns() const { return kernel.back(); }
  int64_t stride_rows() const { return strides.front(); }
  int64_t stride_columns() const { return strides.back(); }
  Padding padding_rule() const { return padding == "same" ? Padding::kSame : Padding::kValid; }
};

struct ConvOptions : ConvolutionFields {
  static constexpr const char* kType = "conv";
};

struct ConvTransposeOptions : ConvolutionFields {
  static constexpr const char* kType = "conv_transpose";
};

/// Keras's Conv2D. [N, C, H, W] -> [N, filters, H', W']; weight: [filters, C, rows, columns].
class Conv final : public AffineLayer {
 public:
  explicit Conv(ConvOptions options) : options_(std::move(options)) {}

  const char* keras_name() const override { return "Conv2D"; }
  Shape output_shape(const Shape& input) const override;
  void build(const Shape& input, RandomStream& random) override;
  std::vector<LayerTensor> tensors() const override;
  int64_t multiply_adds(const Shape& input) const override;
  const ActivationOptions& activation() const override { return options_.activation; }
  at::Tensor affine(const at::Tensor& x, const ForwardContext& context) const override;

  const ConvOptions& options() const { return options_; }
  const at::Tensor& weight() const { return weight_; }
  const at::Tensor& bias() const { return bias_; }

 private:
  ConvOptions options_;
  at::Tensor weight_;
  at::Tensor bias_;
};

/// Keras's Conv2DTranspose. [N, C, H, W] -> [N, filters, H', W']; weight: [C, filters, rows,
/// columns], as PyTorch keeps it.
class ConvTranspose final : public AffineLayer {
 public:
  explicit ConvTranspose(ConvTransposeOptions options) : options_(std::move(options)) {}

  const char* keras_name() const override { return "Conv2DTranspose"; }
  Shape output_shape(const Shape& input) const override;
  void build(const Shape& input, RandomStream& random) override;
  std::vector<LayerTensor> tensors() const override;
  int64_t multiply_adds(const Shape& input) const override;
  const ActivationOptions& activation() const override { return options_.activation; }
  at::Tensor affine(const at::Tensor& x, const ForwardContext& context) const override;

  const ConvTransposeOptions& options() const { return options_; }
  const at::Tensor& weight() const { return weight_; }
  const at::Tensor& bias() const { return bias_; }

 private:
  ConvTransposeOptions options_;
  at::Tensor weight_;
  at::Tensor bias_;
};

/// Convolution with rows and columns padded by zeros, unevenly where asked. `bias` may be
/// undefined. Computes in the context's precision.
at::Tensor padded_convolution(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias,
                              PaddingPair rows, PaddingPair columns,
                              const std::vector<int64_t>& strides, const ForwardContext& context);

}  // namespace belamy
