#include "belamy/kernels/optimizer_steps.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "belamy/core/error.h"
#include "tests/kernels/kernel_testing.h"

namespace belamy::kernels {
namespace {

// What a step reads and writes; a and b are its velocity, moments or mean square.
struct State {
  std::vector<float> parameter, gradient, a, b;
  bool operator==(const State&) const = default;
};

State some_state(size_t size) {
  return {some_floats(size, -1.0f, 1.0f, "parameter"), some_floats(size, -3.0f, 3.0f, "gradient"),
          some_floats(size, 0.0f, 0.5f, "a"), some_floats(size, 0.0f, 2.0f, "b")};
}

// Few roundings of float apart, values being of order 1.
void expect_close(const Buffer<float>& got, const std::vector<double>& expected) {
  for (size_t i = 0; i < got.size(); ++i) {
    ASSERT_NEAR(got[i], expected[i], 4e-7 * (1.0 + std::abs(expected[i]))) << "at " << i;
  }
}

// kernel(parameter, gradient, a, b, size) against reference(p, g, a, b), one element in double, in
// place; the gradient must be left alone.
template <class Kernel, class Reference>
void expect_steps_agree(const Kernel& kernel, const Reference& reference) {
  for_each_case([&](size_t size, size_t offset) {
    const State before = some_state(size);
    Buffer<float> p(before.parameter, offset), g(before.gradient, 1 - offset);
    Buffer<float> a(before.a, offset), b(before.b, 1 - offset);
    std::vector<double> p_expected(before.parameter.begin(), before.parameter.end());
    std::vector<double> a_expected(before.a.begin(), before.a.end());
    std::vector<double> b_expected(before.b.begin(), before.b.end());
    for (int step = 0; step < 3; ++step) {
      kernel(p.data(), g.data(), a.data(), b.data(), size);
      for (size_t i = 0; i < size; ++i) {
        reference(p_expected[i], before.gradient[i], a_expected[i], b_expected[i]);
      }
    }
    expect_close(p, p_expected);
    expect_close(a, a_expected);
    expect_close(b, b_expected);
    EXPECT_EQ(g.values(), before.gradient);
  });
}

template <class Kernel>
void expect_threads_change_nothing(const Kernel& kernel) {
  expect_same_with_one_and_two_threads([&] {
    State s = some_state(100003);
    kernel(s.parameter.data(), s.gradient.data(), s.a.data(), s.b.data(), s.parameter.size());
    return s;
  });
}

TEST(OptimizerSteps, sgd_without_momentum_needs_no_velocity) {
  const auto kernel = [](float* p, const float* g, float*, float*, size_t n) {
    sgd_step(p, g, nullptr, n, {.learning_rate = 0.1f});
  };
  expect_steps_agree(kernel, [](double& p, double g, double&, double&) { p -= double{0.1f} * g; });
  expect_threads_change_nothing(kernel);
}

TEST(OptimizerSteps, sgd_without_momentum_leaves_a_velocity_alone) {
  State s = some_state(33);
  const auto before = s.a;
  sgd_step(s.parameter.data(), s.gradient.data(), s.a.data(), 33, {.learning_rate = 0.1f});
  EXPECT_EQ(s.a, before);
}

TEST(OptimizerSteps, sgd_with_momentum_follows_keras) {
  for (const bool nesterov : {false, true}) {
    const auto kernel = [&](float* p, const float* g, float* v, float*, size_t n) {
      sgd_step(p, g, v, n, {.learning_rate = 0.1f, .momentum = 0.9f, .nesterov = nesterov});
    };
    expect_steps_agree(kernel, [&](double& p, double g, double& v, double&) {
      const double momentum = 0.9f, rate = 0.1f;
      v = momentum * v - rate * g;
      p += nesterov ? momentum * v - rate * g : v;
    });
    expect_threads_change_nothing(kernel);
  }
}

TEST(OptimizerSteps, adam_follows_keras) {
  const AdamStep step{.learning_rate = 0.05f, .beta1 = 0.5f, .beta2 = 0.999f, .epsilon = 1e-3f};
  const auto kernel = [&](float* p, const float* g, float* m, float* v, size_t n) {
    adam_step(p, g, m, v, n, step);
  };
  expect_steps_agree(kernel, [&](double& p, double g, double& m, double& v) {
    m = double{step.beta1} * m + (1.0 - step.beta1) * g;
    v = double{step.beta2} * v + (1.0 - step.beta2) * g * g;
    p -= step.learning_rate * m / (std::sqrt(v) + step.epsilon);
  });
  expect_threads_change_nothing(kernel);
}

TEST(OptimizerSteps, adams_first_step_is_the_learning_rate_in_the_gradients_direction) {
  std::vector<float> p = {1.0f, 1.0f}, m = {0.0f, 0.0f}, v = {0.0f, 0.0f};
  const std::vector<float> g = {300.0f, -0.002f};
  const float corrected = 0.01f * std::sqrt(1.0f - 0.999f) / (1.0f - 0.9f);
  adam_step(p.data(), g.data(), m.data(), v.data(), 2, {.learning_rate = corrected});
  EXPECT_NEAR(p[0], 0.99f, 1e-6);
  EXPECT_NEAR(p[1], 1.01f, 2e-5);
}

TEST(OptimizerSteps, rmsprop_follows_keras) {
  for (const float momentum : {0.0f, 0.8f}) {
    const RmspropStep step{
        .learning_rate = 0.05f, .rho = 0.9f, .momentum = momentum, .epsilon = 1e-3f};
    const auto kernel = [&](float* p, const float* g, float* a, float* v, size_t n) {
      rmsprop_step(p, g, a, step.momentum == 0.0f ? nullptr : v, n, step);
    };
    expect_steps_agree(kernel, [&](double& p, double g, double& a, double& v) {
      a = double{step.rho} * a + (1.0 - step.rho) * g * g;
      const double update = step.learning_rate * g / (std::sqrt(a) + step.epsilon);
      if (momentum != 0.0f) v = double{momentum} * v + update;
      p -= momentum != 0.0f ? v : update;
    });
    expect_threads_change_nothing(kernel);
  }
}

// Computes a gradient of `count` values in parts of odd sizes, last one first.
LateGradient late_gradient(const float* values, size_t count) {
  return [=](const UseGradient& use) {
    constexpr size_t kPart = 777;
    for (size_t end = count; end > 0;) {
      const size_t begin = end > kPart ? end - kPart : 0;
      use(begin, end - begin, values + begin);
      end = begin;
    }
  };
}

// Parameters of odd sizes, with gaps and across chunks, in turn with their gradient elsewhere, in
// its place, and late:
// flat(state, FlatGradient) over all of them against one(state, begin, count) for each apart.
template <class Flat, class One>
void expect_flat_form_agrees(const Flat& flat, const One& one, size_t offset) {
  const std::vector<std::pair<size_t, size_t>> layout = {
      {0, 1}, {16, 33}, {64, 40000}, {40064, 7}, {40080, 16384}, {56464, 50001}};
  constexpr size_t kEnd = 56464 + 50001 + 15;
  expect_same_with_one_and_two_threads([&] {
    State apart = some_state(kEnd), together = apart;
    const std::vector<float> sources = apart.gradient;
    for (const auto& [begin, count] : layout) one(apart, begin, count);

    // What lies in the gaps must stay.
    Buffer<float> places(std::vector<float>(kEnd, 7.0f), offset);
    std::fill(apart.gradient.begin(), apart.gradient.end(), 7.0f);
    std::vector<GradientPiece> pieces;
    std::vector<LatePiece> late_pieces;
    size_t turn = 0;
    for (const auto& [begin, count] : layout) {
      if (++turn % 3 == 0) {
        late_pieces.push_back({begin, late_gradient(&sources[begin], count)});
        continue;
      }
      const bool in_place = turn % 3 == 2;
      pieces.push_back({begin, count, (in_place ? places.data() : sources.data()) + begin});
      if (in_place) std::copy_n(&sources[begin], count, places.data() + begin);
      std::copy_n(&sources[begin], count, &apart.gradient[begin]);
    }
    flat(together, FlatGradient{places.data(), pieces, late_pieces});
    together.gradient = places.values();
    EXPECT_TRUE(together == apart);
    return together;
  });
}

template <class Flat, class One>
void expect_flat_form_agrees(const Flat& flat, const One& one) {
  for (const size_t offset : kOffsets) expect_flat_form_agrees(flat, one, offset);
}

TEST(OptimizerSteps, sgd_over_flat_arrays_gives_the_bits_of_each_parameter_apart) {
  for (const float momentum : {0.0f, 0.9f}) {
    for (const bool nesterov : {false, true}) {
      const SgdStep step{.learning_rate = 0.1f, .momentum = momentum, .nesterov = nesterov};
      expect_flat_form_agrees(
          [&](State& s, const FlatGradient& g) {
            sgd_step(s.parameter.data(), g, s.a.data(), step);
          },
          [&](State& s, size_t i, size_t n) {
            sgd_step(&s.parameter[i], &s.gradient[i], &s.a[i], n, step);
          });
    }
  }
}

TEST(OptimizerSteps, adam_over_flat_arrays_gives_the_bits_of_each_parameter_apart) {
  const AdamStep step{.learning_rate = 0.05f, .beta1 = 0.5f};
  expect_flat_form_agrees(
      [&](State& s, const FlatGradient& g) {
        adam_step(s.parameter.data(), g, s.a.data(), s.b.data(), step);
      },
      [&](State& s, size_t i, size_t n) {
        adam_step(&s.parameter[i], &s.gradient[i], &s.a[i], &s.b[i], n, step);
      });
}

TEST(OptimizerSteps, rmsprop_over_flat_arrays_gives_the_bits_of_each_parameter_apart) {
  for (const float momentum : {0.0f, 0.8f}) {
    const RmspropStep step{.learning_rate = 0.05f, .momentum = momentum};
    expect_flat_form_agrees(
        [&](State& s, const FlatGradient& g) {
          rmsprop_step(s.parameter.data(), g, s.a.data(), s.b.data(), step);
        },
        [&](State& s, size_t i, size_t n) {
          rmsprop_step(&s.parameter[i], &s.gradient[i], &s.a[i], &s.b[i], n, step);
        });
  }
}

TEST(OptimizerSteps, no_parameters_at_all_are_no_work) {
  sgd_step(nullptr, FlatGradient{nullptr, {}}, nullptr, {});
}

TEST(OptimizerSteps, an_average_moves_by_its_share_of_the_distance) {
  for_each_case([](size_t size, size_t offset) {
    const State before = some_state(size);
    Buffer<float> average(before.a, offset), parameter(before.parameter, 1 - offset);
    average_step(average.data(), parameter.data(), size, 0.9);
    std::vector<double> expected(size);
    for (size_t i = 0; i < size; ++i) {
      expected[i] = before.a[i] + (1.0 - 0.9) * (double{before.parameter[i]} - before.a[i]);
    }
    expect_close(average, expected);
    EXPECT_EQ(parameter.values(), before.parameter);
  });
  expect_same_with_one_and_two_threads([] {
    State s = some_state(100003);
    average_step(s.a.data(), s.parameter.data(), s.a.size(), 0.999);
    return s;
  });
}

TEST(OptimizerSteps, an_average_of_what_it_is_already_stays_exactly) {
  std::vector<float> average = some_floats(1000, -1.0f, 1.0f, "average");
  const std::vector<float> parameter = average;
  for (int step = 0; step < 100; ++step) {
    average_step(average.data(), parameter.data(), average.size(), 0.9999);
  }
  EXPECT_EQ(average, parameter);
}

TEST(OptimizerSteps, a_gradient_of_zero_at_rest_moves_nothing) {
  std::vector<float> p(33, 1.5f), a(33, 0.0f), b(33, 0.0f);
  const std::vector<float> g(33, 0.0f), before = p;
  adam_step(p.data(), g.data(), a.data(), b.data(), 33, {});
  rmsprop_step(p.data(), g.data(), a.data(), nullptr, 33, {});
  sgd_step(p.data(), g.data(), b.data(), 33, {.momentum = 0.9f, .nesterov = true});
  EXPECT_EQ(p, before);
}

TEST(OptimizerSteps, momentum_without_a_velocity_is_refused) {
  float p = 0.0f, g = 0.0f, a = 0.0f;
  EXPECT_THROW(sgd_step(&p, &g, nullptr, 1, {.momentum = 0.9f}), Error);
  EXPECT_THROW(rmsprop_step(&p, &g, &a, nullptr, 1, {.momentum = 0.9f}), Error);
}

}  // namespace
}  // namespace belamy::kernels
