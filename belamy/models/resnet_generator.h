// CycleGAN's generator (Zhu et al. 2017, after Johnson et al. 2016): down twice, residual blocks,
// up twice; instance normalisation and reflection padding throughout.
#pragma once

#include "belamy/nn/graph.h"

namespace belamy {

struct ResnetOptions {
  static constexpr const char* kType = "resnet";
  int64_t filters = 64;
  int64_t blocks = 6;
  std::string upsampling = "transposed";
  bool residual = false;

  void visit(OptionsVisitor& v) {
    v.integer("filters", filters, {1, 1024},
              "width: channels at full size, 4 times as many in the blocks; the paper's is 64");
    v.integer("blocks", blocks, {1, 32},
              "residual blocks; the paper's are 6 at 128×128 and 9 from 256×256 on");
    v.choice("upsampling", upsampling, {"transposed", "nearest"},
             "how images grow again: by transposed convolutions as in the paper, or by repeating "
             "pixels before a convolution, which leaves no checkerboards (Odena et al. 2016)");
    v.boolean("residual", residual,
              "the layers make what is added to the image, at first next to nothing, in place of "
              "the image itself (residual CycleGAN, de Bel et al. 2021)");
  }
};

/// image [C, H, W] -> [channels, H, W] in tanh's range; what a residual generator adds has none.
/// Throws kShape unless H and W are multiples of 4, at least 16, and, to add, `channels` is C.
NetworkGraph resnet_generator(const ResnetOptions& options, const Shape& image, int64_t channels);

}  // namespace belamy
