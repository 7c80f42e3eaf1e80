// The file is decoded by another reader than the code under test, and run where onnxruntime is.
#include "belamy/export/onnx.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cstring>
#include <nlohmann/json.hpp>

#include "belamy/core/file.h"
#include "belamy/core/subprocess.h"
#include "tests/support/places.h"
#include "tests/support/protobuf_message.h"
#include "tests/support/random_network.h"
#include "tests/support/temporary_folder.h"

namespace belamy {
namespace {

using testing::Message;
using testing::test_file;

struct DecodedNode {
  std::string type, output;
  std::vector<std::string> inputs;
  std::map<std::string, Message> attributes;
};

struct DecodedModel {
  std::vector<DecodedNode> nodes;
  std::map<std::string, at::Tensor> constants;
  std::map<std::string, std::string> metadata;
  uint64_t opset = 0;
  Message input{""}, output{""};
};

at::Tensor decoded_tensor(const Message& tensor) {
  std::vector<int64_t> sizes;
  if (tensor.numbers.count(1) != 0) {
    for (const uint64_t size : tensor.numbers.at(1)) sizes.push_back(static_cast<int64_t>(size));
  }
  const bool whole = tensor.numbers.at(2).at(0) == 7;
  at::Tensor values = at::empty(sizes, whole ? at::kLong : at::kFloat);
  const std::string& raw = tensor.texts.at(9).at(0);
  if (raw.size() != values.nbytes()) throw std::runtime_error("a tensor of another size");
  std::memcpy(values.data_ptr(), raw.data(), raw.size());
  return values;
}

DecodedModel decode(const std::string& bytes) {
  const Message model(bytes);
  const Message graph(model.texts.at(7).at(0));
  DecodedModel decoded;
  decoded.opset = Message(model.texts.at(8).at(0)).numbers.at(2).at(0);
  for (const std::string& entry : model.texts.at(14)) {
    const Message pair(entry);
    decoded.metadata[pair.texts.at(1).at(0)] = pair.texts.at(2).at(0);
  }
  for (const std::string& text : graph.texts.at(1)) {
    const Message node(text);
    DecodedNode read{node.texts.at(4).at(0), node.texts.at(2).at(0), node.texts.at(1), {}};
    if (node.texts.count(5) != 0) {
      for (const std::string& attribute : node.texts.at(5)) {
        const Message fields(attribute);
        read.attributes.emplace(fields.texts.at(1).at(0), fields);
      }
    }
    decoded.nodes.push_back(std::move(read));
  }
  if (graph.texts.count(5) != 0) {
    for (const std::string& text : graph.texts.at(5)) {
      const Message tensor(text);
      decoded.constants[tensor.texts.at(8).at(0)] = decoded_tensor(tensor);
    }
  }
  decoded.input = Message(graph.texts.at(11).at(0));
  decoded.output = Message(graph.texts.at(12).at(0));
  return decoded;
}

std::vector<std::string> types(const DecodedModel& model) {
  std::vector<std::string> all;
  for (const DecodedNode& node : model.nodes) all.push_back(node.type);
  return all;
}

// Of a ValueInfoProto: "batch 1 28 28".
std::string shape_of(const Message& value) {
  const Message tensor(Message(value.texts.at(2).at(0)).texts.at(1).at(0));
  EXPECT_EQ(tensor.numbers.at(1).at(0), 1u) << "float32";
  const Message dimensions(tensor.texts.at(2).at(0));
  std::string shape;
  for (const std::string& text : dimensions.texts.at(1)) {
    const Message dimension(text);
    if (!shape.empty()) shape += ' ';
    shape += dimension.texts.count(2) != 0 ? dimension.texts.at(2).at(0)
                                           : std::to_string(dimension.numbers.at(1).at(0));
  }
  return shape;
}

std::vector<uint64_t> whole_numbers(const DecodedNode& node, const std::string& attribute) {
  return node.attributes.at(attribute).numbers.at(8);
}

TEST(Onnx, a_network_s_layers_become_operators_in_their_order) {
  const Network network = testing::random_generator(load_recipe("demo"));
  const DecodedModel model = decode(encode_onnx(network, {.recipe = "demo", .step = 12}));
  EXPECT_EQ(model.opset, 13u);
  EXPECT_EQ(types(model), (std::vector<std::string>{"Gemm", "BatchNormalization", "Relu", "Reshape",
                                                    "ConvTranspose", "BatchNormalization", "Relu",
                                                    "ConvTranspose", "Tanh"}));
  EXPECT_EQ(shape_of(model.input), "batch 64");
  EXPECT_EQ(shape_of(model.output), "batch 1 28 28");
  EXPECT_EQ(model.input.texts.at(1).at(0), "input");
  EXPECT_EQ(model.output.texts.at(1).at(0), "output");
  EXPECT_EQ(model.metadata.at("step"), "12");

  EXPECT_EQ(model.nodes[0].inputs, (std::vector<std::string>{"input", "dense_1.weight"}));
  EXPECT_EQ(model.nodes[0].attributes.at("transB").numbers.at(3).at(0), 1u);
  const DecodedNode& up = model.nodes[4];
  EXPECT_EQ(whole_numbers(up, "kernel_shape"), (std::vector<uint64_t>{4, 4}));
  EXPECT_EQ(whole_numbers(up, "strides"), (std::vector<uint64_t>{2, 2}));
  EXPECT_EQ(whole_numbers(up, "pads"), (std::vector<uint64_t>{1, 1, 1, 1}));
  EXPECT_EQ(model.nodes.back().output, "output");
}

TEST(Onnx, holds_the_weights_under_their_names) {
  const Network network = testing::random_discriminator(load_recipe("s2-dcgan-transpose"));
  const DecodedModel model = decode(encode_onnx(network, {}));
  for (const NamedTensor& held : network.state()) {
    ASSERT_TRUE(model.constants.count(held.name)) << held.name;
    EXPECT_TRUE(at::equal(model.constants.at(held.name), held.tensor)) << held.name;
  }
}

// Nodes name what was made before them, and nothing twice: what every reader relies on.
TEST(Onnx, every_value_is_made_once_and_before_it_is_used) {
  Network network("generator", testing::every_layer(), {6}, 1);
  const DecodedModel model = decode(encode_onnx(network, {}));
  std::map<std::string, int> made = {{"input", 1}, {"", 1}};
  for (const auto& [name, tensor] : model.constants) ++made[name];
  for (const DecodedNode& node : model.nodes) {
    for (const std::string& input : node.inputs) EXPECT_EQ(made[input], 1) << input;
    EXPECT_EQ(++made[node.output], 1) << node.output;
  }
  EXPECT_EQ(made["output"], 1);
}

TEST(Onnx, a_network_that_is_the_identity_in_inference_still_makes_its_output) {
  const Network network("generator", {DropoutOptions{}}, {3}, 1);
  const DecodedModel model = decode(encode_onnx(network, {}));
  ASSERT_EQ(model.nodes.size(), 1u);
  EXPECT_EQ(model.nodes[0].inputs, std::vector<std::string>{"input"});
  EXPECT_EQ(model.nodes[0].output, "output");
}

TEST(Onnx, equal_networks_give_equal_bytes) {
  const Recipe recipe = load_recipe("s3-scratch");
  EXPECT_EQ(encode_onnx(testing::random_generator(recipe), {}),
            encode_onnx(testing::random_generator(recipe), {}));
}

constexpr int kNoRuntime = 77;

/// Networks and inputs, run by onnxruntime all at once: starting it takes longest.
class OnnxRuntime : public ::testing::Test {
 protected:
  void add(const std::string& what, const Network& network, int64_t batch) {
    const at::NoGradGuard no_grad;
    const at::Tensor x = testing::random_input(network, batch);
    const std::string file = (folder_ / std::to_string(cases_.size())).string();
    write_file_atomically(file + ".onnx", std::string_view(encode_onnx(network, {})));
    write_file_atomically(file + ".x", {static_cast<const char*>(x.data_ptr()), x.nbytes()});
    cases_.push_back({fmt::format("{}, {}, batch {}", what, network.name(), batch), file + ".y",
                      network.plain_forward(x, {}).contiguous()});
    list_.push_back({{"model", file + ".onnx"},
                     {"input", file + ".x"},
                     {"output", file + ".y"},
                     {"shape", x.sizes().vec()}});
  }

  /// Skips the test where there is no onnxruntime.
  void compare() const {
    write_file_atomically(folder_ / "cases.json", std::string_view(list_.dump()));
    ProcessResult result{kNoRuntime, ""};
    if (program_exists("node")) {
      result = run_process({"node", test_file("export/onnx_outputs.cjs").string(),
                            (folder_ / "cases.json").string()});
    }
    if (result.exit_code == kNoRuntime) {
      GTEST_SKIP() << "onnxruntime-node is not installed; see CONTRIBUTING.md";
    }
    ASSERT_EQ(result.exit_code, 0) << result.output;
    for (const Case& each : cases_) {
      const std::string bytes = read_text(each.output, 1 << 24);
      ASSERT_EQ(bytes.size(), each.expected.nbytes()) << each.what;
      const at::Tensor y = at::empty_like(each.expected);
      std::memcpy(y.data_ptr(), bytes.data(), bytes.size());
      EXPECT_LT((y - each.expected).abs().max().item<double>(), 1e-4) << each.what;
    }
  }

 private:
  struct Case {
    std::string what, output;
    at::Tensor expected;
  };

  testing::TemporaryFolder folder_;
  std::vector<Case> cases_;
  nlohmann::json list_ = nlohmann::json::array();
};

TEST_F(OnnxRuntime, computes_what_the_plain_layers_do_for_every_recipe) {
  for (const std::string& name : testing::recipes_of_lists()) {
    const Recipe recipe = load_recipe(name);
    add(name, testing::random_generator(recipe), 7);
    add(name, testing::random_discriminator(recipe), 7);
  }
  compare();
}

TEST_F(OnnxRuntime, computes_what_the_plain_layers_do_for_every_layer_type) {
  Network network("generator", testing::every_layer(), {6}, 1);
  testing::disturb(network, 2);
  add("every layer", network, 1);
  add("every layer", network, 7);
  compare();
}

}  // namespace
}  // namespace belamy
