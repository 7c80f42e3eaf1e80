#include "belamy/sampling/translation.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>

#include "belamy/data/two_sides.h"
#include "tests/support/errors.h"

namespace belamy {
namespace {

using testing::expect_error;

/// A game that could only translate.
class PictureGame : public Game {
 public:
  explicit PictureGame(int64_t channels) : channels_(channels) {}

  Shape sample_shape() const override { return {channels_, 12, 12}; }

  int64_t batches_per_round() const override { return 1; }
  RoundReport play(const Batch&, bool) override { return {}; }
  at::Tensor sample(int64_t, RandomStream&) const override { return {}; }
  std::vector<const Network*> networks() const override { return {}; }
  double multiply_adds_per_round() const override { return 0; }
  GameState state() const override { return {}; }
  void load_state(const GameState&, const std::string&) override {}
  void load_sampler(const GameState&, const std::string&) override {}

 private:
  int64_t channels_;
};

/// Translates A to B by inverting every value, B to A by leaving it, whatever a picture's size.
class InvertingGame final : public PictureGame {
 public:
  using PictureGame::PictureGame;
  at::Tensor translate(const at::Tensor& images, Direction direction) const override {
    EXPECT_EQ(images.size(1), sample_shape()[0]);
    EXPECT_EQ(images.size(2) % 4 + images.size(3) % 4, 0) << "sides that networks can halve twice";
    return direction == Direction::kAToB ? -images : images;
  }
};

constexpr ByteRange kRange{-1, 1};

Image translated(int64_t channels, const Image& picture) {
  return translate_picture(InvertingGame(channels), picture, {Direction::kAToB, kRange});
}

TEST(TranslatePicture, of_any_size_keeps_it_and_each_pixel_its_place) {
  Image picture = blank_image(17, 5, 3);
  for (size_t i = 0; i < picture.pixels.size(); ++i) picture.pixels[i] = static_cast<uint8_t>(i);
  const Image made = translated(3, picture);
  ASSERT_EQ(made.height, 17);
  ASSERT_EQ(made.width, 5);
  for (size_t i = 0; i < picture.pixels.size(); ++i) {
    EXPECT_EQ(made.pixels[i], 255 - picture.pixels[i]) << i;
  }
}

TEST(TranslatePicture, transparency_lies_on_white) {
  Image picture = blank_image(16, 16, 4);  // black
  for (size_t i = 3; i < picture.pixels.size(); i += 4) picture.pixels[i] = 0;
  picture.pixels[3] = 255;
  const Image made = translated(3, picture);
  EXPECT_EQ(made.channels, 3);
  EXPECT_EQ(made.pixels[0], 255) << "opaque black, inverted";
  EXPECT_EQ(made.pixels[3], 0) << "nothing, so white, inverted";
}

TEST(TranslatePicture, grey_is_taken_as_coloured_and_colour_is_not_taken_as_grey) {
  Image grey = blank_image(16, 16, 1);
  grey.pixels[5] = 200;
  const Image made = translated(3, grey);
  EXPECT_EQ(made.channels, 3);
  for (const size_t c : {15u, 16u, 17u}) EXPECT_EQ(made.pixels[c], 55);
  expect_error(ErrorKind::kData, {"in colour", "to grey"},
               [] { translated(1, blank_image(16, 16, 3)); });
}

/// Darkens the left half of every picture.
class OneSidedGame final : public PictureGame {
 public:
  using PictureGame::PictureGame;
  at::Tensor translate(const at::Tensor& images, Direction) const override {
    at::Tensor made = images.clone();
    made.narrow(3, 0, images.size(3) / 2).sub_(0.5);
    return made;
  }
};

TEST(TranslatePicture, a_self_ensemble_halves_what_is_done_to_one_side_only_and_mirrors_nothing) {
  Image picture = blank_image(16, 16, 3);
  for (size_t i = 0; i < picture.pixels.size(); ++i) {
    picture.pixels[i] = static_cast<uint8_t>(100 + i % 150);
  }
  const Image made = translate_picture(OneSidedGame(3), picture,
                                       {Direction::kAToB, kRange, {.self_ensemble = true}});
  for (size_t i = 0; i < picture.pixels.size(); ++i) {
    EXPECT_NEAR(made.pixels[i], picture.pixels[i] - 0.25 * 127.5, 1) << i;
  }
}

TEST(TranslatePicture, goes_as_far_as_asked) {
  Image picture = blank_image(16, 16, 3);
  for (uint8_t& value : picture.pixels) value = 100;
  const auto made = [&](double strength) {
    const TranslationOptions options{Direction::kAToB, kRange, {.strength = strength}};
    return static_cast<int>(translate_picture(InvertingGame(3), picture, options).pixels[40]);
  };
  EXPECT_EQ(made(0), 100);
  EXPECT_NEAR(made(0.2), 100 + 0.2 * 55, 1);
  EXPECT_EQ(made(1), 155);
  EXPECT_NEAR(made(2), 210, 1);
}

/// Stripes; B's are brighter by `shift` of 255.
std::unique_ptr<ImageBytes> stripes(uint8_t shift, const std::vector<std::string>& names) {
  std::vector<uint8_t> pixels;
  for (size_t i = 0; i < names.size() * 144; ++i) {
    pixels.push_back(static_cast<uint8_t>(50 + 10 * (i % 3) + shift));
  }
  auto images =
      std::make_unique<ImageBytes>(SampleShape{{1, 12, 12}}, pixels, Labels{}, kRange, "stripes");
  images->set_sample_names(names);
  return images;
}

TEST(JudgeTranslation, measures_against_the_truth_beside_doing_nothing_and_shifting_colours) {
  const TwoSides data(stripes(0, {"x", "y"}), stripes(40, {"x", "y"}));
  const InvertingGame game(1);
  const auto forth = judge_translation(game, data, {Direction::kAToB, kRange, {.strength = 0.5}});
  ASSERT_EQ(forth.size(), 4u);
  EXPECT_EQ(forth[0].method, "translated");
  EXPECT_EQ(forth[0].count, 2);
  // Stripes 50, 60, 70 and inverted ones 205, 195, 185 against 90, 100, 110.
  EXPECT_NEAR(forth[0].difference.mean_absolute_error, (37.5 + 27.5 + 17.5) / 3, 1);
  EXPECT_EQ(forth[1].method, "whole");
  EXPECT_NEAR(forth[1].difference.mean_absolute_error, (115 + 95 + 75) / 3.0, 1e-6);
  EXPECT_EQ(forth[2].method, "nothing");
  EXPECT_NEAR(forth[2].difference.mean_absolute_error, 40, 1e-6);
  EXPECT_NEAR(forth[2].difference.psnr, 20 * std::log10(255 / 40.0), 1e-6);
  EXPECT_EQ(forth[3].method, "mean_color_shift");
  EXPECT_EQ(forth[3].difference.mean_absolute_error, 0);
  EXPECT_EQ(forth[3].difference.psnr, 100);
  EXPECT_NEAR(forth[3].difference.ssim, 1, 1e-9);
  const auto back = judge_translation(game, data, {Direction::kBToA, kRange});
  EXPECT_NEAR(back[0].difference.mean_absolute_error, 40, 1e-6) << "leaves B as it is";
  EXPECT_EQ(back[3].difference.mean_absolute_error, 0);
}

TEST(JudgeTranslation, without_counterparts_there_is_no_truth) {
  const TwoSides data(stripes(0, {"x", "y"}), stripes(40, {"x", "z"}));
  expect_error(ErrorKind::kUsage, {"no truth"}, [&] {
    judge_translation(InvertingGame(1), data, {Direction::kAToB, kRange});
  });
}

TEST(Direction, is_a2b_or_b2a) {
  EXPECT_EQ(direction_of("b2a"), Direction::kBToA);
  expect_error(ErrorKind::kUsage, {"a2b or b2a", "'a2c'"}, [] { direction_of("a2c"); });
}

}  // namespace
}  // namespace belamy
