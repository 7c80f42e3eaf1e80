// Gradients that are computed when the optimiser asks for them, some rows of the weights at a time:
// each part is used while it is in a core's own cache, and never written to memory.
#pragma once

#include <cstddef>
#include <functional>

namespace belamy::kernels {

/// Uses elements begin .. begin + count - 1 of a parameter's gradient, the first of which is at
/// `gradient`. Several threads may call it at once, for different elements. Must not throw.
using UseGradient = std::function<void(size_t begin, size_t count, const float* gradient)>;

/// Computes a gradient and has every element used once. Must not be called by two threads at once;
/// it uses OpenMP's threads itself.
using LateGradient = std::function<void(const UseGradient& use)>;

}  // namespace belamy::kernels
