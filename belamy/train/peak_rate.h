// What the machine can do at best: the measure that a training step is held against.
#pragma once

namespace belamy {

/// The best rate of a matrix product or convolution in fp32 or bf16, LibTorch's or our own, in
/// operations a second on the threads in use. Takes a second or less.
double measure_peak_rate();

}  // namespace belamy
