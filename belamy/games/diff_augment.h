// Differentiable augmentation of what the discriminator sees, real and made alike, so that it does
// not learn a small data set by heart. Zhao et al., "Differentiable augmentation for data-efficient
// GAN training" (2020).
#pragma once

#include <ATen/core/Tensor.h>

#include "belamy/core/options.h"
#include "belamy/core/rng.h"

namespace belamy {

/// The [augment] section.
struct AugmentOptions {
  bool color = false;
  bool translation = false;
  bool cutout = false;

  void visit(OptionsVisitor& v) {
    v.boolean("color", color, "other brightness, saturation and contrast");
    v.boolean("translation", translation, "shifted by up to an eighth of the side");
    v.boolean("cutout", cutout, "a square of half the side blanked");
  }

  bool any() const { return color || translation || cutout; }
};

/// x: [N, C, H, W] float32 in the data's range, each image changed in its own way. Blank is 0: grey
/// in the range [-1, 1]. Differentiable in x any number of times; equal streams give equal changes.
at::Tensor augmented(const at::Tensor& x, const AugmentOptions& options, RandomStream& random);

}  // namespace belamy
