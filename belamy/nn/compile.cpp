#include "belamy/nn/compile.h"

#include <ATen/ATen.h>

#include <utility>

#include "belamy/nn/fused.h"
#include "belamy/nn/fused_affine.h"
#include "belamy/nn/fused_instance_norm.h"
#include "belamy/nn/fused_normalization.h"
#include "belamy/nn/fused_rearrange.h"
#include "belamy/nn/fused_resampling.h"
#include "belamy/nn/reflection_pad.h"
#include "belamy/nn/transposed_stage.h"

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

/// A layer without its activation, then another one, then perhaps pooling.
class AffineStage final : public Stage {
 public:
  AffineStage(const AffineLayer& layer, const ActivationOptions& function,
              std::unique_ptr<Stage> pooling)
      : layer_(layer), function_(function), pooling_(std::move(pooling)) {
    const auto* transposed = dynamic_cast<const ConvTranspose*>(&layer);
    if (transposed != nullptr && !layer.spectral_norm())
      transposed_ = make_transposed_stage(*transposed);
  }
  at::Tensor forward(const at::Tensor& x, const ForwardContext& context) const override {
    const at::Tensor y =
        transposed_ != nullptr ? transposed_->forward(x, context) : layer_.affine(x, context);
    const at::Tensor activated = activate(y, function_);
    return pooling_ == nullptr ? activated : pooling_->forward(activated, context);
  }

 private:
  const AffineLayer& layer_;
  ActivationOptions function_;
  std::unique_ptr<Stage> pooling_;  // null: none
  std::unique_ptr<Stage> transposed_;
};

/// Upsampling, then another stage.
class UpsampledStage final : public Stage {
 public:
  UpsampledStage(const Upsample& layer, std::unique_ptr<Stage> next)
      : layer_(layer), next_(std::move(next)) {}
  at::Tensor forward(const at::Tensor& x, const ForwardContext& context) const override {
    return next_->forward(layer_.forward(x, context), context);
  }

 private:
  const Upsample& layer_;
  std::unique_ptr<Stage> next_;
};

/// Walks over the layers and turns runs of them into stages.
class Compiler {
 public:
  Compiler(std::span<const std::unique_ptr<Layer>> layers, std::span<const std::string> names,
           const FinalActivation& last, bool ends_network)
      : layers_(layers), names_(names), last_(last), ends_network_(ends_network) {}

  std::vector<std::unique_ptr<Stage>> stages() {
    std::vector<std::unique_ptr<Stage>> stages;
    while (next_ < layers_.size()) {
      const std::string& name = names_[next_];
      const bool is_affine = peek<AffineLayer>(next_) != nullptr;
      if (auto stage = next_stage()) {
        if (is_affine) last_affine_ = stages.size();
        stage->set_name(name);
        stages.push_back(std::move(stage));
      }
    }
    return stages;
  }

  /// Of the stages made.
  std::optional<size_t> last_affine() const { return last_affine_; }

 private:
  std::unique_ptr<Stage> next_stage() {
    if (is_kept_apart(next_)) return ++next_, nullptr;
    if (auto stage = normalization()) return stage;
    if (const auto* layer = peek<InstanceNorm>(next_)) return ++next_, instance_norm(*layer);
    if (const auto* layer = peek<AffineLayer>(next_)) return ++next_, affine(*layer);
    if (auto stage = upsampled()) return stage;
    const Layer& layer = *layers_[next_++];
    std::unique_ptr<Stage> stage;
    if (const auto* pool = dynamic_cast<const MaxPool*>(&layer)) stage = make_fused_max_pool(*pool);
    if (const auto* up = dynamic_cast<const Upsample*>(&layer)) stage = make_fused_upsample(*up);
    if (const auto* pad = dynamic_cast<const ReflectionPad*>(&layer)) {
      stage = make_fused_reflection_pad(*pad);
    }
    if (const auto* flat = dynamic_cast<const Flatten*>(&layer)) stage = make_fused_flatten(*flat);
    if (const auto* shaped = dynamic_cast<const Reshape*>(&layer)) {
      stage = make_fused_reshape(*shaped);
    }
    return stage != nullptr ? std::move(stage) : std::make_unique<PlainStage>(layer);
  }

  // [dropout] batch_norm [activation] [dropout]
  std::unique_ptr<Stage> normalization() {
    size_t i = next_;
    FusedNormalizationParts parts;
    parts.before = peek<Dropout>(i);
    if (parts.before != nullptr) ++i;
    parts.batch_norm = peek<BatchNorm>(i++);
    if (parts.batch_norm == nullptr) return nullptr;
    parts.function = *kernel_function(Linear{});
    if (const auto* layer = peek_activation(i)) {
      parts.plain_function = layer->function();
      parts.function = *kernel_function(layer->function());
      ++i;
    }
    parts.after = peek<Dropout>(i);
    // Another normalisation's own dropout stays with it.
    if (parts.after != nullptr && peek<BatchNorm>(i + 1) != nullptr) parts.after = nullptr;
    if (parts.after != nullptr) ++i;
    next_ = i;
    return make_fused_normalization(parts);
  }

  // instance_norm [activation]
  std::unique_ptr<Stage> instance_norm(const InstanceNorm& layer) {
    FusedInstanceNormParts parts{&layer, *kernel_function(Linear{}), Linear{}};
    if (const auto* activation = peek_activation(next_)) {
      parts.plain_function = activation->function();
      parts.function = *kernel_function(activation->function());
      ++next_;
    }
    return make_fused_instance_norm(parts);
  }

  // The layer's own activation, or the one that follows.
  ActivationOptions function_of(const AffineLayer& layer) {
    const bool is_last = next_ - 1 == last_.layer;
    ActivationOptions function = is_last ? ActivationOptions(Linear{}) : layer.activation();
    if (std::holds_alternative<Linear>(function)) {
      if (const auto* activation = peek_activation(next_)) {
        function = activation->function();
        ++next_;
      }
    }
    return function;
  }

  // upsample conv [activation]
  std::unique_ptr<Stage> upsampled() {
    const auto* upsample = peek<Upsample>(next_);
    const auto* convolution = peek<Conv>(next_ + 1);
    if (upsample == nullptr || convolution == nullptr || !can_fuse(*upsample, *convolution)) {
      return nullptr;
    }
    const size_t start = std::exchange(next_, next_ + 2);
    const ActivationOptions function = function_of(*convolution);
    const auto fused = kernel_function(function);
    if (!fused.has_value() || peek<MaxPool>(next_) != nullptr) return next_ = start, nullptr;
    return make_fused_upsampled(
        *upsample, *convolution, {*fused, {}, ends_network(next_)},
        std::make_unique<UpsampledStage>(
            *upsample, std::make_unique<AffineStage>(*convolution, function, nullptr)));
  }

  // A dense or convolution layer with its activation, and pooling after it.
  std::unique_ptr<Stage> affine(const AffineLayer& layer) {
    const bool is_last = next_ - 1 == last_.layer;
    const ActivationOptions function = function_of(layer);
    const auto fused = kernel_function(function);
    if (!fused.has_value() || layer.spectral_norm()) {
      return std::make_unique<AffineStage>(layer, function, nullptr);
    }
    const MaxPool* pooling = nullptr;
    std::unique_ptr<Stage> pool;
    kernels::PoolingWindow window;
    if (dynamic_cast<const Conv*>(&layer) != nullptr && !is_last) {
      pooling = peek<MaxPool>(next_);
      if (pooling != nullptr && !pools_side_by_side(*pooling)) pooling = nullptr;
    }
    if (pooling != nullptr) {
      window = {static_cast<size_t>(pooling->options().size.front()),
                static_cast<size_t>(pooling->options().size.back())};
      pool = make_fused_max_pool(*pooling);
      pool->set_name(names_[next_++]);
    }
    return make_fused_affine(layer, {*fused, window, pooling == nullptr && ends_network(next_)},
                             std::make_unique<AffineStage>(layer, function, std::move(pool)));
  }

  template <class Wanted>
  const Wanted* peek(size_t i) const {
    return i < layers_.size() ? dynamic_cast<const Wanted*>(layers_[i].get()) : nullptr;
  }

  // An activation that kernels know and that is not the network's last.
  const ActivationLayer* peek_activation(size_t i) const {
    const auto* layer = peek<ActivationLayer>(i);
    if (layer == nullptr || is_kept_apart(i)) return nullptr;
    return kernel_function(layer->function()).has_value() ? layer : nullptr;
  }

  bool is_kept_apart(size_t i) const {
    return i == last_.layer && peek<ActivationLayer>(i) != nullptr;
  }

  // Whether nothing from layer i on computes.
  bool ends_network(size_t i) const {
    while (i < layers_.size() && (layers_[i]->only_reshapes() || is_kept_apart(i))) ++i;
    return ends_network_ && i == layers_.size();
  }

  std::span<const std::unique_ptr<Layer>> layers_;
  std::span<const std::string> names_;
  FinalActivation last_;
  bool ends_network_;
  size_t next_ = 0;
  std::optional<size_t> last_affine_;
};

}  // namespace

CompiledLayers compile(std::span<const std::unique_ptr<Layer>> layers,
                       std::span<const std::string> names, bool ends_network) {
  const FinalActivation last =
      ends_network ? find_final_activation(layers) : FinalActivation{layers.size(), Linear{}};
  Compiler compiler(layers, names, last, ends_network);
  auto stages = compiler.stages();
  return {std::move(stages), compiler.last_affine(), last.function};
}

FinalActivation find_final_activation(std::span<const std::unique_ptr<Layer>> layers) {
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
