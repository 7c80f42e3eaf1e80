// Extractors that are TorchScript modules, such as Inception's weights as others publish them.
#include <torch/script.h>

#include <sstream>

#include "belamy/core/error.h"
#include "belamy/core/file.h"
#include "belamy/data/sha256.h"
#include "belamy/metrics/feature_model.h"

namespace belamy {
namespace {

constexpr uint64_t kLargestFile = uint64_t{2} << 30;

// LibTorch appends its call stack to what it says.
std::string first_line(const char* message) {
  const std::string text = message;
  return text.substr(0, text.find('\n'));
}

class TorchScriptModel final : public FeatureModel {
 public:
  TorchScriptModel(const std::filesystem::path& path, TorchScriptInput input)
      : input_(std::move(input)), name_(path.filename().string()) {
    if (input_.shape.size() != 3 || !(input_.low < input_.high)) {
      fail(ErrorKind::kUsage, "an extractor's input must be [C, H, W] and its range LOW,HIGH");
    }
    const std::vector<uint8_t> bytes = read_bytes(path, kLargestFile);
    hash_ = sha256_hex(bytes);
    std::istringstream stream(std::string(bytes.begin(), bytes.end()));
    try {
      module_ = torch::jit::load(stream, at::Device(at::kCPU));
      module_.eval();
    } catch (const std::exception& error) {
      fail(ErrorKind::kCheckpoint, "{} is not a TorchScript module ({}); torch.jit.save writes one",
           path.string(), first_line(error.what()));
    }
    probe();
  }

  Extractor::Features run(const at::Tensor& images) const override {
    const double scale = (input_.high - input_.low) / 2;
    const at::Tensor scaled = (images + 1) * scale + input_.low;
    try {
      return features_of(module_.forward({scaled}));
    } catch (const Error&) {
      throw;
    } catch (const std::exception& error) {
      fail(ErrorKind::kData, "extractor {} failed on images of {}: {}", name_,
           shape_text(images.sizes().slice(1).vec()), first_line(error.what()));
    }
  }

  const std::string& name() const override { return name_; }
  const std::string& hash() const override { return hash_; }
  const Shape& input_shape() const override { return input_.shape; }
  int64_t classes() const override { return classes_; }

 private:
  // What it gives is only known by asking.
  void probe() {
    const at::NoGradGuard no_grad;
    const Shape& shape = input_.shape;
    const Extractor::Features found = run(at::zeros({2, shape[0], shape[1], shape[2]}, at::kFloat));
    if (found.logits.defined() && found.logits.dim() == 2) classes_ = found.logits.size(1);
  }

  Extractor::Features features_of(const c10::IValue& value) const {
    if (value.isTensor()) return {value.toTensor().to(at::kFloat), at::Tensor()};
    if (value.isTuple()) {
      const auto& parts = value.toTupleRef().elements();
      if (parts.size() == 2 && parts[0].isTensor() && parts[1].isTensor()) {
        return {parts[0].toTensor().to(at::kFloat), parts[1].toTensor().to(at::kFloat)};
      }
    }
    fail(ErrorKind::kData,
         "extractor {} must give a tensor [N, D], or a tuple of that and logits [N, classes]; got "
         "{}",
         name_, value.tagKind());
  }

  TorchScriptInput input_;
  std::string name_, hash_;
  mutable torch::jit::Module module_;  // forward() is not const
  int64_t classes_ = 0;
};

}  // namespace

Extractor Extractor::load_torchscript(const std::filesystem::path& path,
                                      const TorchScriptInput& input) {
  return Extractor(std::make_shared<TorchScriptModel>(path, input), ResizeRule::kExact);
}

}  // namespace belamy
