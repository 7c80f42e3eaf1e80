// Products of bfloat16 tiles by AVX-512's vectors, for TileSession (tile_multiply.h).
#pragma once

#include <cstddef>

#include "belamy/kernels/tile_multiply.h"

namespace belamy::kernels {

/// Tiles of A have `rows` rows (1 to 16). Needs Bf16Unit::kVectors, or a processor that has both.
/// Denormals count as zero, in operands and sums, as AMX has it.
void multiply_on_vectors(const TileProduct<Bf16>& product, size_t rows);

}  // namespace belamy::kernels
