// What a discriminator of points in the plane thinks of each place.
#pragma once

#include <cstdint>
#include <vector>

#include "belamy/games/latent_sampler.h"

namespace belamy {

/// The square -extent..extent, y upwards, as size × size values row by row from the top, in -1..1:
/// tanh((l - m) / s) of the logits l, m their mean at `points` [N, 2] and s their deviation over
/// the square. Only their order means something: of most costs, scale and offset are the
/// discriminator's own. Throws as LatentSampler::discriminator_logits, kShape for other points.
std::vector<float> decision_surface(const LatentSampler& sampler, const at::Tensor& points,
                                    double extent, int64_t size);

}  // namespace belamy
