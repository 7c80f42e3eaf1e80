// A discriminator that judges each patch of an image on its own (Isola et al. 2017, PatchGAN, as
// CycleGAN uses it): a map of logits, one a patch.
#pragma once

#include "belamy/nn/layer_list.h"

namespace belamy {

struct PatchOptions {
  static constexpr const char* kType = "patch";
  int64_t filters = 64;
  int64_t layers = 3;

  void visit(OptionsVisitor& v) {
    v.integer("filters", filters, {1, 1024},
              "channels of the first layer; at most 8 times as many");
    v.integer("layers", layers, {1, 6},
              "halvings: 3 judges patches of 70×70, 2 of 34×34, 1 of 16×16");
  }
};

/// Convolutions of 4×4: `layers` of stride 2, then two of stride 1; instance normalisation except
/// at the first and the last, LeakyReLU(.2), weights from N(0, 0.02).
std::vector<LayerOptions> patch_discriminator(const PatchOptions& options);

}  // namespace belamy
