#include "belamy/export/export.h"

#include <ATen/ATen.h>

#include <nlohmann/json.hpp>

#include "belamy/core/file.h"
#include "belamy/weights/safetensors.h"
#include "tests/support/errors.h"
#include "tests/support/random_network.h"
#include "tests/support/temporary_folder.h"

namespace belamy {
namespace {

using testing::expect_error;
using testing::TemporaryFolder;

TEST(Export, safetensors_hold_the_weights_and_tell_what_to_do_with_them) {
  const TemporaryFolder folder;
  const Recipe recipe = load_recipe("s4-dcgan-rmsprop");
  const Network network = testing::random_generator(recipe);
  export_network(folder / "g.safetensors", ExportFormat::kSafetensors, network,
                 describe_network(recipe, network, 532));
  const Safetensors read = read_safetensors(folder / "g.safetensors");
  EXPECT_EQ(read.tensors.size(), network.state().size());
  EXPECT_EQ(read.metadata.at("format"), "pt");
  EXPECT_EQ(read.metadata.at("recipe"), "s4-dcgan-rmsprop");
  EXPECT_EQ(read.metadata.at("step"), "532");
  EXPECT_EQ(read.metadata.at("network"), "generator");
  EXPECT_EQ(read.metadata.at("input"), "latent vectors drawn from U(-1, 1)");
  EXPECT_EQ(read.metadata.at("input_shape"), "[100]");
  EXPECT_EQ(read.metadata.at("output_shape"), "[1,28,28]");
  EXPECT_EQ(read.metadata.at("output_range"), "[-1, 1]");
  const auto layers = nlohmann::json::parse(read.metadata.at("layers"));
  ASSERT_EQ(layers.size(), recipe.generator.layers.size());
  EXPECT_EQ(layers[0].at("name"), "dense_1");
  EXPECT_EQ(layers[0].at("type"), "dense");
  EXPECT_EQ(layers[0].at("units"), 1024);
  EXPECT_EQ(layers[0].at("activation").at("type"), "tanh");
}

TEST(Export, a_discriminator_is_described_by_what_it_judges) {
  const Recipe sigmoid = load_recipe("s1-mlp"), linear = load_recipe("ring");
  const auto told = describe_network(sigmoid, testing::random_discriminator(sigmoid), 1);
  EXPECT_EQ(told.input, "images, channels first");
  EXPECT_EQ(told.input_range, "[0, 1]");
  EXPECT_EQ(told.output, "probabilities of being real");
  EXPECT_EQ(told.output_range, "[0, 1]");
  const auto logits = describe_network(linear, testing::random_discriminator(linear), 1);
  EXPECT_EQ(logits.input, "points");
  EXPECT_EQ(logits.input_range, "");
  EXPECT_EQ(logits.output, "logits of being real");
  EXPECT_EQ(logits.output_range, "");
}

TEST(Export, every_format_is_written_and_nothing_beside_it) {
  const TemporaryFolder folder;
  const Network network = testing::random_generator(load_recipe("ring"));
  for (const char* word : {"safetensors", "torchscript", "onnx"}) {
    export_network(folder / word, export_format(word), network, {});
    EXPECT_GT(std::filesystem::file_size(folder / word), 1000u) << word;
  }
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 3);
}

TEST(Export, unknown_words_are_answered_with_the_known_ones) {
  expect_error(ErrorKind::kUsage, {"no format 'onx'; did you mean 'onnx'?"},
               [] { export_format("onx"); });
  expect_error(ErrorKind::kUsage, {"valid: safetensors, torchscript, onnx"},
               [] { export_format("keras"); });
  const auto game = make_game(load_recipe("ring"), {2});
  EXPECT_EQ(&find_network(*game, "discriminator"), game->networks().back());
  expect_error(ErrorKind::kUsage, {"'generater'; did you mean 'generator'?"},
               [&] { find_network(*game, "generater"); });
}

}  // namespace
}  // namespace belamy
