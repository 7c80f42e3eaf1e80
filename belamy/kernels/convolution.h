// Convolution and transposed convolution of bf16 images, forward and backward, fused with bias and
// activation. Sums are float32; weights, their gradients and biases are float32.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "belamy/kernels/activation.h"
#include "belamy/kernels/aligned_buffer.h"
#include "belamy/kernels/bf16.h"
#include "belamy/kernels/correlation.h"
#include "belamy/kernels/rows.h"
#include "belamy/kernels/tile_correlation.h"
#include "belamy/kernels/tile_weight_gradient.h"

namespace belamy::kernels {

/// What backward() reads, and what it writes: null is not wanted.
struct ConvolutionGradients {
  const Bf16* x = nullptr;
  const Bf16* y = nullptr;          // may be null for a linear activation without pooling
  const uint8_t* winner = nullptr;  // as forward_pooled() gave it; null without pooling
  const Bf16* dy = nullptr;
  Bf16* dx = nullptr;
  float* dw = nullptr;  // like the weights
  float* db = nullptr;  // [channels of y]
};

/// Max pooling of the output, windows side by side: see belamy/kernels/pooling.h. 1 × 1: none.
struct PoolingWindow {
  size_t rows = 1, columns = 1;
  bool pools() const { return rows * columns > 1; }
};

/// Images are [rows, columns, channels] one after another. A convolution reads the geometry's `in`
/// side and writes its `out` side; a transposed one, its adjoint, reads `out` and writes `in`.
/// Weights: [out_channels][in_channels][kernel_rows][kernel_columns] of the geometry, which is
/// PyTorch's order for both kinds. Owns working memory: not to be used by two threads at once; it
/// uses OpenMP's threads itself. The same bits whatever their number.
class TileConvolution {
 public:
  /// `window` must be 1 × 1 for a transposed one.
  TileConvolution(const ConvolutionGeometry& geometry, bool transposed, PoolingWindow window = {});

  /// Takes the weights for the calls that follow; `backward` says whether dx will be asked for.
  void set_weights(const float* weights, bool backward);

  /// y = f(convolution of x + bias); `bias` may be null. T: Bf16 or float. Not for a plan that
  /// pools.
  template <class T>
  void forward(const Bf16* x, size_t images, const float* bias, ActivationFunction function, T* y);

  /// y and winner: the largest of each window, [pooled rows, pooled columns, channels] an image,
  /// for functions that never fall.
  void forward_pooled(const Bf16* x, size_t images, const float* bias, ActivationFunction function,
                      Bf16* y, uint8_t* winner);

  void backward(const ConvolutionGradients& gradients, size_t images, ActivationFunction function);

 private:
  // A thread's.
  struct Workspace {
    AlignedBuffer<Bf16> padded_forward, padded_backward, panel, gradient;
    AlignedBuffer<float> sums;
    TileWeightGradient::Workspace weight_gradient;
  };

  // What is summed over images is summed in parts of their own, whichever thread computes them.
  struct Parts {
    std::vector<TileWeightGradient::Sums> weights;
    std::vector<std::vector<float>> bias;
    AlignedBuffer<Bf16> gradient;  // of all images, when the weights' is computed at once
  };

  struct Part {
    size_t images;  // in all
    size_t index;
    bool keep_gradient;
  };

  size_t group_size(const TileCorrelation& correlation, size_t images) const;
  void prepare_workspaces();
  void correlate(const TileCorrelation& correlation, const Bf16* source, size_t images,
                 TileSession& session, Workspace& workspace) const;
  template <class T>
  void finish_images(const TileCorrelation& correlation, const float* sums, size_t images,
                     const float* bias, ActivationFunction function, T* out) const;
  void backward_part(const ConvolutionGradients& gradients, const Part& part,
                     ActivationFunction function, TileSession& session, Workspace& workspace);
  void backward_group(const ConvolutionGradients& gradients, const Part& part, size_t first,
                      size_t images, ActivationFunction function, TileSession& session,
                      Workspace& workspace);
  PooledImage image() const {
    const Correlation& shape = forward_.shape();
    return {shape.out_rows, shape.out_columns, shape.out_channels, window_.rows, window_.columns};
  }
  void output_gradient(const ConvolutionGradients& gradients, size_t first, size_t images,
                       ActivationFunction function, Bf16* dz, float* bias) const;
  size_t output_size() const {  // before pooling
    return image().rows * image().columns * image().channels;
  }
  size_t pooled_size() const {
    return image().pooled_rows() * image().pooled_columns() * image().channels;
  }
  template <class Finish>
  void for_groups(const Bf16* x, size_t images, const Finish& finish);

  ConvolutionGeometry geometry_;
  bool transposed_;
  PoolingWindow window_;
  TileCorrelation forward_, backward_;
  TileWeightGradient weight_gradient_;
  AlignedBuffer<float> matrices_;  // the weights as [out_channels][taps][in_channels]
  std::vector<Workspace> workspaces_;
  Parts parts_;
};

}  // namespace belamy::kernels
