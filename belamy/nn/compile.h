// Turns a layer list into stages. This is the one place where layers are rewritten into faster
// forms; whatever it does, a stage must compute what the plain layers mean.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "belamy/nn/activation.h"
#include "belamy/nn/layer.h"
#include "belamy/nn/stage.h"

namespace belamy {

struct CompiledLayers {
  std::vector<std::unique_ptr<Stage>> stages;  // up to, not including, the final activation
  std::optional<size_t>
      last_affine;  // the last stage that begins with a dense or convolution layer
  ActivationOptions final_activation = Linear{};
};

/// The last activation of a list, which only layers that reshape may follow.
struct FinalActivation {
  size_t layer = 0;  // whose it is; the number of layers when there is none
  ActivationOptions function = Linear{};
};
FinalActivation find_final_activation(std::span<const std::unique_ptr<Layer>> layers);

/// The layers stay owned by the caller and must outlive the stages. Rewrites:
///  - a dense or convolution layer and the activation after it become one pass, in bf16 on the
///    processor's tiles (fused_affine.h), and so does a convolution with the upsampling before it;
///  - dropout, batch normalisation, activation and dropout become two passes
///  (fused_normalization.h);
///  - instance normalisation and activation become two passes image by image
///  (fused_instance_norm.h);
///  - reflection padding (reflection_pad.h), max pooling and upsampling work in channels-last order
///  (fused_resampling.h);
///  - a transposed convolution of stride 1 becomes a convolution with the kernel turned around, and
///    one of a larger stride the gradient of a convolution, where tiles do not serve
///    (transposed_stage.h);
///  - layers with spectral normalisation stay as they are;
///  - the last activation is kept apart, so that losses can be computed from logits.
///
/// `names` are the layers' own, for profiles. Without `ends_network` the layers lie inside one: no
/// activation is kept apart, and what leaves them may be bf16.
CompiledLayers compile(std::span<const std::unique_ptr<Layer>> layers,
                       std::span<const std::string> names, bool ends_network = true);

}  // namespace belamy
