// Max and average pooling, Keras's MaxPooling2D and AveragePooling2D.
#pragma once

#include <optional>

#include "belamy/core/options.h"
#include "belamy/nn/layer.h"
#include "belamy/nn/padding.h"

namespace belamy {

/// `size` and `strides` are one number or [rows, columns]; strides default to the size.
struct PoolingFields {
  std::vector<int64_t> size = {2};
  std::vector<int64_t> strides;
  std::string padding = "valid";

  void visit(OptionsVisitor& v);

  const std::vector<int64_t>& steps() const { return strides.empty() ? size : strides; }
  Padding padding_rule() const { return padding == "same" ? Padding::kSame : Padding::kValid; }
};

struct MaxPoolOptions : PoolingFields {
  static constexpr const char* kType = "max_pool";
};

struct AveragePoolOptions : PoolingFields {
  static constexpr const char* kType = "average_pool";
};

/// [N, C, H, W] -> [N, C, H', W']. "same" pads with minus infinity.
class MaxPool final : public Layer {
 public:
  explicit MaxPool(MaxPoolOptions options) : options_(std::move(options)) {}

  const char* keras_name() const override { return "MaxPooling2D"; }
  Shape output_shape(const Shape& input) const override;
  at::Tensor forward(const at::Tensor& x, const ForwardContext& context) const override;

  const MaxPoolOptions& options() const { return options_; }

 private:
  MaxPoolOptions options_;
};

/// [N, C, H, W] -> [N, C, H', W']. Padding does not count in the average, as in Keras.
class AveragePool final : public Layer {
 public:
  explicit AveragePool(AveragePoolOptions options) : options_(std::move(options)) {}

  const char* keras_name() const override { return "AveragePooling2D"; }
  Shape output_shape(const Shape& input) const override;
  at::Tensor forward(const at::Tensor& x, const ForwardContext& context) const override;

 private:
  AveragePoolOptions options_;
};

}  // namespace belamy
