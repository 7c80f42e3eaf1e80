#include "belamy/nn/graph.h"

#include <ATen/ATen.h>

#include "belamy/nn/network.h"
#include "belamy/nn/summary.h"
#include "tests/support/errors.h"

namespace belamy {
namespace {

using testing::error_of;

DenseOptions dense(int64_t units, ActivationOptions activation = Linear{}) {
  DenseOptions options;
  options.units = units;
  options.activation = activation;
  return options;
}

// tanh(x W) + x, then a last layer.
NetworkGraph residual() {
  NetworkGraph graph;
  graph.inputs = {{3}};
  const size_t first = graph.add_layer(dense(3), 0);
  const size_t branch = graph.add_layer(dense(3, Tanh{}), first);
  graph.add_layer(dense(1, Sigmoid{}), graph.add_join(Join::kAdd, {first, branch}));
  return graph;
}

at::Tensor by_hand(const Network& network, const at::Tensor& x, const char* layer) {
  at::Tensor weight, bias;
  for (const NamedTensor& held : network.state()) {
    if (held.name == std::string(layer) + ".weight") weight = held.tensor;
    if (held.name == std::string(layer) + ".bias") bias = held.tensor;
  }
  return x.mm(weight.t()) + bias;
}

TEST(Graph, a_residual_branch_is_added_to_what_it_left) {
  const Network network("net", residual(), 1);
  const at::Tensor x = at::randn({5, 3});
  const at::Tensor h = by_hand(network, x, "dense_1");
  const at::Tensor sum = h + by_hand(network, h, "dense_2").tanh();
  const at::Tensor logit = by_hand(network, sum, "dense_3");
  EXPECT_TRUE(at::allclose(network.logits(x, {}), logit, 1e-5, 1e-6));
  EXPECT_TRUE(at::allclose(network.forward(x, {}), logit.sigmoid(), 1e-5, 1e-6));
  EXPECT_TRUE(at::allclose(network.plain_forward(x, {}), logit.sigmoid(), 1e-5, 1e-6));
}

TEST(Graph, an_activation_inside_is_not_taken_for_the_last_one) {
  const Network network("net", residual(), 1);
  EXPECT_TRUE(std::holds_alternative<Sigmoid>(network.final_activation()));
  NetworkGraph graph;
  graph.inputs = {{3}};
  const size_t branch = graph.add_layer(dense(3, Tanh{}), 0);
  graph.add_join(Join::kAdd, {0, branch});
  const Network ends_in_sum("net", graph, 1);
  const at::Tensor x = at::randn({4, 3});
  EXPECT_TRUE(std::holds_alternative<Linear>(ends_in_sum.final_activation()));
  EXPECT_TRUE(at::allclose(ends_in_sum.logits(x, {}), x + by_hand(ends_in_sum, x, "dense_1").tanh(),
                           1e-5, 1e-6));
}

TEST(Graph, several_inputs_are_joined_and_their_inner_product_taken) {
  NetworkGraph graph;
  graph.inputs = {{2}, {3}};
  const size_t both = graph.add_join(Join::kConcatenate, {0, 1});
  graph.add_join(Join::kDot, {both, both});
  const Network network("net", graph, 1);
  const at::Tensor a = at::randn({4, 2}), b = at::randn({4, 3});
  const at::Tensor expected = (a.square().sum(1) + b.square().sum(1)).unsqueeze(1);
  EXPECT_TRUE(at::allclose(network.forward({a, b}, {}), expected, 1e-5, 1e-6));
  EXPECT_NE(error_of(ErrorKind::kShape, [&] { network.forward(a, {}); }).find("takes 2 inputs"),
            std::string::npos);
}

TEST(Graph, branches_that_do_not_fit_are_refused_with_both_shapes) {
  NetworkGraph graph;
  graph.inputs = {{3}};
  const size_t wide = graph.add_layer(dense(4), 0);
  graph.add_join(Join::kAdd, {0, wide});
  const std::string message =
      error_of(ErrorKind::kShape, [&] { infer_shapes("generator", graph); });
  EXPECT_NE(message.find("generator (Add): 3 and 4 do not fit"), std::string::npos) << message;
}

TEST(Graph, equal_seeds_give_a_list_and_its_graph_equal_weights) {
  const std::vector<LayerOptions> layers = {dense(4, Tanh{}), dense(2)};
  const Network list("net", layers, {3}, 7), graph("net", chain(layers, {3}), 7);
  for (size_t i = 0; i < list.state().size(); ++i) {
    EXPECT_EQ(list.state()[i].name, graph.state()[i].name);
    EXPECT_TRUE(at::equal(list.state()[i].tensor, graph.state()[i].tensor));
  }
}

TEST(Graph, a_summary_tells_what_a_join_takes_but_not_in_a_chain) {
  const std::string text = summary_text(Network("net", residual(), 1));
  EXPECT_NE(text.find("add_1 (Add)"), std::string::npos) << text;
  EXPECT_NE(text.find("dense_1, dense_2"), std::string::npos) << text;
  const std::string plain = summary_text(Network("net", {dense(2)}, {3}, 1));
  EXPECT_EQ(plain.find("Connected"), std::string::npos) << plain;
}

}  // namespace
}  // namespace belamy
