// The means that adversarial costs are made of.
#pragma once

#include <ATen/core/Tensor.h>

namespace belamy {

enum class PointCost {
  kSoftplus,  // log(1 + e^x): -log sigmoid(-x)
  kSquare,    // x²
  kHinge,     // max(0, x)
  kLinear,    // x
};

/// E f(sign * logits + offset), a scalar. logits: of any shape, float32 or float64; finite for all
/// finite ones. Gradients of any order. Logits are few and LibTorch's operations cost microseconds
/// each: for float32 in the processor's memory this is one of them, not four or five.
at::Tensor mean_cost(PointCost cost, const at::Tensor& logits, double sign, double offset = 0);

}  // namespace belamy
