// LibTorch's own settings, in one place.
#pragma once

#include <string>

namespace belamy {

/// Threads for LibTorch, OpenMP kernels and an OpenMP BLAS; 0 means one a physical core. Also turns
/// denormal numbers to zero: they slow vanishing gradients and moments down many times. From then
/// on a thread looks whether other programs need the processors (crowd_watch.h). Returns the number
/// in use. Call before the first tensor operation, and not from two threads at once.
int configure_runtime(int threads);

/// Throws kUsage for anything but "cpu".
void require_device(const std::string& device);

/// "1.13.1"
std::string torch_version();

}  // namespace belamy
