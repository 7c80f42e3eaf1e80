#include "belamy/optim/learner.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "belamy/core/error.h"

namespace belamy {
namespace {

Network small_network() {
  DenseOptions hidden, end;
  hidden.units = 5;
  hidden.activation = Tanh{};
  end.units = 1;
  Network network("net", {hidden, end}, {3}, 7);
  network.set_trainable(true);
  return network;
}

at::Tensor some_inputs(int64_t count) {
  at::manual_seed(3);
  return at::randn({count, 3});
}

at::Tensor cost_of(const Network& network, const at::Tensor& x) {
  const ForwardContext context{Mode::kTraining, true, Precision::kFp32, nullptr};
  return (network.logits(x, context) - 1).square().mean();
}

std::vector<at::Tensor> weights_of(const Network& network) {
  std::vector<at::Tensor> weights;
  for (const NamedTensor& held : network.parameters()) {
    weights.push_back(held.tensor.detach().clone());
  }
  return weights;
}

// What plain descent at rate 1 changed, over all parameters.
double change_norm(const Network& network, const std::vector<at::Tensor>& before) {
  double squares = 0;
  for (size_t i = 0; i < before.size(); ++i) {
    squares += (network.parameters()[i].tensor - before[i]).square().sum().item<double>();
  }
  return std::sqrt(squares);
}

TEST(Learner, reports_the_length_of_the_gradient_over_all_parameters) {
  const Network network = small_network();
  Learner learner(network, SgdOptions{.learning_rate = 1});
  const auto before = weights_of(network);
  learner.begin_round(0, 1, /*measure=*/true);
  learner.descend(cost_of(network, some_inputs(8)));
  EXPECT_NEAR(learner.gradient_norm(), change_norm(network, before), 1e-6);
  EXPECT_GT(learner.gradient_norm(), 0.1);
}

TEST(Learner, measuring_changes_no_bit) {
  const Network a = small_network(), b = small_network();
  Learner measured(a, AdamOptions{}), plain(b, AdamOptions{});
  for (int round = 0; round < 3; ++round) {
    measured.begin_round(round, 3, true);
    plain.begin_round(round, 3, false);
    measured.descend(cost_of(a, some_inputs(8)));
    plain.descend(cost_of(b, some_inputs(8)));
  }
  const auto left = weights_of(a), right = weights_of(b);
  for (size_t i = 0; i < left.size(); ++i) EXPECT_TRUE(at::equal(left[i], right[i])) << i;
}

// A network whose weights are packed in every step, in both directions.
Network dense_network() {
  DenseOptions first, second, end;
  first.units = 70;
  first.activation = LeakyRelu{};
  second.units = 40;
  second.activation = Tanh{};
  end.units = 1;
  Network network("net", {first, second, end}, {3}, 7);
  network.set_trainable(true);
  return network;
}

// Measuring wants all gradients at once; without it they are used as they are computed.
template <class Cost>
void expect_late_gradients_change_no_bit(const OptimizerOptions& options, const Cost& cost) {
  for (const Precision precision : {Precision::kFp32, Precision::kBf16}) {
    const Network a = dense_network(), b = dense_network();
    Learner at_once(a, options), late(b, options);
    const ForwardContext context{Mode::kTraining, true, precision, nullptr};
    for (int round = 0; round < 4; ++round) {
      at_once.begin_round(round, 4, true);
      late.begin_round(round, 4, false);
      at_once.descend(cost(a, context));
      late.descend(cost(b, context));
    }
    const auto left = weights_of(a), right = weights_of(b), start = weights_of(dense_network());
    for (size_t i = 0; i < left.size(); ++i) {
      EXPECT_TRUE(at::equal(left[i], right[i])) << i;
      EXPECT_FALSE(at::equal(left[i], start[i])) << i;
    }
  }
}

TEST(Learner, gradients_used_as_they_are_computed_change_no_bit) {
  const auto cost = [](const Network& network, const ForwardContext& context) {
    return (network.logits(some_inputs(33), context) - 1).square().mean();
  };
  expect_late_gradients_change_no_bit(AdamOptions{}, cost);
  expect_late_gradients_change_no_bit(RmspropOptions{.momentum = 0.5}, cost);
  expect_late_gradients_change_no_bit(SgdOptions{.momentum = 0.9, .nesterov = true}, cost);
}

TEST(Learner, a_network_used_twice_in_a_cost_learns_from_both) {
  const auto cost = [](const Network& network, const ForwardContext& context) {
    const at::Tensor x = some_inputs(33);
    return (network.logits(x, context) - 1).square().mean() +
           (network.logits(x * 2, context) + 1).square().mean();
  };
  expect_late_gradients_change_no_bit(AdamOptions{}, cost);
}

TEST(Learner, a_cost_of_weights_themselves_adds_to_their_gradients) {
  const auto cost = [](const Network& network, const ForwardContext& context) {
    at::Tensor squares = at::zeros({});
    for (const at::Tensor& weight : network.parameter_tensors()) {
      squares = squares + weight.square().sum();
    }
    return (network.logits(some_inputs(33), context) - 1).square().mean() + 0.1 * squares;
  };
  expect_late_gradients_change_no_bit(AdamOptions{}, cost);
}

TEST(Learner, a_cost_without_the_network_is_refused) {
  const Network network = small_network();
  Learner learner(network, AdamOptions{});
  learner.begin_round(0, 1, false);
  const at::Tensor cost = network.parameter_tensors()[0].sum();
  try {
    learner.descend(cost);
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("does not depend on its dense_1.bias"),
              std::string::npos)
        << error.what();
  }
}

TEST(Learner, a_gradient_that_is_too_long_is_shortened_and_keeps_its_direction) {
  const Network free = small_network(), bound = small_network();
  Learner unclipped(free, SgdOptions{.learning_rate = 1});
  Learner clipped(bound, SgdOptions{.learning_rate = 1, .global_clipnorm = 0.01});
  const auto before = weights_of(free);
  for (Learner* learner : {&unclipped, &clipped}) learner->begin_round(0, 1, true);
  unclipped.descend(cost_of(free, some_inputs(8)));
  clipped.descend(cost_of(bound, some_inputs(8)));
  EXPECT_NEAR(change_norm(bound, before), 0.01, 1e-6);
  EXPECT_EQ(clipped.gradient_norm(), unclipped.gradient_norm()) << "reported before clipping";
  const double share = 0.01 / unclipped.gradient_norm();
  for (size_t i = 0; i < before.size(); ++i) {
    const at::Tensor whole = free.parameters()[i].tensor - before[i];
    EXPECT_TRUE(at::allclose(bound.parameters()[i].tensor - before[i], whole * share, 1e-4, 1e-7));
  }
}

TEST(Learner, a_gradient_shorter_than_the_limit_stays) {
  const Network free = small_network(), bound = small_network();
  Learner unclipped(free, SgdOptions{.learning_rate = 1});
  Learner clipped(bound, SgdOptions{.learning_rate = 1, .global_clipnorm = 1000});
  for (Learner* learner : {&unclipped, &clipped}) learner->begin_round(0, 1, false);
  unclipped.descend(cost_of(free, some_inputs(8)));
  clipped.descend(cost_of(bound, some_inputs(8)));
  const auto left = weights_of(free), right = weights_of(bound);
  for (size_t i = 0; i < left.size(); ++i) EXPECT_TRUE(at::equal(left[i], right[i])) << i;
}

TEST(Learner, batches_in_turn_make_the_update_of_one_batch_as_large) {
  const Network one = small_network(), parts = small_network();
  Learner whole(one, AdamOptions{.learning_rate = 0.01}),
      turns(parts, AdamOptions{.learning_rate = 0.01}, 4);
  const at::Tensor x = some_inputs(32);
  for (int round = 0; round < 3; ++round) {
    whole.begin_round(round, 3, true);
    turns.begin_round(round, 3, true);
    whole.descend(cost_of(one, x));
    for (const at::Tensor& batch : x.split(8)) {
      EXPECT_EQ(turns.updates(), round) << "not before the last";
      turns.descend(cost_of(parts, batch));
    }
    EXPECT_EQ(turns.updates(), round + 1);
    EXPECT_NEAR(turns.gradient_norm(), whole.gradient_norm(), 1e-5);
  }
  const auto left = weights_of(one), right = weights_of(parts);
  for (size_t i = 0; i < left.size(); ++i) {
    EXPECT_TRUE(at::allclose(left[i], right[i], 0, 1e-5)) << i;
  }
}

TEST(Learner, the_schedules_share_of_the_learning_rate_counts) {
  const Network network = small_network(), reference = small_network();
  SgdOptions options{.learning_rate = 1};
  options.schedule = LinearSchedule{};
  Learner scheduled(network, options), plain(reference, SgdOptions{.learning_rate = 1});
  const auto before = weights_of(network);
  scheduled.begin_round(75, 100, false);
  scheduled.descend(cost_of(network, some_inputs(8)));
  plain.begin_round(75, 100, false);
  plain.descend(cost_of(reference, some_inputs(8)));
  EXPECT_NEAR(change_norm(network, before), 0.5 * change_norm(reference, before), 1e-6);
}

}  // namespace
}  // namespace belamy
