#include "belamy/optim/weight_average.h"

#include <algorithm>

#include "belamy/kernels/optimizer_steps.h"

namespace belamy {
namespace {

void move_towards(const FlatTensors& average, const FlatTensors& network, double decay) {
  kernels::average_step(average.data(), network.data(), network.count(), decay);
  average.mark_changed();
}

void move_all(const Network& averaged, const Network& network, double decay) {
  move_towards(averaged.flat_parameters().values, network.flat_parameters().values, decay);
  move_towards(averaged.flat_statistics(), network.flat_statistics(), decay);
}

}  // namespace

WeightAverage::WeightAverage(const Network& network, Network& averaged,
                             WeightAverageOptions options)
    : network_(network), averaged_(averaged), options_(options) {
  restart();
}

void WeightAverage::restart() {
  averaged_.load_state(network_.state(), network_.name());
  updates_ = 0;
}

void WeightAverage::update() {
  const auto t = static_cast<double>(updates_);
  move_all(averaged_, network_,
           options_.warm_up ? std::min(options_.decay, (1 + t) / (10 + t)) : options_.decay);
  ++updates_;
}

void WeightAverage::load_state(const std::vector<NamedTensor>& tensors, int64_t updates,
                               const std::string& source) {
  averaged_.load_state(tensors, source);
  updates_ = updates;
}

}  // namespace belamy
