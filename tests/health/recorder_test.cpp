#include "belamy/health/recorder.h"

#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

namespace belamy {
namespace {

VitalsRecorder recorder() {
  VitalsRecorder recorder;
  recorder.set_real(std::vector<float>{0, 0, 3, 4}, 2);  // a distance of 5
  return recorder;
}

const std::vector<float> kSamples = {0, 0, 0, 1};  // a distance of 1

TEST(VitalsRecorder, gives_means_over_the_steps_since_the_check_before) {
  VitalsRecorder recording = recorder();
  recording.add_step({{"d_loss", 0.5}, {"g_loss", -4}, {"d_accuracy_real", 1}});
  recording.add_step({{"d_loss", 0.25}, {"g_loss", 2}, {"d_accuracy_real", 0.5}});
  const Vitals first = recording.finish(2, kSamples);
  EXPECT_EQ(first.step, 2);
  EXPECT_EQ(first.steps, 2);
  EXPECT_EQ(first.d_loss, 0.375);
  EXPECT_EQ(first.g_loss, -1);
  EXPECT_EQ(first.largest_loss, 4);
  EXPECT_EQ(first.d_accuracy_real, 0.75);
  EXPECT_TRUE(std::isnan(first.d_accuracy_fake));
  EXPECT_DOUBLE_EQ(first.diversity, 0.2);
  EXPECT_TRUE(std::isnan(first.shift));

  recording.add_step({{"d_loss", 8}});
  const Vitals second = recording.finish(3, kSamples);
  EXPECT_EQ(second.d_loss, 8);
  EXPECT_EQ(second.largest_loss, 8);
  EXPECT_TRUE(std::isnan(second.g_loss));
  EXPECT_EQ(second.shift, 0);
}

TEST(VitalsRecorder, counts_an_accuracy_going_from_one_end_to_the_other) {
  VitalsRecorder recording = recorder();
  for (const double accuracy : {0.95, 0.5, 0.05, 0.02, 0.5, 0.99, 0.5}) {
    recording.add_step({{"d_accuracy_fake", accuracy}});
  }
  EXPECT_EQ(recording.finish(7, kSamples).swings, 2);
  recording.add_step({{"d_accuracy_fake", 0}});  // from the end that the check before had reached
  EXPECT_EQ(recording.finish(8, kSamples).swings, 1);
}

TEST(VitalsRecorder, remembers_the_first_gradient_and_the_best_diversity) {
  VitalsRecorder recording = recorder();
  recording.add_step({{"generator_gradient_norm", 3}});
  recording.finish(1, std::vector<float>{0, 0, 30, 40});  // ten times the data's: no more than all
  recording.add_step({{"generator_gradient_norm", 0.5}});
  const Vitals vitals = recording.finish(2, kSamples);
  EXPECT_EQ(vitals.first_generator_gradient_norm, 3);
  EXPECT_EQ(vitals.generator_gradient_norm, 0.5);
  EXPECT_EQ(vitals.best_diversity, 1);
}

TEST(VitalsRecorder, goes_on_from_its_state_exactly) {
  VitalsRecorder whole = recorder(), first_part = recorder();
  const NamedNumbers a = {{"d_loss", 1.0 / 3}, {"d_accuracy_fake", 0.01}}, b = {{"d_loss", 0.1}};
  const NamedNumbers c = {{"d_loss", 2.0 / 7}, {"d_accuracy_fake", 0.97}};
  for (VitalsRecorder* recording : {&whole, &first_part}) {
    recording->add_step(a);
    recording->finish(1, std::vector<float>{0.1f, 0, 0, 1});
    recording->add_step(b);
  }
  VitalsRecorder second_part = recorder();
  second_part.load_state(nlohmann::json::parse(first_part.state().dump()));
  for (VitalsRecorder* recording : {&whole, &second_part}) recording->add_step(c);
  EXPECT_EQ(vitals_json(whole.finish(3, kSamples)).dump(),
            vitals_json(second_part.finish(3, kSamples)).dump());
  EXPECT_EQ(whole.state().dump(), second_part.state().dump());
}

TEST(VitalsRecorder, a_check_survives_being_written) {
  Vitals vitals;
  vitals.step = 7;
  vitals.steps = 3;
  vitals.diversity = 1.0 / 3;
  const Vitals read = vitals_from_json(nlohmann::json::parse(vitals_json(vitals).dump()));
  EXPECT_EQ(read.step, 7);
  EXPECT_EQ(read.diversity, 1.0 / 3);
  EXPECT_TRUE(std::isnan(read.d_loss));
  EXPECT_THROW(vitals_from_json(nlohmann::json::object()), nlohmann::json::exception);
}

}  // namespace
}  // namespace belamy
