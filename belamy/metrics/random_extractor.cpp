// The extractor for images that no classifier knows.
#include <ATen/ATen.h>

#include "belamy/data/sha256.h"
#include "belamy/metrics/feature_model.h"
#include "belamy/nn/network.h"

namespace belamy {
namespace {

constexpr uint64_t kSeed = 64;
constexpr int64_t kSide = 32;
constexpr int64_t kFeatures = 64;

std::vector<LayerOptions> layers() {
  std::vector<LayerOptions> list;
  for (const int64_t filters : {32, 64, 128}) {
    ConvOptions conv;
    conv.filters = filters;
    conv.padding = "same";
    conv.activation = Relu{};
    conv.kernel_initializer = HeNormal{};
    list.emplace_back(conv);
    list.emplace_back(MaxPoolOptions{});
  }
  list.emplace_back(FlattenOptions{});
  DenseOptions dense;
  dense.units = kFeatures;
  list.emplace_back(dense);
  return list;
}

std::string weights_hash(const Network& network) {
  std::vector<uint8_t> bytes;
  for (const NamedTensor& held : network.state()) {
    const auto* data = static_cast<const uint8_t*>(held.tensor.data_ptr());
    bytes.insert(bytes.end(), data, data + held.tensor.nbytes());
  }
  return sha256_hex(bytes);
}

class RandomModel final : public FeatureModel {
 public:
  RandomModel() : network_("random_features", layers(), {3, kSide, kSide}, kSeed) {
    hash_ = weights_hash(network_);
  }

  Extractor::Features run(const at::Tensor& images) const override {
    return {network_.forward(images, {.precision = Precision::kFp32}), at::Tensor()};
  }

  const std::string& name() const override { return name_; }
  const std::string& hash() const override { return hash_; }
  const Shape& input_shape() const override { return network_.input_shape(); }
  int64_t classes() const override { return 0; }

 private:
  Network network_;
  std::string name_ = "random-64", hash_;
};

}  // namespace

Extractor Extractor::random_features() {
  return Extractor(std::make_shared<RandomModel>(), ResizeRule::kBilinear);
}

}  // namespace belamy
