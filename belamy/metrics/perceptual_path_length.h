// Perceptual path length: how far features move for a small step through latent space.
//
// Karras et al., "A style-based generator architecture for generative adversarial networks" (CVPR
// 2019), section 4.1: E[d(G(z(t)), G(z(t + ε)))² / ε²], on z. Their d is of VGG's features; here it
// is the Euclidean distance of the extractor's, so that values compare only under one extractor.
#pragma once

#include <cstdint>
#include <functional>

#include "belamy/data/dataset.h"
#include "belamy/metrics/extractor.h"
#include "belamy/metrics/score.h"

namespace belamy {

struct PathLengthOptions {
  int64_t latent_size = 0;
  bool is_normal = true;  // spherical interpolation of normal z, linear of uniform z
  ByteRange range;        // of what the generator makes
  int64_t count = 5000;
  double epsilon = 1e-4;
  uint64_t seed = 0;
};

/// decode: z [n, latent_size] -> [n, C, H, W] in `range`, in fp32: bf16 would round the step away.
Score perceptual_path_length(const std::function<at::Tensor(const at::Tensor& z)>& decode,
                             const Extractor& extractor, const PathLengthOptions& options);

}  // namespace belamy
