// A fully connected layer, forward and backward, fused with bias and activation. Sums are float32;
// weights, their gradients and biases are float32.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "belamy/kernels/activation.h"
#include "belamy/kernels/aligned_buffer.h"
#include "belamy/kernels/bf16.h"
#include "belamy/kernels/few_units.h"
#include "belamy/kernels/late_gradient.h"
#include "belamy/kernels/packed_operand.h"
#include "belamy/kernels/tile_multiply.h"

namespace belamy::kernels {

/// What backward() reads, and what it writes: null is not wanted.
template <class T>
struct DenseGradients {
  const T* x = nullptr;   // [rows][inputs]
  const T* y = nullptr;   // [rows][units]; may be null for a linear activation
  const T* dy = nullptr;  // [rows][units]
  T* dx = nullptr;        // [rows][inputs]
  float* dw = nullptr;    // [units][inputs]
  float* db = nullptr;    // [units]
  bool late_dw = false;   // instead of dw: left for TileDense::update_weights()
};

/// The forms of a layer's weights that are to be packed anew when they are updated.
struct WeightPacks {
  bool forward = false;
  bool backward = false;
};

/// y = f(x W^T + bias), W: [units][inputs]; T is Bf16 or float. Owns working memory: not to be used
/// by two threads at once; it uses OpenMP's threads itself. The same bits whatever their number.
template <class T>
class TileDense {
 public:
  TileDense(size_t inputs, size_t units);

  /// Take the weights for the calls of forward(), and for those of backward() that want dx.
  void set_forward_weights(const float* weights);
  void set_backward_weights(const float* weights);

  /// x: [rows][inputs], y: [rows][units], of T or float; `bias` may be null.
  template <class Out>
  void forward(const T* x, size_t rows, const float* bias, ActivationFunction function, Out* y);

  void backward(const DenseGradients<T>& gradients, size_t rows, ActivationFunction function);

  /// Whether the gradient of such weights may come late: a few rows of them have to fit a cache.
  bool gradient_may_be_late() const;

  /// The gradient of the weights, of the last backward() with late_dw, given to `use` by rows; the
  /// same bits as dw. `use` may change those elements of `weights`, which are packed after it.
  /// Can be called again until the next backward() with dw or late_dw.
  void update_weights(const UseGradient& use, const float* weights, WeightPacks packs);

 private:
  // An operand A, read where it stands: rows of whole steps, the last of which overlaps the one
  // before it where the depth does not come out even.
  struct Rows {
    const T* values = nullptr;
    size_t rows = 0, stride = 0;  // in values
    std::vector<int32_t> offsets;
  };

  static size_t blocks_at_once(const PackedOperand<T>& b);
  static Rows whole_steps(const T* x, size_t rows, size_t depth, AlignedBuffer<T>& padded);
  template <class Out>
  void multiply_block(const Rows& a, PackedOperand<T>& b, size_t first, const float* bias,
                      ActivationFunction function, TileSession<T>& session,
                      AlignedBuffer<float>& sums, Out* y) const;
  static void multiply_tiles(const Rows& a, TileProduct<T> product, size_t first, size_t count,
                             TileSession<T>& session, float* sums);
  const T* output_gradient(const DenseGradients<T>& gradients, size_t rows,
                           ActivationFunction function);
  void pair_inputs(const T* x, size_t rows, size_t step);
  void transpose_outputs(const T* dz, size_t rows, size_t first, size_t count);
  void prepare_weight_gradient(size_t rows);
  bool gradient_by_columns() const;
  size_t gradient_jobs() const;
  void weight_gradient_job(size_t job, TileSession<T>& session, AlignedBuffer<float>& sums,
                           float* dw);
  void weight_gradient_rows(size_t unit, TileSession<T>& session, AlignedBuffer<float>& sums,
                            float* dw);
  void weight_gradient_block(size_t unit, size_t block, TileSession<T>& session,
                             AlignedBuffer<float>& sums, float* dw);
  // A step more than the rows need: rows a power of two apart would share the first-level cache's
  // lines.
  size_t transposed_stride() const { return (pairs_.steps() + 1) * kTileDepth<T>; }

  bool has_few_units() const { return units_ <= kFewUnits; }
  FewUnits few_units(size_t rows) const { return {rows, inputs_, units_}; }
  const float* few_gradients(const T* dz, size_t rows);

  size_t inputs_, units_;
  PackedOperand<T> forward_, backward_;  // the weights
  // Of the weights' gradient: the inputs, whose rows are what is summed over.
  PackedOperand<T> pairs_;
  AlignedBuffer<T> padded_, gradient_;
  AlignedBuffer<T> transposed_;  // dz: [unit][row], whole steps of rows
  std::vector<int32_t> row_offsets_;
  std::vector<AlignedBuffer<float>> sums_, late_rows_;          // a thread's
  AlignedBuffer<float> few_forward_, few_backward_, few_sums_;  // of few units, instead of tiles
};

extern template class TileDense<Bf16>;
extern template class TileDense<float>;

}  // namespace belamy::kernels
