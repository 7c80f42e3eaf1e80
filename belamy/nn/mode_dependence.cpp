#include "belamy/nn/mode_dependence.h"

#include <algorithm>

namespace belamy {
namespace {

struct DependsOnMode {
  bool operator()(const BatchNormOptions&) const { return true; }
  bool operator()(const DropoutOptions& dropout) const { return dropout.rate > 0; }
  template <class Other>
  bool operator()(const Other& layer) const {
    if constexpr (requires { layer.spectral_norm; }) return layer.spectral_norm;
    return false;
  }
};

}  // namespace

bool depends_on_mode(const NetworkGraph& graph) {
  return std::ranges::any_of(graph.nodes, [](const GraphNode& node) {
    return node.layer.has_value() && std::visit(DependsOnMode{}, *node.layer);
  });
}

}  // namespace belamy
