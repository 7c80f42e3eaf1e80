// A round's real samples, with what belongs to them.
#pragma once

#include "belamy/data/loader.h"
#include "belamy/games/batch.h"
#include "belamy/nn/shape.h"

namespace belamy {

/// The next `batches` batches: batches * batch_size samples; labels where the data set has classes,
/// partners where it has another side.
Batch next_batches(Loader& loader, int64_t batches, const Shape& sample);

}  // namespace belamy
