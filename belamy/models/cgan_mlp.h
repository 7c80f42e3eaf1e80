// The fully connected networks of Mirza and Osindero, "Conditional generative adversarial nets"
// (2014), section 4.1: z and the class each have a hidden layer of their own before they join.
#pragma once

#include "belamy/nn/graph.h"

namespace belamy {

struct CganMlpOptions {
  static constexpr const char* kType = "cgan_mlp";
  double dropout = 0.5;

  void visit(OptionsVisitor& v) {
    v.number("dropout", dropout, {0, 0.999}, "rate after the hidden layers, as in the paper");
  }
};

/// z -> 200 ReLU, class -> 1000 ReLU, joined -> 1200 ReLU -> sigmoid. Inputs: z [latent], class
/// [classes] one-hot; output `sample`.
NetworkGraph cgan_mlp_generator(const CganMlpOptions& options, const Shape& latent, int64_t classes,
                                const Shape& sample);

/// Sample -> maxout of 240 units and 5 pieces, class -> maxout of 50 and 5, joined -> maxout of 240
/// and 4 -> one logit.
NetworkGraph cgan_mlp_discriminator(const CganMlpOptions& options, const Shape& sample,
                                    int64_t classes);

}  // namespace belamy
