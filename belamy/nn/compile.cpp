#include "belamy/nn/compile.h"

#include <ATen/ATen.h>

#include "belamy/nn/convolution.h"
#include "belamy/nn/convolution_gradient.h"

namespace belamy {
namespace {

/// The layer as it stands.
class PlainStage final : public Stage {
 public:
  explicit PlainStage(const Layer& layer) : layer_(layer) {}
  at::Tensor forward(const at::Tensor& x, const ForwardContext& context) const override {
    return layer_.forward(x, context);
  }

 private:
  const Layer& layer_;
};

/// An affine layer without its activation.
class AffineStage final : public Stage {
 public:
  explicit AffineStage(const AffineLayer& layer) : layer_(layer) {}
  at::Tensor forward(const at::Tensor& x, const ForwardContext& context) const override {
    return layer_.affine(x, context);
  }

 private:
  const AffineLayer& layer_;
};

/// A transposed convolution of stride 1 as a convolution: padding k - 1 - cut, kernel flipped, its
/// channel dimensions swapped.
class TurnedConvolution final : public Stage {
 public:
  TurnedConvolution(const ConvTranspose& layer, bool with_activation)
      : layer_(layer), with_activation_(with_activation) {}

  at::Tensor forward(const at::Tensor& x, const ForwardContext& context) const override {
    const ConvTransposeOptions& options = layer_.options();
    const at::Tensor kernel = layer_.weight().flip({2, 3}).transpose(0, 1);
    const at::Tensor y = padded_convolution(
        x, kernel, layer_.bias(), turned(x.size(2), options.kernel_rows(), options.padding_rule()),
        turned(x.size(3), options.kernel_columns(), options.padding_rule()), {1}, context);
    return with_activation_ ? activate(y, layer_.activation()) : y;
  }

 private:
  static PaddingPair turned(int64_t input, int64_t kernel, Padding padding) {
    const PaddingPair cut = transposed_cut(input, kernel, 1, padding);
    return {kernel - 1 - cut.before, kernel - 1 - cut.after};
  }

  const ConvTranspose& layer_;
  bool with_activation_;
};

/// A transposed convolution of a larger stride as what it is, the gradient of a convolution with
/// respect to its input: oneDNN runs that fast, in fp32 and bf16, where the operator itself does
/// not.
class ConvolutionGradient final : public Stage {
 public:
  ConvolutionGradient(const ConvTranspose& layer, bool with_activation)
      : layer_(layer), with_activation_(with_activation) {}

  at::Tensor forward(const at::Tensor& x, const ForwardContext& context) const override {
    const ConvTransposeOptions& options = layer_.options();
    const PaddingPair rows = transposed_cut(x.size(2), options.kernel_rows(), options.stride_rows(),
                                            options.padding_rule());
    const PaddingPair columns = transposed_cut(x.size(3), options.kernel_columns(),
                                               options.stride_columns(), options.padding_rule());
    at::Tensor y = convolution_input_gradient(
        to_compute(x, context.precision), to_compute(layer_.weight(), context.precision),
        {.strides = {options.stride_rows(), options.stride_columns()},
         .padding = {rows.before, columns.before},
         .rows = (x.size(2) - 1) * options.stride_rows() + options.kernel_rows() - 2 * rows.before,
         .columns = (x.size(3) - 1) * options.stride_columns() + options.kernel_columns() -
                    2 * columns.before});
    // What Keras cuts more, or adds, at the end.
    const int64_t fewer_rows = rows.after - rows.before;
    const int64_t fewer_columns = columns.after - columns.before;
    if (fewer_rows != 0 || fewer_columns != 0) {
      y = at::constant_pad_nd(y, {0, -fewer_columns, 0, -fewer_rows}, 0);
    }
    if (layer_.bias().defined()) {
      y = y + to_compute(layer_.bias(), context.precision).view({1, -1, 1, 1});
    }
    return with_activation_ ? activate(y, layer_.activation()) : y;
  }

 private:
  const ConvTranspose& layer_;
  bool with_activation_;
};

bool has_stride_one(const ConvTranspose& layer) {
  return layer.options().stride_rows() == 1 && layer.options().stride_columns() == 1;
}

std::unique_ptr<Stage> make_stage(const Layer& layer, bool with_activation) {
  const auto* transposed = dynamic_cast<const ConvTranspose*>(&layer);
  if (transposed != nullptr && has_stride_one(*transposed)) {
    return std::make_unique<TurnedConvolution>(*transposed, with_activation);
  }
  if (transposed != nullptr) {
    return std::make_unique<ConvolutionGradient>(*transposed, with_activation);
  }
  const auto* affine = dynamic_cast<const AffineLayer*>(&layer);
  if (affine != nullptr && !with_activation) return std::make_unique<AffineStage>(*affine);
  return std::make_unique<PlainStage>(layer);
}

}  // namespace

CompiledLayers compile(const std::vector<std::unique_ptr<Layer>>& layers) {
  CompiledLayers compiled;
  const FinalActivation last = find_final_activation(layers);
  compiled.final_activation = last.function;
  for (size_t i = 0; i < layers.size(); ++i) {
    const bool is_last = i == last.layer;
    if (is_last && dynamic_cast<const ActivationLayer*>(layers[i].get()) != nullptr) continue;
    compiled.stages.push_back(make_stage(*layers[i], /*with_activation=*/!is_last));
  }
  return compiled;
}

FinalActivation find_final_activation(const std::vector<std::unique_ptr<Layer>>& layers) {
  for (size_t i = layers.size(); i > 0; --i) {
    const Layer* layer = layers[i - 1].get();
    if (const auto* function = dynamic_cast<const ActivationLayer*>(layer)) {
      return {i - 1, function->function()};
    }
    if (const auto* affine = dynamic_cast<const AffineLayer*>(layer)) {
      return {i - 1, affine->activation()};
    }
    if (!layer->only_reshapes()) break;
  }
  return {layers.size(), Linear{}};
}

}  // namespace belamy
