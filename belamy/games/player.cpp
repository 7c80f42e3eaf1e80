#include "belamy/games/player.h"

#include "belamy/core/error.h"

namespace belamy {
namespace {

void require_one_description(const PlayerOptions& player, const std::string& name) {
  if (player.layers.empty() || !player.architecture) return;
  fail(ErrorKind::kRecipe,
       "{} has both layers and an architecture; leave one out, or empty the list by {}.layers = []",
       name, name);
}

/// Layers to be put into a graph; those that a recipe lists know their places.
struct Body {
  std::vector<LayerOptions> layers;
  bool listed = false;

  size_t add_to(NetworkGraph& graph, size_t from) const {
    for (size_t i = 0; i < layers.size(); ++i) {
      from = graph.add_layer(layers[i], from);
      if (listed) graph.nodes.back().listed = i;
    }
    return from;
  }
};

// Nothing for an architecture that is no list.
std::optional<Body> body_of(const PlayerOptions& player, const NetworkRole& role) {
  require_one_description(player, role.name);
  if (!player.architecture) return Body{player.layers, true};
  const auto layers = architecture_layers(*player.architecture, role);
  if (!layers) return std::nullopt;
  return Body{*layers, false};
}

NetworkGraph chain_of(const Body& body, const Shape& input) {
  NetworkGraph graph;
  graph.inputs = {input};
  body.add_to(graph, 0);
  return graph;
}

size_t last_listed(const NetworkGraph& graph) {
  size_t last = 0;
  for (const GraphNode& node : graph.nodes) last = node.listed.value_or(last);
  return last;
}

constexpr size_t kSample = 0, kClass = 1;  // the inputs of a network that is told the class

// The class beside the sample: as planes of an image, as further numbers of flat values.
size_t join_class(NetworkGraph& graph) {
  const Shape& sample = graph.inputs[kSample];
  size_t joined = kClass;
  if (sample.size() == 3) {
    const int64_t classes = graph.inputs[kClass][0];
    joined = graph.add_layer(ReshapeOptions{.shape = {classes, 1, 1}}, joined);
    joined = graph.add_layer(UpsampleOptions{.factor = {sample[1], sample[2]}}, joined);
  }
  return graph.add_join(Join::kConcatenate, {kSample, joined});
}

NetworkGraph projection(const Body& body, const Shape& sample, int64_t classes) {
  NetworkGraph graph;
  graph.inputs = {sample, {classes}};
  const size_t features = body.add_to(graph, kSample);
  const Shape shape = infer_shapes("discriminator", graph).back();
  if (shape.size() != 1) {
    throw LayerShapeError(
        fmt::format("with game.condition = \"projection\" the discriminator must end in features, "
                    "for example by {{ type = \"flatten\" }}; it ends in {}",
                    shape_text(shape)),
        last_listed(graph), "discriminator");
  }
  DenseOptions judge, embedding;
  judge.units = 1;
  embedding.units = shape[0];
  embedding.use_bias = false;
  const size_t logit = graph.add_layer(judge, features);
  const size_t embedded = graph.add_layer(embedding, kClass);
  const size_t product = graph.add_join(Join::kDot, {features, embedded});
  graph.add_join(Join::kAdd, {logit, product});
  return graph;
}

void check_generator(const NetworkGraph& graph, const Shape& sample) {
  const Shape made = infer_shapes("generator", graph).back();
  if (made == sample) return;
  throw LayerShapeError(
      fmt::format("the generator makes {}, the data are {}", shape_text(made), shape_text(sample)),
      last_listed(graph), "generator");
}

void check_discriminator(const NetworkGraph& graph, Condition condition, int64_t classes) {
  const Shape judged = infer_shapes("discriminator", graph).back();
  const size_t last = last_listed(graph);
  const bool names_class = condition == Condition::kAuxiliary;
  if (judged != Shape{names_class ? 1 + classes : 1}) {
    throw LayerShapeError(
        names_class
            ? fmt::format("the discriminator must end in {} numbers, one for real and one a class, "
                          "for example a dense layer of {} units; it ends in {}",
                          1 + classes, 1 + classes, shape_text(judged))
            : fmt::format("the discriminator must end in one number, for example a dense layer of "
                          "1 unit; it ends in {}",
                          shape_text(judged)),
        last, "discriminator");
  }
  const ActivationOptions activation = final_activation(graph);
  if (!std::holds_alternative<Sigmoid>(activation) && !std::holds_alternative<Linear>(activation)) {
    throw LayerShapeError(
        "the discriminator's last activation must be sigmoid (or linear, for logits)", last,
        "discriminator");
  }
}

}  // namespace

Condition condition_of(const std::string& word) {
  if (word == "input") return Condition::kInput;
  if (word == "auxiliary") return Condition::kAuxiliary;
  if (word == "projection") return Condition::kProjection;
  return Condition::kNone;
}

NetworkGraph player_graph(const PlayerOptions& player, const NetworkRole& role) {
  const auto body = body_of(player, role);
  return body ? chain_of(*body, role.input) : architecture_graph(*player.architecture, role);
}

NetworkGraph generator_graph(const PlayerOptions& player, const Shape& latent, const Shape& sample,
                             Condition condition, int64_t classes) {
  const bool is_told = condition != Condition::kNone;
  const NetworkRole role{"generator", true, latent, sample, is_told ? classes : 0};
  const auto body = body_of(player, role);
  NetworkGraph graph;
  if (!body) {
    graph = architecture_graph(*player.architecture, role);
  } else if (!is_told) {
    graph = chain_of(*body, latent);
  } else {
    graph.inputs = {latent, {classes}};
    body->add_to(graph, join_class(graph));
  }
  check_generator(graph, sample);
  return graph;
}

NetworkGraph discriminator_graph(const PlayerOptions& player, const Shape& sample,
                                 Condition condition, int64_t classes) {
  const bool is_told = condition == Condition::kInput || condition == Condition::kProjection;
  NetworkRole role{"discriminator", false, sample, {1}, is_told ? classes : 0};
  if (condition == Condition::kAuxiliary) role.output = {1 + classes};
  if (condition == Condition::kProjection) role.output = {};
  const auto body = body_of(player, role);
  NetworkGraph graph;
  if (!body) {
    graph = architecture_graph(*player.architecture, role);
  } else if (condition == Condition::kProjection) {
    graph = projection(*body, sample, classes);
  } else if (condition == Condition::kInput) {
    graph.inputs = {sample, {classes}};
    body->add_to(graph, join_class(graph));
  } else {
    graph = chain_of(*body, sample);
  }
  check_discriminator(graph, condition, classes);
  return graph;
}

}  // namespace belamy
