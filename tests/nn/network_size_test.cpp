#include "belamy/nn/network_size.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "belamy/recipe/recipe_graphs.h"
#include "tests/support/random_network.h"

namespace belamy {
namespace {

void expect_as_built(const NetworkGraph& graph) {
  const Network network("generator", graph, 1);
  double weights = 0, kept = 0;
  for (const NamedTensor& held : network.state()) {
    weights += static_cast<double>(held.tensor.numel());
  }
  for (const Network::Row& row : network.rows()) {
    const bool is_affine = row.keras_name == "Dense" || row.keras_name.starts_with("Conv2D") ||
                           row.keras_name == "Maxout";
    if (is_affine) kept += static_cast<double>(elements(row.output));
  }
  const NetworkSize size = network_size("generator", graph);
  EXPECT_EQ(size.weights, weights);
  EXPECT_EQ(size.kept, kept);
}

TEST(NetworkSize, is_what_is_then_built) {
  expect_as_built(chain(testing::every_layer(), {6}));
  for (const BuiltinRecipe& builtin : builtin_recipes()) {
    SCOPED_TRACE(builtin.name);
    const Recipe recipe = load_recipe(builtin.name);
    const RecipeGraphs graphs = recipe_graphs(recipe, recipe_sample_shape(recipe));
    expect_as_built(graphs.generator);
    expect_as_built(graphs.discriminator);
  }
}

TEST(NetworkSize, sizes_beyond_all_integers_are_told) {
  ConvOptions conv;
  conv.filters = 1 << 16;
  conv.kernel = {1024};
  conv.padding = "same";
  const NetworkSize size = network_size("generator", chain({conv}, {1 << 16, 1, 1}));
  EXPECT_EQ(size.weights, 0x1p52 + 0x1p16);
  DenseOptions dense;
  dense.units = 1 << 24;
  EXPECT_EQ(network_size("generator", chain({dense, dense}, {1 << 24})).weights,
            2 * (0x1p48 + 0x1p24));
}

}  // namespace
}  // namespace belamy
