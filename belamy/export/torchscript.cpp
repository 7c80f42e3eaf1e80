#include "belamy/export/torchscript.h"

#include <ATen/ATen.h>
#include <torch/csrc/jit/api/module.h>
#include <torch/csrc/jit/frontend/tracer.h>

#include <nlohmann/json.hpp>
#include <sstream>

namespace belamy {
namespace {

namespace jit = torch::jit;

constexpr const char* kTypes = "__torch__.belamy.";

at::Tensor sample_input(const Network& network) {
  std::vector<int64_t> sizes = network.input_shape();
  sizes.insert(sizes.begin(), 2);
  return at::zeros(sizes);
}

/// A module of modules, one a layer: attribute names hold no dots.
class ModuleBuilder {
 public:
  explicit ModuleBuilder(const Network& network)
      : network_(network),
        units_(std::make_shared<jit::CompilationUnit>()),
        root_(new_module(network.name())) {}

  jit::Module build() {
    register_tensors();
    trace_forward();
    copy_tensors();
    return root_;
  }

 private:
  jit::Module new_module(const std::string& name) const {
    jit::Module module(kTypes + name, units_);
    // What eval() and train() in Python ask for.
    module.register_attribute("training", c10::BoolType::get(), false);
    return module;
  }

  // The network's own tensors: the tracer knows them again when the layers use them.
  void register_tensors() {
    for (const ListedLayer& layer : network_.listed_layers()) {
      if (layer.tensors.empty()) continue;
      jit::Module module = new_module(layer.name);
      for (const LayerTensor& held : layer.tensors) {
        module.register_parameter(held.name, held.tensor, /*is_buffer=*/!held.trainable);
      }
      root_.register_module(layer.name, module);
    }
  }

  void trace_forward() {
    const auto forward = [&](const jit::Stack& inputs) {
      return jit::Stack{network_.plain_forward(inputs.at(0).toTensor(), {})};
    };
    const auto no_name = [](const at::Tensor&) { return std::string(); };
    const auto traced =
        jit::tracer::trace({sample_input(network_)}, forward, no_name, /*strict=*/true,
                           /*force_outplace=*/false, &root_, {"x"});
    root_.type()->addMethod(units_->create_function(
        c10::QualifiedName(*root_.type()->name(), "forward"), traced.first->graph));
  }

  // A network's tensors are views of one buffer, and the file must not hold it once for each.
  void copy_tensors() {
    for (const ListedLayer& layer : network_.listed_layers()) {
      for (const LayerTensor& held : layer.tensors) {
        jit::Module module = root_.attr(layer.name).toModule();
        module.setattr(held.name, held.tensor.detach().clone());
      }
    }
  }

  const Network& network_;
  std::shared_ptr<jit::CompilationUnit> units_;
  jit::Module root_;
};

}  // namespace

std::string encode_torchscript(const Network& network, const NetworkDescription& description) {
  require_sample_wise(network);
  const at::NoGradGuard no_grad;
  const jit::Module module = ModuleBuilder(network).build();
  const nlohmann::json metadata = network_metadata(network, description);
  std::ostringstream stream;
  module.save(stream, {{"belamy.json", metadata.dump()}});
  return stream.str();
}

}  // namespace belamy
