// Whether a network computes the same in training as in inference.
#pragma once

#include "belamy/nn/graph.h"

namespace belamy {

/// True with batch normalisation, dropout of a rate above 0, or spectral normalisation, whose
/// vector moves in training; false when both modes give the same values and gradients, bit by bit.
bool depends_on_mode(const NetworkGraph& graph);

}  // namespace belamy
