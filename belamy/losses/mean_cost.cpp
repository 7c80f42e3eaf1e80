#include "belamy/losses/mean_cost.h"

#include <ATen/ATen.h>
#include <torch/autograd.h>

#include <algorithm>
#include <cmath>
#include <span>

#include "belamy/nn/fused.h"

namespace belamy {
namespace {

at::Tensor plain_cost(PointCost cost, const at::Tensor& x) {
  switch (cost) {
    case PointCost::kSoftplus:
      return -at::log_sigmoid(-x);
    case PointCost::kSquare:
      return x.square();
    case PointCost::kHinge:
      return at::relu(x);
    case PointCost::kLinear:
      break;
  }
  return x;
}

double value_of(PointCost cost, double x) {
  switch (cost) {
    case PointCost::kSoftplus:
      return std::max(x, 0.0) + std::log1p(std::exp(-std::abs(x)));
    case PointCost::kSquare:
      return x * x;
    case PointCost::kHinge:
      return x > 0 || std::isnan(x) ? x : 0;
    case PointCost::kLinear:
      break;
  }
  return x;
}

double slope_of(PointCost cost, double x) {
  switch (cost) {
    case PointCost::kSoftplus:
      return 1 / (1 + std::exp(-x));
    case PointCost::kSquare:
      return 2 * x;
    case PointCost::kHinge:
      return x > 0 ? 1 : 0;
    case PointCost::kLinear:
      break;
  }
  return 1;
}

struct Terms {
  PointCost cost;
  double sign, offset;

  at::Tensor plain(const at::Tensor& logits) const {
    return plain_cost(cost, sign * logits + offset).mean();
  }
};

std::span<const float> values_of(const at::Tensor& dense) {
  return {dense.data_ptr<float>(), static_cast<size_t>(dense.numel())};
}

class MeanCost : public torch::autograd::Function<MeanCost> {
 public:
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& logits,
                            const Terms& terms) {
    context->save_for_backward({logits});
    context->saved_data["cost"] = static_cast<int64_t>(terms.cost);
    context->saved_data["sign"] = terms.sign;
    context->saved_data["offset"] = terms.offset;
    const at::Tensor dense = logits.contiguous();
    double sum = 0;
    for (const float logit : values_of(dense)) {
      sum += value_of(terms.cost, terms.sign * logit + terms.offset);
    }
    return at::scalar_tensor(sum / static_cast<double>(dense.numel()), at::kFloat);
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list gradients) {
    const at::Tensor logits = context->get_saved_variables()[0];
    const Terms terms{static_cast<PointCost>(context->saved_data["cost"].toInt()),
                      context->saved_data["sign"].toDouble(),
                      context->saved_data["offset"].toDouble()};
    if (at::GradMode::is_enabled()) {
      const auto plain = [&](const std::vector<at::Tensor>& of) { return terms.plain(of[0]); };
      return {recorded_gradients(plain, {logits}, gradients[0])[0], {}};
    }
    const at::Tensor dense = logits.contiguous();
    const at::Tensor slopes = at::empty(dense.sizes(), at::kFloat);
    const double scale =
        gradients[0].item<double>() * terms.sign / static_cast<double>(dense.numel());
    std::ranges::transform(values_of(dense), slopes.data_ptr<float>(), [&](float logit) {
      return static_cast<float>(scale * slope_of(terms.cost, terms.sign * logit + terms.offset));
    });
    return {slopes, {}};
  }
};

}  // namespace

at::Tensor mean_cost(PointCost cost, const at::Tensor& logits, double sign, double offset) {
  const Terms terms{cost, sign, offset};
  const bool served = logits.scalar_type() == at::kFloat && logits.device().is_cpu();
  return served ? MeanCost::apply(logits, terms) : terms.plain(logits);
}

}  // namespace belamy
