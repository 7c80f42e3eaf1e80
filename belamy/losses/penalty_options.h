// What holds the discriminator back: the [penalty] section.
#pragma once

#include "belamy/core/options.h"

namespace belamy {

struct PenaltyOptions {
  double r1 = 0;
  double r2 = 0;
  double gradient_penalty = 0;
  int64_t every = 1;
  double clip_weights = 0;

  void visit(OptionsVisitor& v) {
    constexpr double kMost = 1e6;
    v.number("r1", r1, {0, kMost}, "gamma of gamma/2 E |grad D|² at real samples (Mescheder 2018)");
    v.number("r2", r2, {0, kMost}, "the same at generated samples");
    v.number("gradient_penalty", gradient_penalty, {0, kMost},
             "lambda of lambda E (|grad D| - 1)² between them (WGAN-GP, Gulrajani 2017)");
    v.integer("every", every, {1, 1000},
              "updates from one penalty to the next, which counts so many times (Karras 2020)");
    v.number("clip_weights", clip_weights, {0, kMost},
             "the discriminator's weights stay within plus and minus this (WGAN, Arjovsky 2017); "
             "0: unlimited");
  }

  bool has_gradients() const { return r1 > 0 || r2 > 0 || gradient_penalty > 0; }
  bool any() const { return has_gradients() || clip_weights > 0; }
};

}  // namespace belamy
