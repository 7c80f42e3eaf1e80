#include "belamy/optim/schedule.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace belamy {
namespace {

constexpr Range kSteps{0, 1e12};

void visit_warm_up(OptionsVisitor& v, int64_t& warm_up) {
  v.integer("warm_up", warm_up, kSteps, "steps over which the learning rate rises from nothing");
}

void visit_end_factor(OptionsVisitor& v, double& end_factor) {
  v.number("end_factor", end_factor, {0, 1}, "what is left of the learning rate at the end");
}

/// How far, 0..1, round `round` is from `start` to `end`.
double progress(double round, double start, double end) {
  return end > start ? std::clamp((round - start) / (end - start), 0.0, 1.0) : 0.0;
}

struct Factor {
  double round;
  double rounds;

  double operator()(const ConstantSchedule&) const { return 1; }
  double operator()(const LinearSchedule& schedule) const {
    const double start = schedule.start_step > 0 ? static_cast<double>(schedule.start_step)
                                                 : schedule.start * rounds;
    return 1 - (1 - schedule.end_factor) * progress(round, start, rounds);
  }
  double operator()(const CosineSchedule& schedule) const {
    const double done = progress(round, static_cast<double>(schedule.warm_up), rounds);
    const double share = (1 + std::cos(std::numbers::pi * done)) / 2;
    return schedule.end_factor + (1 - schedule.end_factor) * share;
  }
  double operator()(const StepSchedule& schedule) const {
    return std::pow(schedule.factor, std::floor(round / static_cast<double>(schedule.every)));
  }
};

}  // namespace

void ConstantSchedule::visit(OptionsVisitor& v) {
  visit_warm_up(v, warm_up);
}

void LinearSchedule::visit(OptionsVisitor& v) {
  v.number("start", start, {0, 1}, "share of the training after which the learning rate falls");
  v.integer("start_step", start_step, kSteps, "the same as a step; 0: start counts");
  visit_end_factor(v, end_factor);
  visit_warm_up(v, warm_up);
}

void CosineSchedule::visit(OptionsVisitor& v) {
  visit_end_factor(v, end_factor);
  visit_warm_up(v, warm_up);
}

void StepSchedule::visit(OptionsVisitor& v) {
  v.integer("every", every, {1, kSteps.high}, "steps between changes");
  v.number("factor", factor, {0, 1}, "what is left of the learning rate after each");
  visit_warm_up(v, warm_up);
}

double learning_rate_factor(const ScheduleOptions& schedule, int64_t round, int64_t rounds) {
  const auto done = static_cast<double>(round);
  const double factor = std::visit(Factor{done, static_cast<double>(rounds)}, schedule);
  const auto warm_up = std::visit([](const auto& held) { return held.warm_up; }, schedule);
  return round < warm_up ? factor * (done + 1) / static_cast<double>(warm_up) : factor;
}

}  // namespace belamy
