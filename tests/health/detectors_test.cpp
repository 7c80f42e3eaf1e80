#include "belamy/health/detectors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

namespace belamy {
namespace {

using ::testing::HasSubstr;

// Checks of a training in which all is well, changed by `edit`.
std::vector<Vitals> checks(size_t count, const std::function<void(size_t, Vitals&)>& edit) {
  std::vector<Vitals> history;
  for (size_t i = 0; i < count; ++i) {
    Vitals vitals;
    vitals.step = static_cast<int64_t>(100 * (i + 1));
    vitals.steps = 100;
    vitals.d_loss = 0.5;
    vitals.g_loss = 1;
    vitals.largest_loss = 3;
    vitals.d_accuracy_real = vitals.d_accuracy_fake = 0.8;
    vitals.swings = 0;
    vitals.diversity = vitals.best_diversity = 0.9;
    vitals.near_duplicates = 0.1;
    vitals.shift = 0.1;
    edit(i, vitals);
    history.push_back(vitals);
  }
  return history;
}

std::vector<std::string> names(VitalsHistory history, const HealthContext& context = {}) {
  std::vector<std::string> found;
  for (const Diagnosis& diagnosis : diagnose(history, context)) found.push_back(diagnosis.name);
  return found;
}

using Names = std::vector<std::string>;

TEST(Detectors, say_nothing_of_a_good_training_or_of_none) {
  EXPECT_EQ(names({}), Names());
  for (size_t count = 1; count <= kLongestHistory; ++count) {
    EXPECT_EQ(names(checks(count, [](size_t, Vitals&) {})), Names()) << count;
  }
}

TEST(Detectors, say_nothing_of_what_a_game_does_not_report) {
  const auto unknown = checks(kLongestHistory, [](size_t, Vitals& vitals) {
    const Vitals nothing;
    vitals = nothing;
  });
  EXPECT_EQ(names(unknown, {"minimax", 1, 0}), Names());
}

void saturate(size_t, Vitals& vitals) {
  vitals.d_accuracy_real = 1;
  vitals.d_accuracy_fake = 0.998;
  vitals.d_loss = 0.004;
}

TEST(Saturation, is_three_checks_without_an_error_at_hardly_any_loss) {
  EXPECT_EQ(names(checks(2, saturate)), Names());
  const auto found = diagnose(checks(3, saturate), {});
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].name, "discriminator_saturation");
  EXPECT_THAT(found[0].finding, HasSubstr("steps 1-300"));
  EXPECT_THAT(found[0].finding, HasSubstr("99.8% of the generated"));
  EXPECT_THAT(found[0].finding, HasSubstr("0.004"));
  EXPECT_THAT(found[0].advice, HasSubstr("loss.label_smoothing"));
}

TEST(Saturation, a_right_but_unsure_discriminator_is_none) {
  EXPECT_EQ(names(checks(5,
                         [](size_t i, Vitals& vitals) {
                           saturate(i, vitals);
                           vitals.d_loss = 0.04;  // as s1's
                         })),
            Names());
}

TEST(Saturation, advice_names_only_what_can_still_be_changed) {
  const auto advice = [](const HealthContext& context) {
    return diagnose(checks(3, saturate), context).at(0).advice;
  };
  EXPECT_THAT(advice({"non_saturating", 5, 0}), HasSubstr("game.discriminator_steps = 1"));
  EXPECT_THAT(advice({"non_saturating", 1, 0.1}), ::testing::Not(HasSubstr("label_smoothing")));
}

TEST(VanishingGradient, is_the_minimax_cost_before_a_sure_discriminator) {
  const auto history = checks(3, [](size_t, Vitals& vitals) {
    vitals.g_loss = -0.0005;  // ½ log(1 - D): D(G(z)) = 0.001
    vitals.generator_gradient_norm = 2e-5;
    vitals.first_generator_gradient_norm = 0.4;
  });
  const auto found = diagnose(history, {"minimax", 1, 0});
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].name, "vanishing_gradient");
  EXPECT_THAT(found[0].finding, HasSubstr("D(G(z)) is 0.001"));
  EXPECT_THAT(found[0].finding, HasSubstr("2e-05, 0.4 at the start"));
  EXPECT_THAT(found[0].advice, HasSubstr("loss.name = non_saturating"));
  EXPECT_EQ(names(history, {"non_saturating", 1, 0}), Names());
}

TEST(VanishingGradient, an_unsure_discriminator_passes_a_gradient) {
  const auto unsure = checks(3, [](size_t, Vitals& vitals) { vitals.g_loss = -0.2; });
  EXPECT_EQ(names(unsure, {"minimax", 1, 0}), Names());
}

TEST(ModeCollapse, is_a_fall_from_a_spread_that_was_there) {
  const auto history = checks(6, [](size_t i, Vitals& vitals) {
    if (i >= 3) vitals.diversity = 0.2;
    if (i >= 3) vitals.near_duplicates = 0.97;
  });
  const auto found = diagnose(history, {});
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].name, "mode_collapse");
  EXPECT_THAT(found[0].finding, HasSubstr("20% as far"));
  EXPECT_THAT(found[0].finding, HasSubstr("97% of the pairs"));
  EXPECT_THAT(found[0].finding, HasSubstr("had come to 90%"));
  EXPECT_THAT(found[0].advice, HasSubstr("generator.optimizer"));
  EXPECT_EQ(names(VitalsHistory(history).first(5)), Names()) << "two checks are too few";
}

std::vector<Vitals> never_spread(size_t count, double growth) {
  return checks(count, [&](size_t i, Vitals& vitals) {
    vitals.diversity = vitals.best_diversity = 0.05 + growth * static_cast<double>(i);
  });
}

TEST(ModeCollapse, is_also_a_spread_that_never_comes) {
  EXPECT_EQ(names(never_spread(16, 0)), Names{"mode_collapse"});
  EXPECT_EQ(names(never_spread(15, 0)), Names()) << "healthy generators begin so";
  EXPECT_EQ(names(never_spread(16, 0.015)), Names()) << "it is on its way";
}

TEST(Oscillation, is_an_accuracy_that_swings_check_after_check) {
  const auto swinging = [](size_t count) {
    return checks(count, [](size_t, Vitals& vitals) { vitals.swings = 5; });
  };
  EXPECT_EQ(names(swinging(7)), Names());
  const auto found = diagnose(swinging(8), {});
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].name, "oscillation");
  EXPECT_THAT(found[0].finding, HasSubstr("steps 1-800"));
  EXPECT_THAT(found[0].finding, HasSubstr("40 times"));
}

TEST(Oscillation, swings_of_a_beginning_are_none) {
  const auto history = checks(10, [](size_t i, Vitals& vitals) { vitals.swings = i < 5 ? 30 : 3; });
  EXPECT_EQ(names(history), Names());
}

TEST(Oscillation, is_also_samples_that_move_together_again_and_again) {
  const auto hopping = [](size_t count) {
    return checks(count, [](size_t i, Vitals& vitals) { vitals.shift = i == 5 ? 0.5 : 2.5; });
  };
  EXPECT_EQ(names(hopping(11)), Names());
  EXPECT_THAT(diagnose(hopping(12), {}).at(0).finding, HasSubstr("in 11 of the last 12 checks"));
}

TEST(Explosion, is_named_at_once) {
  const auto found =
      diagnose(checks(1, [](size_t, Vitals& vitals) { vitals.largest_loss = 4e6; }), {});
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].name, "explosion");
  EXPECT_THAT(found[0].finding, HasSubstr("4e+06"));
  EXPECT_THAT(found[0].advice, HasSubstr("optimizer.learning_rate"));
}

}  // namespace
}  // namespace belamy
