#include "belamy/latent/class_means.h"

#include "tests/sampling/latent_samplers.h"
#include "tests/support/errors.h"

namespace belamy {
namespace {

const testing::LinearSampler kSampler(at::eye(3, at::kFloat), LatentPrior::kNormal);

// The class is the place of the largest number.
at::Tensor largest(const at::Tensor& samples) {
  return samples;
}

TEST(ClassMeans, vectors_are_sorted_by_the_class_of_what_they_become) {
  RandomStream random(1, "z");
  const at::Tensor z = kSampler.draw_latent(700, random);
  const ClassifiedLatent found = classify_latent(kSampler, z, largest);
  EXPECT_EQ(found.classes, 3);
  ASSERT_EQ(found.predicted.size(), 700u);
  int64_t total = 0;
  for (int64_t c = 0; c < 3; ++c) {
    const at::Tensor rows = found.of_class(c);
    total += rows.size(0);
    EXPECT_TRUE(at::equal(rows.argmax(1), at::full({rows.size(0)}, c, at::kLong)));
  }
  EXPECT_EQ(total, 700);
  EXPECT_EQ(found.of_class(9).size(0), 0);
}

TEST(ClassMeans, the_first_is_of_all_and_the_others_of_some) {
  RandomStream random(1, "z");
  const at::Tensor z = kSampler.draw_latent(1000, random);
  const at::Tensor means = class_means(z, 200, 25, random);
  EXPECT_TRUE(at::allclose(means[0], z.mean(0)));
  // Means of 25 of variance 1 scatter with variance 1/25.
  EXPECT_NEAR(means.narrow(0, 1, 199).var(0, true).mean().item<double>(), 0.04, 0.008);
  testing::error_of(ErrorKind::kUsage, [&] { class_means(z.narrow(0, 0, 0), 1, 1, random); });
}

TEST(ClassMeans, prior_length_is_that_of_the_priors_vectors) {
  EXPECT_DOUBLE_EQ(prior_length(100, LatentPrior::kNormal), 10);
  EXPECT_DOUBLE_EQ(prior_length(75, LatentPrior::kUniform), 5);
  const at::Tensor z = at::tensor(std::vector<float>{0.3f, 0.4f, 0, 0}).view({1, 4});
  const at::Tensor normal = at_prior_length(z, LatentPrior::kNormal)[0];
  EXPECT_NEAR(normal[0].item<double>(), 1.2, 1e-6);
  EXPECT_NEAR(normal[1].item<double>(), 1.6, 1e-6);
  // Uniform: length sqrt(4/3), so 0.6928 and 0.9238.
  EXPECT_NEAR(at_prior_length(z, LatentPrior::kUniform)[0][1].item<double>(), 0.92376, 1e-5);
  const at::Tensor peak = at::tensor(std::vector<float>{1, 0, 0, 0}).view({1, 4});
  EXPECT_EQ(at_prior_length(peak, LatentPrior::kUniform)[0][0].item<float>(), 1);
  EXPECT_EQ(at_prior_length(at::zeros({1, 4}), LatentPrior::kNormal).abs().sum().item<float>(), 0);
}

}  // namespace
}  // namespace belamy
