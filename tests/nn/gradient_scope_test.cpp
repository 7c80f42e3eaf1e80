#include "belamy/nn/gradient_scope.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <torch/autograd.h>

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

}  // namespace
}  // namespace belamy
