#include "belamy/nn/summary.h"

#include <gtest/gtest.h>

#include "belamy/recipe/recipe.h"

namespace belamy {
namespace {

struct Totals {
  int64_t trainable = 0;
  int64_t non_trainable = 0;
};

Totals totals(const Network& network) {
  Totals sum;
  for (const Network::Row& row : network.rows()) {
    sum.trainable += row.trainable;
    sum.non_trainable += row.non_trainable;
  }
  return sum;
}

void expect_totals(const char* recipe, Totals generator, Totals discriminator) {
  SCOPED_TRACE(recipe);
  const auto game = make_game(load_recipe(recipe), {1, 28, 28});
  const Totals g = totals(*game->networks()[0]), d = totals(*game->networks()[1]);
  EXPECT_EQ(g.trainable, generator.trainable);
  EXPECT_EQ(g.non_trainable, generator.non_trainable);
  EXPECT_EQ(d.trainable, discriminator.trainable);
  EXPECT_EQ(d.non_trainable, discriminator.non_trainable);
}

TEST(Summary, s1_has_the_published_totals) {
  // Generator 1,493,520 with 2 * (256 + 512 + 1024) moving statistics; discriminator 533,505.
  for (const char* recipe : {"s1-mlp", "s1-mlp-fashion"}) {
    expect_totals(recipe, {1'493'520 - 3'584, 3'584}, {533'505, 0});
  }
}

TEST(Summary, s2_has_the_totals_of_its_table) {
  // G: 100*100352+100352 | 3*3*128*128+128 | BN 128 | 3*3*128*64+64 | BN 64 | 3*3*64*1+1
  const int64_t generator =
      (10'035'200 + 100'352) + (147'456 + 128) + 256 + (73'728 + 64) + 128 + (576 + 1);
  // D: the seed's table begins 320, 18496, 256 (BN 64); then 73856, BN 128, 295168, BN 256, and
  // Dense on 256*4*4.
  const int64_t discriminator = 320 + 18'496 + 128 + 73'856 + 256 + 295'168 + 512 + 4'097;
  expect_totals("s2-dcgan-transpose", {generator, 2 * (128 + 64)},
                {discriminator, 2 * (64 + 128 + 256)});
}

TEST(Summary, s3_has_hand_computed_totals) {
  expect_totals("s3-scratch", {100 * 512 + 512 + 512 * 784 + 784, 0},
                {784 * 512 + 512 + 512 + 1, 0});
}

TEST(Summary, s4_and_s0_have_hand_computed_totals) {
  const int64_t generator = (100 * 1024 + 1024) + (1024 * 6272 + 6272) + 2 * 6272 +
                            (5 * 5 * 128 * 64 + 64) + (5 * 5 * 64 + 1);
  const int64_t discriminator =
      (25 * 64 + 64) + (25 * 64 * 128 + 128) + (5 * 5 * 128 * 1024 + 1024) + (1024 + 1);
  for (const char* recipe : {"s4-dcgan-rmsprop", "s0-dcgan-sgd"}) {
    expect_totals(recipe, {generator, 2 * 6272}, {discriminator, 0});
  }
}

TEST(Summary, prints_a_table_as_keras_does) {
  DenseOptions dense;
  dense.units = 256;
  const Network network("generator", {dense, BatchNormOptions{}}, {100}, 1);
  // clang-format off
  EXPECT_EQ(summary_text(network),
            "Network: \"generator\"\n"
            "_____________________________________________________________________________________\n"
            "Layer (type)                                Output Shape                      Param #\n"
            "=====================================================================================\n"
            "input                                       (None, 100)                             0\n"
            "dense_1 (Dense)                             (None, 256)                        25,856\n"
            "batch_normalization_1 (BatchNormalization)  (None, 256)                         1,024\n"
            "=====================================================================================\n"
            "Total params: 26,880\n"
            "Trainable params: 26,368\n"
            "Non-trainable params: 512\n"
            "Multiply-adds a sample: 25,600\n");
  // clang-format on
}

TEST(Summary, thousands_are_set_apart) {
  EXPECT_EQ(with_thousands(0), "0");
  EXPECT_EQ(with_thousands(999), "999");
  EXPECT_EQ(with_thousands(1000), "1,000");
  EXPECT_EQ(with_thousands(1493520), "1,493,520");
  EXPECT_EQ(with_thousands(-12345), "-12,345");
}

}  // namespace
}  // namespace belamy
