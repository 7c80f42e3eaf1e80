#include "belamy/models/architecture.h"

#include <ATen/ATen.h>

#include "belamy/games/player.h"
#include "belamy/nn/network.h"
#include "tests/support/errors.h"

namespace belamy {
namespace {

using testing::error_of;

int64_t trained(const Network& network) {
  int64_t count = 0;
  for (const Network::Row& row : network.rows()) count += row.trainable;
  return count;
}

PlayerOptions player(ArchitectureOptions architecture) {
  PlayerOptions options;
  options.architecture = std::move(architecture);
  return options;
}

TEST(Dcgan, has_the_papers_channels_at_full_width) {
  const auto layers = dcgan_generator({}, {3, 64, 64});
  std::vector<int64_t> channels;
  for (const Shape& shape : infer_shapes("generator", layers, {100})) {
    if (shape.size() == 3 && (channels.empty() || channels.back() != shape[0])) {
      channels.push_back(shape[0]);
    }
  }
  EXPECT_EQ(channels, (std::vector<int64_t>{1024, 512, 256, 128, 3}));
}

TEST(Dcgan, has_the_parameters_counted_by_hand) {
  const DcganOptions narrow{.filters = 2, .kernel = 5};
  // 100·(16·16), BN 2·16; 25·16·8, BN 2·8; 25·8·4, BN 2·4; 25·4·2, BN 2·2; 25·2·3 + 3
  const Network generator("generator", dcgan_generator(narrow, {3, 64, 64}), {100}, 1);
  EXPECT_EQ(trained(generator), 25600 + 32 + 3200 + 16 + 800 + 8 + 200 + 4 + 153);
  // 25·3·2 + 2; 25·2·4, BN 8; 25·4·8, BN 16; 25·8·16, BN 32; 16·16 + 1
  const Network discriminator("discriminator", dcgan_discriminator(narrow, {3, 64, 64}, {1}),
                              {3, 64, 64}, 1);
  EXPECT_EQ(trained(discriminator), 152 + 200 + 8 + 800 + 16 + 3200 + 32 + 257);
}

TEST(Dcgan, refuses_sizes_that_do_not_halve_to_four) {
  for (const Shape& shape : {Shape{3, 48, 48}, Shape{3, 64, 32}, Shape{1, 4, 4}, Shape{2}}) {
    EXPECT_NE(error_of(ErrorKind::kShape, [&] { dcgan_generator({}, shape); }).find("8, 16, 32"),
              std::string::npos);
  }
}

TEST(PatchDiscriminator, judges_patches_of_the_stated_size) {
  // The receptive field, grown backwards from one logit.
  for (const auto& [halvings, field] : {std::pair{1, 16}, std::pair{2, 34}, std::pair{3, 70}}) {
    int64_t side = 1;
    const auto layers = patch_discriminator({.filters = 4, .layers = halvings});
    for (auto layer = layers.rbegin(); layer != layers.rend(); ++layer) {
      const auto* conv = std::get_if<ConvOptions>(&*layer);
      if (conv != nullptr) side = (side - 1) * conv->strides[0] + conv->kernel[0];
    }
    EXPECT_EQ(side, field);
  }
}

TEST(PatchDiscriminator, has_the_published_number_of_parameters) {
  const Network network("discriminator", patch_discriminator({}), {3, 64, 64}, 1);
  EXPECT_EQ(trained(network), 2'764'737);  // CycleGAN's basic discriminator, 70×70
}

TEST(Resnet, has_the_published_number_of_parameters) {
  // CycleGAN's resnet_9blocks has 11,378,179 with a bias before every normalisation, where they do
  // nothing: 64 + 128 + 256 + 9·2·256 + 128 + 64 of them.
  const Network network("generator", resnet_generator({.filters = 64, .blocks = 9}, {3, 64, 64}, 3),
                        1);
  EXPECT_EQ(trained(network), 11'378'179 - (64 + 128 + 256 + 9 * 2 * 256 + 128 + 64));
}

TEST(Resnet, grows_images_by_repeated_pixels_with_as_many_parameters) {
  const ResnetOptions nearest{.filters = 8, .blocks = 1, .upsampling = "nearest"};
  const Network network("generator", resnet_generator(nearest, {3, 16, 20}, 3), 1);
  const Network paper("generator", resnet_generator({.filters = 8, .blocks = 1}, {3, 16, 20}, 3),
                      1);
  EXPECT_EQ(trained(network), trained(paper));
  const at::Tensor x = at::rand({2, 3, 16, 20}) * 2 - 1;
  EXPECT_EQ(network.forward(x, {}).sizes(), x.sizes());
  EXPECT_TRUE(at::allclose(network.forward(x, {}), network.plain_forward(x, {}), 1e-3, 1e-4));
}

TEST(Resnet, a_residual_one_leaves_images_nearly_as_they_are_at_first) {
  const ResnetOptions residual{.filters = 8, .blocks = 1, .residual = true};
  const Network network("generator", resnet_generator(residual, {3, 16, 20}, 3), 1);
  const Network paper("generator", resnet_generator({.filters = 8, .blocks = 1}, {3, 16, 20}, 3),
                      1);
  EXPECT_EQ(trained(network), trained(paper));
  const at::Tensor x = at::rand({2, 3, 16, 20}) * 2 - 1;
  const at::Tensor change = network.forward(x, {}) - x;
  EXPECT_GT(change.abs().max().item<double>(), 0);
  EXPECT_LT(change.abs().mean().item<double>(), 0.1);
  EXPECT_TRUE(at::allclose(network.forward(x, {}), network.plain_forward(x, {}), 1e-3, 1e-4));
  EXPECT_THROW(Network("generator", resnet_generator(residual, {3, 16, 20}, 1), 1),
               LayerShapeError);
}

TEST(Resnet, its_compiled_stages_compute_what_its_layers_mean) {
  const Network network("generator", resnet_generator({.filters = 4, .blocks = 2}, {3, 16, 20}, 3),
                        1);
  const at::Tensor x = at::rand({2, 3, 16, 20}) * 2 - 1;
  EXPECT_TRUE(at::allclose(network.forward(x, {}), network.plain_forward(x, {}), 1e-3, 1e-4));
  const at::Tensor narrow = network.forward(x, {.precision = Precision::kBf16});
  EXPECT_LT((narrow - network.forward(x, {})).abs().max().item<double>(), 0.1);
}

TEST(CganMlp, takes_z_and_class_through_layers_of_their_own) {
  const PlayerOptions mlp = player(CganMlpOptions{});
  const Network generator("generator",
                          generator_graph(mlp, {100}, {1, 28, 28}, Condition::kInput, 10), 1);
  // z 100·200 + 200, class 10·1000 + 1000, joined 1200·1200 + 1200, pixels 1200·784 + 784
  EXPECT_EQ(trained(generator), 20'200 + 11'000 + 1'441'200 + 941'584);
  const Network discriminator("discriminator",
                              discriminator_graph(mlp, {1, 28, 28}, Condition::kInput, 10), 1);
  // maxout 785·1200, 11·250, 291·960; 241
  EXPECT_EQ(trained(discriminator), 942'000 + 2'750 + 279'360 + 241);
  EXPECT_NE(error_of(ErrorKind::kRecipe,
                     [&] {
                       generator_graph(mlp, {100}, {1, 28, 28}, Condition::kNone, 0);
                     })
                .find("game.condition"),
            std::string::npos);
}

TEST(Player, layers_and_an_architecture_together_are_refused) {
  PlayerOptions both = player(DcganOptions{});
  both.layers = {FlattenOptions{}};
  EXPECT_NE(error_of(ErrorKind::kRecipe,
                     [&] {
                       generator_graph(both, {100}, {3, 64, 64}, Condition::kNone, 0);
                     })
                .find("layers = []"),
            std::string::npos);
}

TEST(Player, an_architecture_for_another_role_is_refused) {
  EXPECT_NE(
      error_of(ErrorKind::kRecipe,
               [] {
                 generator_graph(player(PatchOptions{}), {100}, {3, 64, 64}, Condition::kNone, 0);
               })
          .find("discriminators"),
      std::string::npos);
  EXPECT_NE(
      error_of(ErrorKind::kRecipe,
               [] {
                 generator_graph(player(ResnetOptions{}), {100}, {3, 64, 64}, Condition::kNone, 0);
               })
          .find("cycle"),
      std::string::npos);
}

// A class's plane is one where it is asked for: the joined input has all of them.
TEST(Player, the_class_reaches_the_discriminator_as_planes_and_as_a_projection) {
  PlayerOptions flat;
  flat.layers = {FlattenOptions{}};
  DenseOptions one;
  one.units = 1;
  PlayerOptions judge = flat;
  judge.layers.push_back(one);
  const NetworkGraph planes = discriminator_graph(judge, {1, 4, 4}, Condition::kInput, 3);
  EXPECT_EQ(infer_shapes("discriminator", planes)[5], (Shape{64}));  // (1 + 3)·4·4
  const Network projected("discriminator",
                          discriminator_graph(flat, {1, 4, 4}, Condition::kProjection, 3), 1);
  const at::Tensor x = at::randn({2, 1, 4, 4}), y = at::eye(3).narrow(0, 1, 2);
  const at::Tensor features = x.flatten(1);
  const auto& state = projected.state();  // dense_1.weight, .bias; dense_2.weight
  const at::Tensor expected = features.mm(state[0].tensor.t()) + state[1].tensor +
                              (features * y.mm(state[2].tensor.t())).sum(1, /*keepdim=*/true);
  EXPECT_TRUE(at::allclose(projected.logits({x, y}, {}), expected, 1e-5, 1e-5));
}

TEST(Player, an_auxiliary_discriminator_must_end_in_a_number_a_class_more) {
  PlayerOptions judge;
  DenseOptions dense;
  dense.units = 3;
  judge.layers = {dense};
  EXPECT_NE(error_of(ErrorKind::kShape,
                     [&] { discriminator_graph(judge, {2}, Condition::kAuxiliary, 3); })
                .find("end in 4 numbers"),
            std::string::npos);
}

}  // namespace
}  // namespace belamy
