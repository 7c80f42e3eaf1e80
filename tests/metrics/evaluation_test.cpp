#include "belamy/metrics/evaluation.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "belamy/core/file.h"
#include "belamy/metrics/class_consistency.h"
#include "belamy/metrics/perceptual_path_length.h"
#include "belamy/metrics/pixel_statistics.h"
#include "tests/metrics/tables.h"
#include "tests/support/errors.h"
#include "tests/support/temporary_folder.h"

namespace belamy {
namespace {

using testing::expect_error;
using testing::normal_features;
using testing::table_of;

/// Images of one brightness each, in -1..1.
std::unique_ptr<ImageSource> brightness(int64_t count) {
  return generator_source({[](int64_t n, RandomStream& random) {
                             at::Tensor images = at::empty({n, 1, 4, 4}, at::kFloat);
                             for (int64_t i = 0; i < n; ++i) images[i].fill_(random.uniform());
                             return images;
                           },
                           {1, 4, 4},
                           {0, 1},
                           count,
                           5,
                           0,
                           {}});
}

TEST(Evaluation, every_metric_answers_with_an_interval_around_its_value) {
  testing::MetricFixture fixture;
  const EvaluationInput input{&fixture.real, &fixture.fake, &fixture.held_out, 1};
  for (const Metric& metric : metrics()) {
    const NamedScore scored = metric.score(input);
    EXPECT_TRUE(std::isfinite(scored.score.value)) << metric.name;
    EXPECT_LE(scored.score.ci.low, scored.score.ci.high) << metric.name;
    EXPECT_NEAR(static_cast<double>(scored.count), 42, 2) << metric.name;  // kid's blocks are equal
    EXPECT_EQ(metric.score(input).score.ci.low, scored.score.ci.low) << metric.name;
  }
}

TEST(Evaluation, a_mistyped_metric_is_answered_with_the_nearest) {
  expect_error(ErrorKind::kUsage, {"'fidd'", "'fid'"}, [] { find_metric("fidd"); });
}

TEST(Evaluation, memorization_without_held_out_images_is_refused) {
  const FeatureTable table = table_of(normal_features(20, 2, 1));
  const EvaluationInput input{&table, &table, nullptr, 1};
  expect_error(ErrorKind::kUsage, {"held-out"}, [&] { find_metric("memorization").score(input); });
}

TEST(ImageSource, of_a_generator_gives_the_same_images_again_in_256_levels) {
  const auto source = brightness(10);
  const at::Tensor first = at::cat({source->next(4).pixels, source->next(100).pixels});
  EXPECT_FALSE(source->next(1).pixels.defined());
  source->rewind();
  EXPECT_TRUE(at::equal(source->next(100).pixels, first));
  const at::Tensor levels = (first + 1) * 127.5;
  EXPECT_LT((levels - levels.round()).abs().max().item<double>(), 1e-4);
}

TEST(ImageSource, of_a_generator_with_classes_tells_the_class_of_each_image_in_turn) {
  GeneratorSource generator;
  generator.shape = {1, 2, 2};
  generator.range = {0, 2};
  generator.count = 8;
  generator.classes = 3;
  generator.draw_classes = [](const std::vector<int64_t>& labels, RandomStream&) {
    return at::tensor(labels).to(at::kFloat).view({-1, 1, 1, 1}).expand({-1, 1, 2, 2});
  };
  const auto source = generator_source(generator);
  const ImageSource::Images first = source->next(4), rest = source->next(4);
  EXPECT_TRUE(at::equal(first.labels, at::tensor({0, 1, 2, 0}, at::kLong)));
  EXPECT_TRUE(at::equal(rest.labels, at::tensor({1, 2, 0, 1}, at::kLong)));
  EXPECT_EQ(rest.pixels[1][0][1][1].item<float>(), 1.0f) << "class 2 is white";
  EXPECT_EQ(rest.pixels[2][0][0][0].item<float>(), -1.0f) << "class 0 is black";
}

TEST(ImageSource, picks_images_by_number) {
  const auto source = brightness(300);
  const at::Tensor all = source->next(300).pixels;
  const at::Tensor picked = pick_images(*source, std::vector<int64_t>{299, 0, 256});
  EXPECT_TRUE(at::equal(picked[0], all[299]));
  EXPECT_TRUE(at::equal(picked[1], all[0]));
  EXPECT_TRUE(at::equal(picked[2], all[256]));
}

TEST(ImageSource, more_images_than_there_are_cannot_be_asked_for) {
  const ImageBytes images({{1, 2, 2}}, std::vector<uint8_t>(12), {}, {}, "three images");
  expect_error(ErrorKind::kUsage, {"4 images", "there are 3"},
               [&] { dataset_source(images, 4, 0); });
}

TEST(ClassConsistency, is_the_share_of_images_that_are_read_as_they_were_meant) {
  FeatureTable fake = table_of(at::zeros({4, 1}));
  fake.logits = testing::sure_logits({0, 1, 2, 2}, 3);
  fake.labels = at::tensor({0, 1, 2, 0}, at::kLong);
  const Score score = class_consistency(fake, 1);
  EXPECT_EQ(score.value, 0.75);
  EXPECT_LT(score.ci.low, 0.75);
  EXPECT_EQ(score.ci.high, 1);
}

TEST(ClassConsistency, of_images_made_for_no_class_or_without_a_classifier_is_refused) {
  FeatureTable fake = table_of(at::zeros({4, 1}));
  fake.logits = testing::sure_logits({0, 1, 2, 2}, 3);
  expect_error(ErrorKind::kUsage, {"made for none"}, [&] { class_consistency(fake, 1); });
  fake.labels = at::tensor({0, 1, 2, 0}, at::kLong);
  fake.logits = at::Tensor();
  expect_error(ErrorKind::kUsage, {"classifier"}, [&] { class_consistency(fake, 1); });
}

TEST(PixelStatistics, of_flat_images_are_those_of_their_levels) {
  // Brightness -1 and 1 in equal parts: mean 0, deviation 1.
  FeatureTable table = table_of(at::zeros({4, 1}));
  table.pixel_mean = at::tensor({-1.0, 1.0, -1.0, 1.0}, at::kDouble);
  const PixelStatistics found = pixel_statistics(table, 1);
  EXPECT_EQ(found.mean.value, 0);
  EXPECT_EQ(found.standard_deviation.value, 1);
  EXPECT_LT(found.mean.ci.low, found.mean.ci.high);
}

TEST(FeatureTable, kept_in_a_file_comes_back_whole) {
  const testing::TemporaryFolder folder;
  testing::MetricFixture fixture;
  fixture.fake.pixel_mean = normal_features(fixture.fake.count(), 1, 1).squeeze(1);
  save_features(folder / "features.safetensors", fixture.fake);
  const FeatureTable back = load_features(folder / "features.safetensors");
  EXPECT_TRUE(at::equal(back.features, fixture.fake.features));
  EXPECT_TRUE(at::equal(back.logits, fixture.fake.logits));
  EXPECT_TRUE(at::equal(back.labels, fixture.fake.labels));
  EXPECT_TRUE(at::equal(back.pixel_mean, fixture.fake.pixel_mean));
}

TEST(FeatureTable, a_file_of_something_else_is_refused) {
  const testing::TemporaryFolder folder;
  write_file_atomically(folder / "features.safetensors", std::string_view("no"));
  EXPECT_THROW(load_features(folder / "features.safetensors"), Error);
}

TEST(FeatureTable, pixels_are_summed_up_image_by_image) {
  const auto source = brightness(6);
  const FeatureTable table = extract_features(*source, Extractor::random_features());
  source->rewind();
  const at::Tensor pixels = source->next(6).pixels.to(at::kDouble);
  EXPECT_EQ(table.count(), 6);
  EXPECT_TRUE(at::allclose(table.pixel_mean, pixels.mean({1, 2, 3})));
  EXPECT_TRUE(at::allclose(table.pixel_square, pixels.square().mean({1, 2, 3})));
}

// G(z) = z as an image of one pixel repeated: features move in proportion to z, and a step of
// epsilon along the line between two z moves them by |z1 - z0| times the extractor's slope.
TEST(PerceptualPathLength, does_not_depend_on_the_length_of_its_step) {
  const auto decode = [](const at::Tensor& z) { return (z * 0.2).view({-1, 1, 4, 4}).tanh(); };
  PathLengthOptions options;
  options.latent_size = 16;
  options.is_normal = false;
  options.count = 64;
  options.epsilon = 1e-2;
  const Extractor extractor = Extractor::random_features();
  const Score coarse = perceptual_path_length(decode, extractor, options);
  options.epsilon = 1e-3;
  const Score fine = perceptual_path_length(decode, extractor, options);
  EXPECT_GT(fine.value, 0);
  EXPECT_NEAR(coarse.value / fine.value, 1, 0.05);
}

TEST(PerceptualPathLength, of_a_generator_that_ignores_z_is_zero) {
  PathLengthOptions options;
  options.latent_size = 3;
  options.count = 10;
  const Score score = perceptual_path_length(
      [](const at::Tensor& z) {
        return at::zeros({z.size(0), 1, 8, 8}, at::kFloat);
      },
      Extractor::random_features(), options);
  EXPECT_EQ(score.value, 0);
}

}  // namespace
}  // namespace belamy
