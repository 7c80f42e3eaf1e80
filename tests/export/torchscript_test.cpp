#include "belamy/export/torchscript.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <torch/csrc/jit/serialization/import.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/support/random_network.h"

namespace belamy {
namespace {

using testing::every_layer;
using testing::random_input;

struct Loaded {
  torch::jit::Module module;
  nlohmann::json metadata;
};

Loaded load(const std::string& bytes) {
  std::istringstream stream(bytes);
  torch::jit::ExtraFilesMap extra = {{"belamy.json", ""}};
  torch::jit::Module module = torch::jit::load(stream, at::kCPU, extra);
  return {module, nlohmann::json::parse(extra.at("belamy.json"))};
}

void expect_same_outputs(const Network& network) {
  Loaded loaded = load(encode_torchscript(network, {}));
  for (const int64_t batch : {1, 7}) {
    const at::Tensor x = random_input(network, batch);
    const at::Tensor y = loaded.module.forward({x}).toTensor();
    const at::Tensor expected = network.plain_forward(x, {});
    ASSERT_EQ(y.sizes(), expected.sizes());
    EXPECT_LT((y - expected).abs().max().item<double>(), 1e-5) << "batch " << batch;
  }
}

TEST(TorchScript, computes_what_the_plain_layers_do_for_any_batch) {
  for (const std::string& name : testing::recipes_of_lists()) {
    SCOPED_TRACE(name);
    const Recipe recipe = load_recipe(name);
    expect_same_outputs(testing::random_generator(recipe));
    expect_same_outputs(testing::random_discriminator(recipe));
  }
}

TEST(TorchScript, knows_every_layer_type) {
  Network network("generator", every_layer(), {6}, 1);
  testing::disturb(network, 2);
  expect_same_outputs(network);
}

TEST(TorchScript, parameters_keep_their_names_and_the_metadata_their_texts) {
  const Recipe recipe = load_recipe("demo");
  const Network network = testing::random_generator(recipe);
  const Loaded loaded = load(encode_torchscript(network, {.recipe = "demo", .step = 7}));
  std::map<std::string, at::Tensor> given;
  for (const auto& held : loaded.module.named_parameters()) given[held.name] = held.value;
  for (const auto& held : loaded.module.named_buffers()) given[held.name] = held.value;
  EXPECT_EQ(given.size(), network.state().size());
  for (const NamedTensor& held : network.state()) {
    ASSERT_TRUE(given.count(held.name)) << held.name;
    EXPECT_TRUE(at::equal(given[held.name], held.tensor)) << held.name;
  }
  EXPECT_EQ(loaded.metadata.at("recipe"), "demo");
  EXPECT_EQ(loaded.metadata.at("step"), "7");
  EXPECT_EQ(loaded.metadata.at("input_shape"), "[64]");
}

TEST(TorchScript, holds_each_weight_once) {
  const Network network = testing::random_generator(load_recipe("s1-mlp"));
  size_t weights = 0;
  for (const NamedTensor& held : network.state()) weights += held.tensor.nbytes();
  const size_t file = encode_torchscript(network, {}).size();
  EXPECT_GT(file, weights);
  EXPECT_LT(file, weights + 100'000);
}

}  // namespace
}  // namespace belamy
