// Kernel distance: the squared maximum mean discrepancy of features, KID.
//
// Bińkowski et al., "Demystifying MMD GANs" (ICLR 2018), section 4: the unbiased estimate with the
// kernel (x·y / D + 1)³, averaged over blocks of samples.
#pragma once

#include <ATen/core/Tensor.h>

#include "belamy/metrics/feature_table.h"
#include "belamy/metrics/score.h"

namespace belamy {

/// a: [N, D], b: [M, D], N and M at least 2; may be below 0, being unbiased.
double kernel_distance(const at::Tensor& a, const at::Tensor& b);

struct KernelDistanceScore {
  Score score;
  double standard_error = 0;
  int64_t blocks = 0;
  int64_t images = 0;  // of each kind, in all blocks
};

/// The mean of estimates over disjoint random blocks of up to 1000 real and as many generated
/// images, which are independent: their deviation gives the standard error. Throws kData unless
/// there are at least 2 blocks of 2.
KernelDistanceScore kernel_distance_score(const FeatureTable& real, const FeatureTable& fake,
                                          uint64_t seed);

}  // namespace belamy
