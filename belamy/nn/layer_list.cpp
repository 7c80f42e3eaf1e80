#include "belamy/nn/layer_list.h"

namespace belamy {
namespace {

struct Make {
  using Made = std::unique_ptr<Layer>;

  Made operator()(const DenseOptions& o) const { return std::make_unique<Dense>(o); }
  Made operator()(const ConvOptions& o) const { return std::make_unique<Conv>(o); }
  Made operator()(const ConvTransposeOptions& o) const {
    return std::make_unique<ConvTranspose>(o);
  }
  Made operator()(const UpsampleOptions& o) const { return std::make_unique<Upsample>(o); }
  Made operator()(const MaxPoolOptions& o) const { return std::make_unique<MaxPool>(o); }
  Made operator()(const AveragePoolOptions& o) const { return std::make_unique<AveragePool>(o); }
  Made operator()(const BatchNormOptions& o) const { return std::make_unique<BatchNorm>(o); }
  Made operator()(const DropoutOptions& o) const { return std::make_unique<Dropout>(o); }
  Made operator()(const ActivationLayerOptions& o) const {
    return std::make_unique<ActivationLayer>(o);
  }
  Made operator()(const FlattenOptions& o) const { return std::make_unique<Flatten>(o); }
  Made operator()(const ReshapeOptions& o) const { return std::make_unique<Reshape>(o); }
  Made operator()(const ZeroPadOptions& o) const { return std::make_unique<ZeroPad>(o); }
  Made operator()(const CropOptions& o) const { return std::make_unique<Crop>(o); }
  Made operator()(const InstanceNormOptions& o) const { return std::make_unique<InstanceNorm>(o); }
  Made operator()(const ReflectionPadOptions& o) const {
    return std::make_unique<ReflectionPad>(o);
  }
  Made operator()(const MaxoutOptions& o) const { return std::make_unique<Maxout>(o); }
  Made operator()(const MinibatchStdOptions& o) const { return std::make_unique<MinibatchStd>(o); }
  Made operator()(const MinibatchDiscriminationOptions& o) const {
    return std::make_unique<MinibatchDiscrimination>(o);
  }
};

}  // namespace

std::unique_ptr<Layer> make_layer(const LayerOptions& options) {
  return std::visit(Make{}, options);
}

std::string layer_type(const LayerOptions& options) {
  return std::visit([](const auto& held) { return std::string(held.kType); }, options);
}

}  // namespace belamy
