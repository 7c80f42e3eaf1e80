// A fully connected layer in bf16, forward and backward, fused with bias and activation. Sums are
// float32; weights, their gradients and biases are float32.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "belamy/kernels/activation.h"
#include "belamy/kernels/aligned_buffer.h"
#include "belamy/kernels/bf16.h"
#include "belamy/kernels/tile_multiply.h"

namespace belamy::kernels {

/// What backward() reads, and what it writes: null is not wanted.
struct DenseGradients {
  const Bf16* x = nullptr;   // [rows][inputs]
  const Bf16* y = nullptr;   // [rows][units]; may be null for a linear activation
  const Bf16* dy = nullptr;  // [rows][units]
  Bf16* dx = nullptr;        // [rows][inputs]
  float* dw = nullptr;       // [units][inputs]
  float* db = nullptr;       // [units]
};

/// y = f(x W^T + bias), W: [units][inputs]. Owns working memory: not to be used by two threads at
/// once; it uses OpenMP's threads itself. The same bits whatever their number.
class TileDense {
 public:
  TileDense(size_t inputs, size_t units);

  /// Takes the weights for the calls that follow; `backward` says whether dx will be asked for.
  void set_weights(const float* weights, bool backward);

  /// x: [rows][inputs], y: [rows][units], Bf16 or float; `bias` may be null.
  template <class T>
  void forward(const Bf16* x, size_t rows, const float* bias, ActivationFunction function, T* y);

  void backward(const DenseGradients& gradients, size_t rows, ActivationFunction function);

 private:
  // An operand B: tiles in the order [pair of columns of tiles][step][tile].
  struct Packed {
    size_t depth = 0, columns = 0;  // unpadded
    AlignedBuffer<Bf16> tiles;
    size_t steps() const { return (depth + kTileDepth - 1) / kTileDepth; }
    size_t tile_columns() const { return (columns + kTileColumns - 1) / kTileColumns; }
    size_t blocks() const { return (tile_columns() + 1) / 2; }
    size_t block_tiles(size_t block) const { return block * 2 + 1 < tile_columns() ? 2 : 1; }
    void reserve(size_t new_depth, size_t new_columns);
    Bf16* tile(size_t block, size_t step, size_t i);
    /// A and C are left to the caller.
    TileProduct product(size_t block);
  };

  static size_t blocks_at_once(const Packed& b);
  void pack_forward(const float* weights);
  void pack_backward(const float* weights);
  void gather(const Bf16* x, size_t rows, size_t depth);
  template <class T>
  void multiply(Packed& b, size_t rows, const float* bias, ActivationFunction function, T* y);
  void weight_gradient(const Bf16* x, const Bf16* dz, size_t rows, float* dw);
  void pair_inputs(const Bf16* x, size_t rows);

  size_t inputs_, units_;
  Packed forward_, backward_, pairs_;
  AlignedBuffer<Bf16> panel_;  // A, gathered: [tile][step][row][kTileDepth]
  AlignedBuffer<Bf16> gradient_, padded_, transposed_;
  std::vector<int32_t> offsets_;
  std::vector<AlignedBuffer<float>> sums_;  // a thread's
};

}  // namespace belamy::kernels
