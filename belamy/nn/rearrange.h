// Layers that move values without computing: flatten, reshape, zero_pad, crop, upsample.
#pragma once

#include "belamy/core/options.h"
#include "belamy/nn/layer.h"

namespace belamy {

struct FlattenOptions {
  static constexpr const char* kType = "flatten";
  void visit(OptionsVisitor&) {}
};

struct ReshapeOptions {
  static constexpr const char* kType = "reshape";
  std::vector<int64_t> shape;
  void visit(OptionsVisitor& v) {
    v.integers("shape", shape, {1, 3}, {1, 1 << 24}, "[features] or [channels, height, width]");
  }
};

struct ZeroPadOptions {
  static constexpr const char* kType = "zero_pad";
  std::vector<int64_t> padding = {1};
  void visit(OptionsVisitor& v) {
    v.integers("padding", padding, {1, 4}, {0, 1024},
               "all sides; [rows, columns]; or [top, bottom, left, right]");
  }
};

struct CropOptions {
  static constexpr const char* kType = "crop";
  std::vector<int64_t> cropping = {1};
  void visit(OptionsVisitor& v) {
    v.integers("cropping", cropping, {1, 4}, {0, 1024},
               "all sides; [rows, columns]; or [top, bottom, left, right]");
  }
};

struct UpsampleOptions {
  static constexpr const char* kType = "upsample";
  std::vector<int64_t> factor = {2};
  std::string interpolation = "nearest";
  void visit(OptionsVisitor& v) {
    v.integers("factor", factor, {1, 2}, {1, 64}, "one number, or [rows, columns]");
    v.choice("interpolation", interpolation, {"nearest", "bilinear"}, "how new pixels are made");
  }
};

/// Rows and columns added to, or taken from, the sides of an image.
struct Margins {
  int64_t top = 0, bottom = 0, left = 0, right = 0;
};

/// Throw kShape unless 1, 2 or 4 numbers are given.
Margins margins_of(const ZeroPadOptions& options);
Margins margins_of(const CropOptions& options);

/// [N, ...] -> [N, product], channels first.
class Flatten final : public Layer {
 public:
  explicit Flatten(FlattenOptions) {}
  const char* keras_name() const override { return "Flatten"; }
  bool only_reshapes() const override { return true; }
  Shape output_shape(const Shape& input) const override { return {elements(input)}; }
  at::Tensor forward(const at::Tensor& x, const ForwardContext& context) const override;
};

/// [N, ...] -> [N, shape...]; the number of values stays.
class Reshape final : public Layer {
 public:
  explicit Reshape(ReshapeOptions options) : options_(std::move(options)) {}
  const char* keras_name() const override { return "Reshape"; }
  bool only_reshapes() const override { return true; }
  Shape output_shape(const Shape& input) const override;
  at::Tensor forward(const at::Tensor& x, const ForwardContext& context) const override;

 private:
  ReshapeOptions options_;
};

/// Keras's ZeroPadding2D. [N, C, H, W] -> [N, C, H + top + bottom, W + left + right].
class ZeroPad final : public Layer {
 public:
  explicit ZeroPad(const ZeroPadOptions& options);
  const char* keras_name() const override { return "ZeroPadding2D"; }
  Shape output_shape(const Shape& input) const override;
  at::Tensor forward(const at::Tensor& x, const ForwardContext& context) const override;

 private:
  Margins margins_;
};

/// Keras's Cropping2D. [N, C, H, W] -> [N, C, H - top - bottom, W - left - right], a view.
class Crop final : public Layer {
 public:
  explicit Crop(const CropOptions& options);
  const char* keras_name() const override { return "Cropping2D"; }
  Shape output_shape(const Shape& input) const override;
  at::Tensor forward(const at::Tensor& x, const ForwardContext& context) const override;

 private:
  Margins margins_;
};

/// Keras's UpSampling2D. [N, C, H, W] -> [N, C, factor*H, factor*W]. Bilinear samples at half
/// pixels, as TensorFlow 2 and PyTorch's align_corners = false do.
class Upsample final : public Layer {
 public:
  explicit Upsample(UpsampleOptions options) : options_(std::move(options)) {}
  const char* keras_name() const override { return "UpSampling2D"; }
  Shape output_shape(const Shape& input) const override;
  at::Tensor forward(const at::Tensor& x, const ForwardContext& context) const override;

  const UpsampleOptions& options() const { return options_; }

 private:
  UpsampleOptions options_;
};

}  // namespace belamy
