// metrics.jsonl as a series a metric.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace belamy {

/// A metric's values over the steps.
struct MetricSeries {
  std::vector<double> steps, values, low, high;
};

/// By the metric's name, which can be part of a file's; 64 of them at most, the first. Lines that
/// lack a step, a value or an interval, and those beyond 2^20, are skipped. No file is no series.
/// Throws kIo.
std::map<std::string, MetricSeries> read_metrics_log(const std::filesystem::path& path);

}  // namespace belamy
