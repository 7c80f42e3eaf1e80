#include "belamy/kernels/dropout.h"

#include <gtest/gtest.h>

#include <limits>

#include "belamy/core/error.h"
#include "belamy/kernels/random.h"
#include "tests/kernels/kernel_testing.h"

namespace belamy::kernels {
namespace {

std::vector<float> reference(std::span<const float> in, float rate) {
  std::vector<float> out(in.size());
  const float scale = 1.0f / (1.0f - rate);
  for (size_t i = 0; i < in.size(); ++i) {
    out[i] = unit_float(word_of(i)) >= rate ? in[i] * scale : 0.0f;
  }
  return out;
}

TEST(Dropout, is_its_scalar_reference_exactly) {
  for_each_case([](size_t size, size_t offset) {
    const auto in = some_floats(size, -2.0f, 2.0f, "in");
    Buffer<float> from(in, offset), to(size, 1 - offset);
    dropout(from.data(), to.data(), size, 0.3f, kKey, kFirstBlock);
    EXPECT_EQ(to.values(), reference(in, 0.3f));
    EXPECT_EQ(from.values(), in);
  });
}

TEST(Dropout, works_in_place) {
  for_each_case([](size_t size, size_t offset) {
    const auto in = some_floats(size, -2.0f, 2.0f, "in");
    Buffer<float> values(in, offset);
    dropout(values.data(), values.data(), size, 0.5f, kKey, kFirstBlock);
    EXPECT_EQ(values.values(), reference(in, 0.5f));
  });
}

TEST(Dropout, rate_zero_changes_nothing) {
  const auto in = some_floats(1000, -2.0f, 2.0f, "in");
  std::vector<float> out(in.size());
  dropout(in.data(), out.data(), in.size(), 0.0f, kKey, 0);
  EXPECT_EQ(out, in);
}

TEST(Dropout, drops_the_share_asked_for_and_keeps_the_mean) {
  const std::vector<float> ones(1'000'000, 1.0f);
  std::vector<float> out(ones.size());
  dropout(ones.data(), out.data(), ones.size(), 0.4f, kKey, 0);
  double dropped = 0, sum = 0;
  for (const float value : out) {
    dropped += value == 0.0f;
    sum += value;
  }
  EXPECT_NEAR(dropped / 1e6, 0.4, 0.0025);
  EXPECT_NEAR(sum / 1e6, 1.0, 0.005);
}

TEST(Dropout, the_same_call_on_gradients_is_the_backward_pass) {
  // <dropout(x), g> == <x, dropout(g)> for a linear, symmetric map, term by term.
  const auto x = some_floats(1000, -2.0f, 2.0f, "x"), g = some_floats(1000, -2.0f, 2.0f, "g");
  std::vector<float> forward(x.size()), backward(x.size());
  dropout(x.data(), forward.data(), x.size(), 0.5f, kKey, 3);
  dropout(g.data(), backward.data(), g.size(), 0.5f, kKey, 3);
  for (size_t i = 0; i < x.size(); ++i) ASSERT_EQ(forward[i] * g[i], x[i] * backward[i]);
}

TEST(Dropout, a_dropped_nan_is_zero) {
  const std::vector<float> nans(64, std::numeric_limits<float>::quiet_NaN());
  std::vector<float> out(nans.size());
  dropout(nans.data(), out.data(), nans.size(), 0.5f, kKey, kFirstBlock);
  for (size_t i = 0; i < nans.size(); ++i) {
    EXPECT_EQ(out[i] == 0.0f, unit_float(word_of(i)) < 0.5f) << "at " << i;
  }
}

TEST(Dropout, a_rate_outside_its_range_is_refused) {
  float value = 1.0f;
  for (const float rate : {-0.1f, 1.0f, std::numeric_limits<float>::quiet_NaN()}) {
    EXPECT_THROW(dropout(&value, &value, 1, rate, kKey, 0), Error) << rate;
  }
}

TEST(Dropout, threads_change_nothing) {
  const auto in = some_floats(100003, -2.0f, 2.0f, "in");
  expect_same_with_one_and_two_threads([&] {
    std::vector<float> out(in.size());
    dropout(in.data(), out.data(), in.size(), 0.5f, kKey, kFirstBlock);
    return out;
  });
}

}  // namespace
}  // namespace belamy::kernels
