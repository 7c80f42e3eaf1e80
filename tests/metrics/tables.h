// Feature tables for tests of metrics.
#pragma once

#include <ATen/ATen.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "belamy/core/rng.h"
#include "belamy/metrics/feature_table.h"
#include "belamy/metrics/score.h"
#include "tests/support/places.h"

namespace belamy::testing {

inline FeatureTable table_of(const at::Tensor& features) {
  FeatureTable table;
  table.features = features.to(at::kFloat);
  table.pixel_mean = at::zeros({features.size(0)}, at::kDouble);
  table.pixel_square = at::ones({features.size(0)}, at::kDouble);
  return table;
}

/// Independent normal numbers around `mean`.
inline at::Tensor normal_features(int64_t count, int64_t dimensions, uint64_t seed, double mean = 0,
                                  double deviation = 1) {
  RandomStream random(seed, "test features");
  at::Tensor values = at::empty({count, dimensions}, at::kDouble);
  for (int64_t i = 0; i < values.numel(); ++i) {
    values.data_ptr<double>()[i] = mean + deviation * random.normal();
  }
  return values;
}

/// Logits that are sure of these classes.
inline at::Tensor sure_logits(const std::vector<int64_t>& classes, int64_t count) {
  at::Tensor logits = at::zeros({static_cast<int64_t>(classes.size()), count}, at::kFloat);
  for (size_t i = 0; i < classes.size(); ++i) {
    logits[static_cast<int64_t>(i)][classes[i]] = 50.0f;
  }
  return logits;
}

/// What scripts/make_metric_fixture.py computed with numpy and scipy.
struct MetricFixture {
  MetricFixture() {
    std::ifstream file(fixture("metrics.json"));
    const auto json = nlohmann::json::parse(file);
    real = table_of(matrix(json.at("real")));
    fake = table_of(matrix(json.at("fake")));
    held_out = table_of(matrix(json.at("held_out")));
    fake.logits = matrix(json.at("logits")).to(at::kFloat);
    real.labels = vector(json.at("real_labels"));
    fake.labels = vector(json.at("fake_labels"));
    expected = json.at("expected");
  }

  static at::Tensor matrix(const nlohmann::json& rows) {
    const auto height = static_cast<int64_t>(rows.size());
    const auto width = static_cast<int64_t>(rows.at(0).size());
    at::Tensor values = at::empty({height, width}, at::kDouble);
    for (int64_t i = 0; i < values.numel(); ++i) {
      values.data_ptr<double>()[i] =
          rows.at(static_cast<size_t>(i / width)).at(static_cast<size_t>(i % width)).get<double>();
    }
    return values;
  }
  static at::Tensor vector(const nlohmann::json& list) {
    return at::tensor(list.get<std::vector<int64_t>>());
  }
  double of(const char* metric) const { return expected.at(metric).get<double>(); }

  FeatureTable real, fake, held_out;
  nlohmann::json expected;
};

inline bool holds(const Interval& interval, double value) {
  return interval.low <= value && value <= interval.high;
}

}  // namespace belamy::testing
