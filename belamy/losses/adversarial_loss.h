// The adversarial costs, from the discriminator's logits l, and their relativistic forms.
//
// With D(x) = sigmoid(l), -log D = softplus(-l) and -log(1 - D) = softplus(l), so no log of zero:
// the costs of Goodfellow et al. 2014 as the s2 seed writes them. Of the other costs l is D's
// output itself: least squares (Mao et al. 2017), hinge (Lim and Ye 2017) and Wasserstein (Arjovsky
// et al. 2017, whose critic must be held Lipschitz by clipping or a penalty,
// losses/penalty_options.h).
#pragma once

#include <ATen/core/Tensor.h>

#include <string>

#include "belamy/core/options.h"

namespace belamy {

struct AdversarialLossOptions {
  std::string name = "non_saturating";
  double label_smoothing = 0.0;
  double generator_scale = 0.5;
  bool relativistic = false;

  void visit(OptionsVisitor& v) {
    v.choice("name", name, {"non_saturating", "minimax", "least_squares", "hinge", "wasserstein"},
             "the generator's cost: -E log D(G(z)), or minus the discriminator's; or squares; or "
             "the hinge's or Wasserstein's -E D(G(z))");
    v.number("label_smoothing", label_smoothing, {0, 0.5},
             "real images are labelled 1 minus this (one-sided, Salimans et al. 2016)");
    v.number("generator_scale", generator_scale, {0, 1e6},
             "factor of the generator's cost, but for minimax: 0.5 as it is written, 1 as Keras "
             "trains it, 0 to leave only feature matching");
    v.boolean("relativistic", relativistic,
              "judge how much more real the real sample of a pair is (Jolicoeur-Martineau 2018)");
  }
};

// Each takes logits of any shape, float32 or float64, and gives a scalar; gradients of any order.

/// What the discriminator pays for real samples: E[-t log D(x) - (1 - t) log(1 - D(x))] with
/// t = 1 - label_smoothing; E (l - t)²; E max(0, t - l); or -E l.
at::Tensor real_term(const at::Tensor& real_logits, const AdversarialLossOptions& options);

/// And for made ones: E[-log(1 - D(G(z)))]; E l²; E max(0, 1 + l); or E l.
at::Tensor fake_term(const at::Tensor& fake_logits, const AdversarialLossOptions& options = {});

/// Both terms; or, relativistic, real_term of real - fake logits, the i-th of one against the i-th
/// of the other. Twice the discriminator's cost C_D.
at::Tensor discriminator_terms(const at::Tensor& real_logits, const at::Tensor& fake_logits,
                               const AdversarialLossOptions& options);

/// non_saturating: -scale E log D(G(z)). minimax: ½ E log(1 - D(G(z))), which is -C_D without
/// the term that does not depend on the generator. least_squares: scale E (l - 1)². hinge and
/// wasserstein: -scale E l. Relativistic: the same of fake - real logits; real_logits may be
/// undefined otherwise.
at::Tensor generator_cost(const at::Tensor& fake_logits, const AdversarialLossOptions& options,
                          const at::Tensor& real_logits = {});

/// The logit above which a sample counts as judged real.
double decision_threshold(const AdversarialLossOptions& options);

}  // namespace belamy
