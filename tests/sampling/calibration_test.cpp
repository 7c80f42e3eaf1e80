#include "belamy/sampling/calibration.h"

#include <cmath>

#include "belamy/core/rng.h"
#include "tests/support/errors.h"

namespace belamy {
namespace {

using Judged = std::vector<JudgedSample>;

double sigmoid(double x) {
  return 1 / (1 + std::exp(-x));
}

// Samples whose logits l are real with probability sigmoid(slope * l + offset).
Judged drawn(int count, double slope, double offset, uint64_t seed) {
  RandomStream random(seed, "judged");
  Judged samples;
  for (int i = 0; i < count; ++i) {
    const double logit = 3 * random.normal();
    samples.push_back({logit, random.uniform() < sigmoid(slope * logit + offset)});
  }
  return samples;
}

TEST(Calibration, logistic_recovers_the_line_that_made_the_labels) {
  const Calibration fitted = Calibration::fit("logistic", drawn(40'000, 0.5, -1, 1));
  for (const double logit : {-4.0, 0.0, 3.0}) {
    EXPECT_NEAR(fitted.logit(logit), 0.5 * logit - 1, 0.1);
  }
}

TEST(Calibration, isotonic_is_pooled_by_hand) {
  // In order of logits: fake | real, fake | real, real. The pair in the middle violates and is
  // pooled to 1/2 at logit 2.5; the others keep their kind, half a sample away from certain.
  const Calibration fitted =
      Calibration::fit("isotonic", {{5, true}, {1, false}, {2, true}, {3, false}, {4, true}});
  EXPECT_DOUBLE_EQ(fitted.probability(2.5), 0.5);
  EXPECT_DOUBLE_EQ(fitted.probability(-9), 0.5);  // one sample is not more certain than a coin
  EXPECT_DOUBLE_EQ(fitted.probability(9), 0.75);
  Judged many;
  for (int i = 0; i < 10; ++i) many.push_back({0, i < 2});
  for (int i = 0; i < 10; ++i) many.push_back({1, i < 6});
  const Calibration two = Calibration::fit("isotonic", many);
  EXPECT_DOUBLE_EQ(two.probability(0), 0.2);
  EXPECT_DOUBLE_EQ(two.probability(1), 0.6);
  EXPECT_DOUBLE_EQ(two.probability(0.25), 0.3);  // linear between
  EXPECT_DOUBLE_EQ(two.probability(-5), 0.2);
}

TEST(Calibration, never_falls_with_the_logit_and_keeps_off_certainty) {
  for (const char* kind : {"none", "logistic", "isotonic"}) {
    const Calibration fitted = Calibration::fit(kind, drawn(500, 2, 0.3, 4));
    double last = 0;
    for (double logit = -80; logit <= 80; logit += 0.25) {
      const double p = fitted.probability(logit);
      EXPECT_GE(p, last) << kind;
      EXPECT_GT(p, 0) << kind;
      EXPECT_LT(p, 1) << kind;
      last = p;
    }
  }
}

TEST(Calibration, z_is_the_papers_statistic) {
  // y - p: 1 - 0.5, 0 - 0.5, 1 - σ(1); variances 1/4, 1/4, σ(1)(1 - σ(1)).
  const Judged samples = {{0, true}, {0, false}, {1, true}};
  const double p = sigmoid(1);
  EXPECT_NEAR(calibration_z(Calibration::fit("none", samples), samples),
              (1 - p) / std::sqrt(0.5 + p * (1 - p)), 1e-12);
}

TEST(Calibration, z_is_small_once_fitted_and_large_before) {
  // A discriminator three times too sure that believes too much: the fit mends it on other samples.
  const Judged fitted = drawn(20'000, 0.33, -1, 5), tested = drawn(20'000, 0.33, -1, 6);
  EXPECT_LT(calibration_z(Calibration::fit("none", fitted), tested), -20);
  for (const char* kind : {"logistic", "isotonic"}) {
    EXPECT_LT(std::abs(calibration_z(Calibration::fit(kind, fitted), tested)), 4) << kind;
  }
}

TEST(Calibration, separated_samples_stay_finite) {
  const Judged samples = {{-2, false}, {-1, false}, {1, true}, {2, true}};
  const Calibration fitted = Calibration::fit("logistic", samples);
  EXPECT_TRUE(std::isfinite(fitted.logit(100)));
  EXPECT_GT(fitted.probability(1), 0.9);
  EXPECT_LT(fitted.probability(-1), 0.1);
}

TEST(Calibration, one_kind_alone_and_unknown_words_are_refused) {
  testing::error_of(ErrorKind::kData, [] { Calibration::fit("isotonic", {{1, true}}); });
  testing::expect_error(ErrorKind::kUsage, {"'platt'", "logistic"}, [] {
    Calibration::fit("platt", {{1, true}, {0, false}});
  });
}

}  // namespace
}  // namespace belamy
