#include "belamy/optim/weight_average.h"

#include <ATen/ATen.h>

#include "tests/support/errors.h"

namespace belamy {
namespace {

using testing::expect_error;

Network small_network(uint64_t seed = 1) {
  DenseOptions dense;
  dense.units = 3;
  return Network("generator", {dense, BatchNormOptions{}}, {2}, seed);
}

// Every number of the network, moving statistics too.
void fill(Network& network, float value) {
  std::vector<NamedTensor> tensors;
  for (const NamedTensor& held : network.state()) {
    tensors.push_back({held.name, at::full(held.tensor.sizes(), value)});
  }
  network.load_state(tensors, "test");
}

void expect_all(const WeightAverage& average, float value) {
  for (const NamedTensor& held : average.state()) {
    EXPECT_TRUE(at::allclose(held.tensor, at::full(held.tensor.sizes(), value), 1e-6, 0))
        << held.name << " is " << held.tensor << ", not " << value;
  }
}

TEST(WeightAverage, starts_as_the_network_and_has_its_names) {
  const Network network = small_network();
  Network averaged = small_network(2);
  const WeightAverage average(network, averaged, {});
  ASSERT_EQ(average.state().size(), network.state().size());
  for (size_t i = 0; i < network.state().size(); ++i) {
    EXPECT_EQ(average.state()[i].name, network.state()[i].name);
    EXPECT_TRUE(at::equal(average.state()[i].tensor, network.state()[i].tensor));
    EXPECT_NE(average.state()[i].tensor.data_ptr(), network.state()[i].tensor.data_ptr());
  }
  EXPECT_EQ(average.updates(), 0);
}

TEST(WeightAverage, weights_and_moving_statistics_keep_the_decays_share) {
  Network network = small_network();
  fill(network, 1);
  Network averaged = small_network(2);
  WeightAverage average(network, averaged, {.decay = 0.75, .warm_up = false});
  fill(network, 2);
  average.update();
  expect_all(average, 1.25f);
  fill(network, -1);
  average.update();
  expect_all(average, 0.6875f);
  EXPECT_EQ(average.updates(), 2);
}

TEST(WeightAverage, warming_up_keeps_little_of_the_start_until_the_decay_is_reached) {
  Network network = small_network();
  fill(network, 1);
  Network averaged = small_network(2);
  WeightAverage average(network, averaged, {.decay = 0.2, .warm_up = true});
  fill(network, 2);
  average.update();  // keeps 1/10
  expect_all(average, 1.9f);
  fill(network, 3);
  average.update();  // keeps 2/11
  expect_all(average, 2.8f);
  fill(network, 0);
  average.update();  // would keep 3/12, were it not for the decay
  expect_all(average, 0.56f);
}

TEST(WeightAverage, its_tensors_versions_move_with_an_update) {
  const Network network = small_network();
  Network averaged = small_network(2);
  WeightAverage average(network, averaged, {.decay = 0.9});
  const auto before = average.state()[0].tensor._version();
  average.update();
  EXPECT_GT(average.state()[0].tensor._version(), before);
}

TEST(WeightAverage, its_state_restores_the_path) {
  Network network = small_network();
  Network one = small_network(2), other = small_network(3);
  WeightAverage first(network, one, {.decay = 0.9}), second(network, other, {.decay = 0.9});
  fill(network, 2);
  first.update();
  first.update();
  second.load_state(first.state(), first.updates(), "memory");
  fill(network, -3);
  first.update();
  second.update();
  for (size_t i = 0; i < first.state().size(); ++i) {
    EXPECT_TRUE(at::equal(one.state()[i].tensor, other.state()[i].tensor));
  }
}

TEST(WeightAverage, begins_anew_from_the_network_as_it_is) {
  Network network = small_network();
  Network averaged = small_network(2);
  WeightAverage average(network, averaged, {.decay = 0.9});
  average.update();
  fill(network, 4);
  average.restart();
  expect_all(average, 4);
  EXPECT_EQ(average.updates(), 0);
}

TEST(WeightAverage, a_state_of_another_network_is_refused) {
  const Network network = small_network();
  Network averaged = small_network(2);
  WeightAverage average(network, averaged, {.decay = 0.9});
  expect_error(ErrorKind::kCheckpoint, {"file", "dense_1.weight"},
               [&] { average.load_state({}, 0, "file"); });
}

}  // namespace
}  // namespace belamy
