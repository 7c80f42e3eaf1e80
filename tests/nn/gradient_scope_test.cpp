#include "belamy/nn/gradient_scope.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <torch/autograd.h>

#include <vector>

namespace belamy {
namespace {

// What a compiled stage does: y = x * w, element by element, with w's gradient written where it is
// wanted.
class Scaled : public torch::autograd::Function<Scaled> {
 public:
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& x,
                            const at::Tensor& weight) {
    context->save_for_backward({x, weight});
    return x * weight;
  }
  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const at::Tensor of_weight = saved[0] * gradients[0];
    const GradientDestination to = gradient_destination(saved[1]);
    if (!to.view.defined()) return {at::Tensor(), of_weight};
    if (to.accumulate) {
      to.view.add_(of_weight);
      return {at::Tensor(), at::Tensor()};
    }
    to.view.copy_(of_weight);
    return {at::Tensor(), to.view};
  }
};

// The same, which leaves its gradient for later if it may. `computed` counts how often it was used.
class LateScaled : public torch::autograd::Function<LateScaled> {
 public:
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& x,
                            const at::Tensor& weight, int* computed) {
    context->save_for_backward({x, weight});
    context->saved_data["computed"] = reinterpret_cast<int64_t>(computed);
    return x * weight;
  }
  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list gradients) {
    const auto saved = context->get_saved_variables();
    if (!gradient_may_be_late(saved[1])) {
      torch::autograd::variable_list rest = Scaled::backward(context, gradients);
      rest.emplace_back();
      return rest;
    }
    auto* computed = reinterpret_cast<int*>(context->saved_data["computed"].toInt());
    const at::Tensor of_weight = saved[0] * gradients[0];
    leave_gradient(saved[1], [of_weight, computed](const kernels::UseGradient& use) {
      const auto* values = of_weight.data_ptr<float>();
      for (size_t i = 0; i < 2; ++i) use(i, 1, values + i);
      ++*computed;
    });
    return {at::Tensor(), at::Tensor(), at::Tensor()};
  }
};

struct Fixture {
  at::Tensor weight = at::tensor({2.f, 3.f});
  at::Tensor other = at::tensor({5.f});
  FlatParameters parameters{{{"other", other}, {"weight", weight}}};
  Fixture() { weight.set_requires_grad(true); }

  const at::Tensor& place() const { return parameters.gradients.views()[1].tensor; }
  at::Tensor gradient_of(const at::Tensor& y, bool create_graph = false) const {
    return torch::autograd::grad({y.sum()}, {weight}, {}, create_graph, create_graph)[0];
  }
};

TEST(GradientScope, a_gradient_is_written_into_its_place) {
  const Fixture f;
  const GradientScope scope(f.parameters);
  const at::Tensor gradient = f.gradient_of(Scaled::apply(at::tensor({10.f, 20.f}), f.weight));
  EXPECT_EQ(gradient.data_ptr(), f.place().data_ptr());
  EXPECT_TRUE(at::equal(f.place(), at::tensor({10.f, 20.f})));
}

TEST(GradientScope, a_second_use_in_one_pass_adds_to_the_first) {
  const Fixture f;
  const GradientScope scope(f.parameters);
  const at::Tensor y = Scaled::apply(at::tensor({10.f, 20.f}), f.weight) +
                       Scaled::apply(at::tensor({1.f, 2.f}), f.weight) +
                       Scaled::apply(at::tensor({100.f, 200.f}), f.weight);
  const at::Tensor gradient = f.gradient_of(y);
  EXPECT_EQ(gradient.data_ptr(), f.place().data_ptr());
  EXPECT_TRUE(at::equal(gradient, at::tensor({111.f, 222.f})));
}

TEST(GradientScope, each_scope_starts_anew) {
  const Fixture f;
  for (const float value : {1.f, 2.f}) {
    const GradientScope scope(f.parameters);
    f.gradient_of(Scaled::apply(at::full({2}, value), f.weight));
    EXPECT_TRUE(at::equal(f.place(), at::full({2}, value)));
  }
}

TEST(GradientScope, outside_of_it_gradients_are_tensors_of_their_own) {
  const Fixture f;
  { const GradientScope scope(f.parameters); }
  const at::Tensor gradient = f.gradient_of(Scaled::apply(at::ones({2}), f.weight));
  EXPECT_NE(gradient.data_ptr(), f.place().data_ptr());
  EXPECT_TRUE(at::equal(gradient, at::ones({2})));
}

TEST(GradientScope, what_is_to_be_differentiated_again_is_not_written_in_place) {
  const Fixture f;
  const GradientScope scope(f.parameters);
  const at::Tensor gradient = f.gradient_of(Scaled::apply(at::ones({2}), f.weight), true);
  EXPECT_NE(gradient.data_ptr(), f.place().data_ptr());
}

TEST(GradientScope, other_tensors_have_no_place_and_the_innermost_scope_counts) {
  const at::NoGradGuard no_grad;
  const Fixture outer, inner;
  const GradientScope scope(outer.parameters);
  EXPECT_FALSE(gradient_destination(at::ones({2})).view.defined());
  {
    const GradientScope nested(inner.parameters);
    EXPECT_FALSE(gradient_destination(outer.weight).view.defined());
    EXPECT_TRUE(gradient_destination(inner.weight).view.defined());
  }
  const GradientDestination to = gradient_destination(outer.weight.detach());
  EXPECT_EQ(to.view.data_ptr(), outer.place().data_ptr());
  EXPECT_FALSE(to.accumulate);
}

class LateGradients : public ::testing::Test {
 protected:
  using Late = GradientScope::Late;

  at::Tensor late(float value) {
    return LateScaled::apply(at::full({2}, value), f.weight, &computed);
  }
  at::Tensor direct(float value) { return Scaled::apply(at::full({2}, value), f.weight); }

  // Of {other, weight}.
  std::vector<at::Tensor> gradients_of(const at::Tensor& y, GradientScope& scope) {
    const at::Tensor cost = y.sum() + f.other.sum();
    auto found = torch::autograd::grad({cost}, {f.other, f.weight}, {}, c10::nullopt,
                                       /*create_graph=*/false, /*allow_unused=*/true);
    scope.complete(found);
    return found;
  }
  void expect_in_place(const at::Tensor& y, float value, Late allowed = Late::kAllowed) {
    GradientScope scope(f.parameters, allowed);
    const auto found = gradients_of(y, scope);
    ASSERT_TRUE(found[1].defined());
    EXPECT_TRUE(at::equal(found[1], at::full({2}, value))) << found[1];
    EXPECT_FALSE(scope.late_gradients()[1]);
  }

  Fixture f;
  int computed = 0;

  LateGradients() { f.other.set_requires_grad(true); }
};

TEST_F(LateGradients, are_computed_when_they_are_used) {
  GradientScope scope(f.parameters, Late::kAllowed);
  const auto found = gradients_of(late(10), scope);
  EXPECT_TRUE(found[0].defined());
  EXPECT_FALSE(found[1].defined());
  EXPECT_EQ(computed, 0);
  ASSERT_TRUE(scope.late_gradients()[1]);
  EXPECT_FALSE(scope.late_gradients()[0]);
  std::vector<float> values(2);
  scope.late_gradients()[1](
      [&](size_t begin, size_t, const float* gradient) { values[begin] = *gradient; });
  EXPECT_EQ(values, std::vector<float>(2, 10));
  EXPECT_TRUE(at::equal(f.place(), at::zeros({2}))) << "never gets there";
}

TEST_F(LateGradients, another_use_of_the_parameter_wants_them_in_their_place) {
  expect_in_place(late(10) + late(1), 11);
  EXPECT_EQ(computed, 1);
  expect_in_place(late(10) + late(1) + late(100), 111);
  expect_in_place(late(10) + direct(1), 11);
  expect_in_place(direct(10) + late(1), 11);
}

TEST_F(LateGradients, a_use_that_does_not_ask_adds_to_them) {
  const at::Tensor x = at::full({2}, 5.f);
  expect_in_place(late(10) + x * f.weight, 15);
  expect_in_place(late(10) + late(1) + x * f.weight, 16);
}

TEST_F(LateGradients, are_not_late_where_the_scope_does_not_want_them_so) {
  expect_in_place(late(10), 10, Late::kNever);
  EXPECT_EQ(computed, 0);
}

}  // namespace
}  // namespace belamy
