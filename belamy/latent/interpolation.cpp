#include "belamy/latent/interpolation.h"

#include <ATen/ATen.h>

#include <vector>

#include "belamy/core/error.h"

namespace belamy {
namespace {

constexpr double kShortest = 1e-6;  // a vector that has a direction
constexpr double kParallel = 1e-4;  // the sine of the angle below which a circle is a line

void check_steps(int64_t steps) {
  if (steps < 2) fail(ErrorKind::kUsage, "a path needs at least 2 points, got {}", steps);
}

}  // namespace

at::Tensor between(const at::Tensor& from, const at::Tensor& to, double t, Path path) {
  const at::Tensor line = (1 - t) * from + t * to;
  if (path == Path::kLinear) return line;
  const auto length = [](const at::Tensor& z) { return z.norm(2, {1}, true).clamp_min(1e-12); };
  const at::Tensor a = length(from), b = length(to);  // [N, 1]
  const at::Tensor cosine = ((from / a) * (to / b)).sum({1}, true).clamp(-1, 1);
  const at::Tensor angle = cosine.acos(), sine = angle.sin();
  const at::Tensor circle =
      at::sin((1 - t) * angle) / sine * (from / a) + at::sin(t * angle) / sine * (to / b);
  const at::Tensor has_no_circle = at::logical_or(sine < kParallel, at::minimum(a, b) < kShortest);
  return at::where(has_no_circle, line, circle * ((1 - t) * a + t * b));
}

at::Tensor interpolate(const at::Tensor& from, const at::Tensor& to, int64_t steps, Path path) {
  check_steps(steps);
  std::vector<at::Tensor> columns;
  for (int64_t i = 0; i < steps; ++i) {
    columns.push_back(
        between(from, to, static_cast<double>(i) / static_cast<double>(steps - 1), path));
  }
  return at::stack(columns, 1).flatten(0, 1);
}

at::Tensor walk(const at::Tensor& stops, int64_t steps, Path path) {
  check_steps(steps);
  const at::Tensor next = stops.roll({-1}, {0});
  std::vector<at::Tensor> points;
  for (int64_t i = 0; i < steps; ++i) {
    points.push_back(
        between(stops, next, static_cast<double>(i) / static_cast<double>(steps), path));
  }
  return at::stack(points, 1).flatten(0, 1);
}

}  // namespace belamy
