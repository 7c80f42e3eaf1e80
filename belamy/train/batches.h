// A round's real samples as one tensor.
#pragma once

#include <ATen/core/Tensor.h>

#include "belamy/data/loader.h"
#include "belamy/nn/shape.h"

namespace belamy {

/// The next `batches` batches: [batches * batch_size, sample...] float32 in the data's range.
at::Tensor next_batches(Loader& loader, int64_t batches, const Shape& sample);

}  // namespace belamy
