// What choosing samples by the discriminator's word returns.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace belamy {

struct Selection {
  at::Tensor z;          // [N, latent_size]
  at::Tensor kept;       // [N] float32: the discriminator's logits of the samples chosen
  at::Tensor proposals;  // float32: those of all samples that stood for choice
  int64_t accepted = 0;  // of the proposals

  double acceptance() const {
    return static_cast<double>(accepted) / static_cast<double>(proposals.size(0));
  }
};

}  // namespace belamy
