#include "belamy/health/recorder.h"

#include <algorithm>
#include <cmath>

#include "belamy/core/json_text.h"

namespace belamy {
namespace {

// JSON has no NaN; nlohmann's writer makes it null.
double number_from(const nlohmann::json& json) {
  return json.is_null() ? kUnknown : json.get<double>();
}

template <class Numbers, class Visitor>
void visit_numbers(Numbers& vitals, Visitor visit) {
  visit("d_loss", vitals.d_loss);
  visit("g_loss", vitals.g_loss);
  visit("largest_loss", vitals.largest_loss);
  visit("d_accuracy_real", vitals.d_accuracy_real);
  visit("d_accuracy_fake", vitals.d_accuracy_fake);
  visit("swings", vitals.swings);
  visit("generator_gradient_norm", vitals.generator_gradient_norm);
  visit("first_generator_gradient_norm", vitals.first_generator_gradient_norm);
  visit("diversity", vitals.diversity);
  visit("best_diversity", vitals.best_diversity);
  visit("near_duplicates", vitals.near_duplicates);
  visit("shift", vitals.shift);
}

}  // namespace

void VitalsRecorder::Swing::add(double accuracy) {
  const int now = accuracy < Vitals::kLow ? -1 : accuracy > Vitals::kHigh ? 1 : 0;
  if (now == 0) return;
  if (side != 0 && now != side) ++swings;
  side = now;
}

void VitalsRecorder::add_step(const NamedNumbers& report) {
  ++steps_;
  const auto add = [](Mean& mean, double value) {
    mean.sum += value;
    ++mean.count;
  };
  for (const auto& [name, value] : report) {
    if (name == "d_loss") add(d_loss_, value);
    if (name == "g_loss") add(g_loss_, value);
    if (name == "d_loss" || name == "g_loss") {
      largest_loss_ = std::fmax(largest_loss_, std::abs(value));  // of NaN and a number: the number
    }
    if (name == "d_accuracy_real") {
      add(real_, value);
      real_swing_.add(value);
    }
    if (name == "d_accuracy_fake") {
      add(fake_, value);
      fake_swing_.add(value);
    }
    if (name == "generator_gradient_norm") {
      gradient_norm_ = value;
      if (std::isnan(first_gradient_norm_)) first_gradient_norm_ = value;
    }
  }
}

Vitals VitalsRecorder::finish(int64_t step, std::span<const float> samples) {
  const Diversity diversity =
      compare_diversity(real_distances_, pairwise_distances(samples, count_));
  best_diversity_ = std::fmax(best_diversity_, std::min(diversity.spread, 1.0));
  Vitals vitals;
  vitals.step = step;
  vitals.steps = steps_;
  vitals.d_loss = d_loss_.value();
  vitals.g_loss = g_loss_.value();
  vitals.largest_loss = largest_loss_;
  vitals.d_accuracy_real = real_.value();
  vitals.d_accuracy_fake = fake_.value();
  if (real_.count + fake_.count > 0) {
    vitals.swings = static_cast<double>(real_swing_.swings + fake_swing_.swings);
  }
  vitals.generator_gradient_norm = gradient_norm_;
  vitals.first_generator_gradient_norm = first_gradient_norm_;
  vitals.diversity = diversity.spread;
  vitals.best_diversity = best_diversity_;
  vitals.near_duplicates = diversity.twins;
  if (!mean_.empty()) vitals.shift = mean_shift(mean_, samples, count_);

  mean_ = mean_sample(samples, count_);
  steps_ = 0;
  d_loss_ = g_loss_ = real_ = fake_ = {};
  real_swing_.swings = fake_swing_.swings = 0;
  largest_loss_ = kUnknown;
  return vitals;
}

nlohmann::json VitalsRecorder::state() const {
  const auto mean = [](const Mean& m) { return nlohmann::json::array({m.sum, m.count}); };
  const auto swing = [](const Swing& s) { return nlohmann::json::array({s.side, s.swings}); };
  return {{"steps", steps_},
          {"d_loss", mean(d_loss_)},
          {"g_loss", mean(g_loss_)},
          {"d_accuracy_real", mean(real_)},
          {"d_accuracy_fake", mean(fake_)},
          {"real_swing", swing(real_swing_)},
          {"fake_swing", swing(fake_swing_)},
          {"largest_loss", largest_loss_},
          {"gradient_norm", gradient_norm_},
          {"first_gradient_norm", first_gradient_norm_},
          {"best_diversity", best_diversity_},
          {"mean_sample", mean_}};
}

void VitalsRecorder::load_state(const nlohmann::json& state) {
  const auto mean = [&](const char* name) -> Mean {
    return {state.at(name).at(0).get<double>(), count_from(state.at(name).at(1))};
  };
  const auto swing = [&](const char* name) -> Swing {
    const auto side = state.at(name).at(0).get<double>();
    return {side < 0 ? -1 : side > 0 ? 1 : 0, count_from(state.at(name).at(1))};
  };
  steps_ = count_from(state.at("steps"));
  d_loss_ = mean("d_loss");
  g_loss_ = mean("g_loss");
  real_ = mean("d_accuracy_real");
  fake_ = mean("d_accuracy_fake");
  real_swing_ = swing("real_swing");
  fake_swing_ = swing("fake_swing");
  largest_loss_ = number_from(state.at("largest_loss"));
  gradient_norm_ = number_from(state.at("gradient_norm"));
  first_gradient_norm_ = number_from(state.at("first_gradient_norm"));
  best_diversity_ = number_from(state.at("best_diversity"));
  mean_ = state.at("mean_sample").get<std::vector<float>>();
}

nlohmann::json vitals_json(const Vitals& vitals) {
  nlohmann::json json = {{"step", vitals.step}, {"steps", vitals.steps}};
  visit_numbers(vitals, [&](const char* name, double value) { json[name] = value; });
  return json;
}

Vitals vitals_from_json(const nlohmann::json& json) {
  Vitals vitals;
  vitals.step = count_from(json.at("step"));
  vitals.steps = count_from(json.at("steps"));
  visit_numbers(vitals,
                [&](const char* name, double& value) { value = number_from(json.at(name)); });
  return vitals;
}

}  // namespace belamy
