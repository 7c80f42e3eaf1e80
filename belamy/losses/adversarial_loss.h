// The adversarial costs of Goodfellow et al. 2014, as the s2 seed writes them, from logits: with
// D(x) = sigmoid(l), -log D = softplus(-l) and -log(1 - D) = softplus(l), so no log of zero.
#pragma once

#include <ATen/core/Tensor.h>

#include <string>

#include "belamy/core/options.h"

namespace belamy {

struct AdversarialLossOptions {
  std::string name = "non_saturating";
  double label_smoothing = 0.0;
  double generator_scale = 0.5;

  void visit(OptionsVisitor& v) {
    v.choice("name", name, {"non_saturating", "minimax", "least_squares"},
             "the generator's cost: -E log D(G(z)), or minus the discriminator's; or squares");
    v.number("label_smoothing", label_smoothing, {0, 0.5},
             "real images are labelled 1 minus this (one-sided, Salimans et al. 2016)");
    v.number("generator_scale", generator_scale, {1e-6, 1e6},
             "factor of the non-saturating cost: 0.5 as it is written, 1 as Keras trains it");
  }
};

// Each takes logits of any shape, float32 or float64, and gives a scalar; gradients of any order.

// With least_squares (Mao et al. 2017) D's output is the logit itself: E[(l - t)^2], E[l^2], and
// for the generator scale E[(l - 1)^2].

/// E[-t log D(x) - (1 - t) log(1 - D(x))] with t = 1 - label_smoothing.
at::Tensor real_term(const at::Tensor& real_logits, const AdversarialLossOptions& options);

/// E[-log(1 - D(G(z)))]
at::Tensor fake_term(const at::Tensor& fake_logits, const AdversarialLossOptions& options = {});

/// non_saturating: -scale E log D(G(z)). minimax: ½ E log(1 - D(G(z))), which is -C_D without
/// the term that does not depend on the generator (C_D = (real_term + fake_term) / 2).
at::Tensor generator_cost(const at::Tensor& fake_logits, const AdversarialLossOptions& options);

/// The logit above which a sample counts as judged real.
double decision_threshold(const AdversarialLossOptions& options);

}  // namespace belamy
