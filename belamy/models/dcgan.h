// DCGAN as Radford, Metz and Chintala wrote it ("Unsupervised representation learning with deep
// convolutional generative adversarial networks", 2016): no dense hidden layers, strides instead of
// pooling, batch normalisation except at the generator's output and the discriminator's input,
// weights from N(0, 0.02).
#pragma once

#include "belamy/nn/layer_list.h"

namespace belamy {

struct DcganOptions {
  static constexpr const char* kType = "dcgan";
  int64_t filters = 128;
  int64_t kernel = 5;

  void visit(OptionsVisitor& v) {
    v.integer("filters", filters, {1, 1024},
              "width: channels next to the image, doubled at each halving; the paper's is 128");
    v.integer("kernel", kernel, {2, 15}, "side of the windows; the paper's is 5");
  }
};

/// z projected and reshaped to 4×4, then transposed convolutions of stride 2, ReLU, tanh at the
/// end. For 64×64 and 128 filters: 1024-512-256-128-3. `image` is [C, H, W]. Throws kShape unless H
/// and W are one power of two times 4, at least 8.
std::vector<LayerOptions> dcgan_generator(const DcganOptions& options, const Shape& image);

/// Convolutions of stride 2 with LeakyReLU(.2) down to 4×4, then a dense layer of output[0] logits.
/// Throws likewise.
std::vector<LayerOptions> dcgan_discriminator(const DcganOptions& options, const Shape& image,
                                              const Shape& output);

}  // namespace belamy
