#include "belamy/optim/weight_average.h"

#include <algorithm>
#include <map>

#include "belamy/kernels/optimizer_steps.h"

namespace belamy {

WeightAverage::WeightAverage(const Network& network, WeightAverageOptions options)
    : options_(options),
      parameters_(follow(network.flat_parameters().values)),
      statistics_(follow(network.flat_statistics())) {
  std::map<std::string, at::Tensor> by_name;
  for (const Followed* followed : {&parameters_, &statistics_}) {
    for (const NamedTensor& view : followed->average.views()) by_name[view.name] = view.tensor;
  }
  for (const NamedTensor& held : network.state()) {
    state_.push_back({held.name, by_name.at(held.name)});
  }
}

WeightAverage::Followed WeightAverage::follow(const FlatTensors& network) {
  Followed followed{network, network.zeros_like()};
  std::copy_n(network.data(), network.count(), followed.average.data());
  return followed;
}

void WeightAverage::update() {
  const auto t = static_cast<double>(updates_);
  const double decay =
      options_.warm_up ? std::min(options_.decay, (1 + t) / (10 + t)) : options_.decay;
  for (const Followed* followed : {&parameters_, &statistics_}) {
    kernels::average_step(followed->average.data(), followed->network.data(),
                          followed->network.count(), decay);
    followed->average.mark_changed();
  }
  ++updates_;
}

void WeightAverage::load_state(const std::vector<NamedTensor>& tensors, int64_t updates,
                               const std::string& source) {
  copy_tensors(tensors, state_, source, "averaged network");
  updates_ = updates;
}

}  // namespace belamy
