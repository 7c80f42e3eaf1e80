// Convolution and transposed convolution of images, forward and backward, fused with bias and
// activation. Sums are float32; weights, their gradients and biases are float32.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "belamy/kernels/activation.h"
#include "belamy/kernels/aligned_buffer.h"
#include "belamy/kernels/bf16.h"
#include "belamy/kernels/correlation.h"
#include "belamy/kernels/rows.h"
#include "belamy/kernels/scatter_correlation.h"
#include "belamy/kernels/tile_correlation.h"
#include "belamy/kernels/tile_weight_gradient.h"
#include "belamy/kernels/winograd_correlation.h"
#include "belamy/kernels/winograd_scatter.h"
#include "belamy/kernels/winograd_weight_gradient.h"

namespace belamy::kernels {

/// What backward() reads, and what it writes: null is not wanted.
template <class T>
struct ConvolutionGradients {
  const T* x = nullptr;
  const T* y = nullptr;             // may be null for a linear activation without pooling
  const uint8_t* winner = nullptr;  // as forward_pooled() gave it; null without pooling
  const T* dy = nullptr;
  T* dx = nullptr;
  float* dw = nullptr;  // like the weights
  float* db = nullptr;  // [channels of y]
};

/// Max pooling of the output, windows side by side: see belamy/kernels/pooling.h. 1 × 1: none.
struct PoolingWindow {
  size_t rows = 1, columns = 1;
  bool pools() const { return rows * columns > 1; }
};

/// Of T, Bf16 or float. Images are [rows, columns, channels] one after another. A convolution reads
/// the geometry's `in` side and writes its `out` side; a transposed one, its adjoint, reads `out`
/// and writes `in`. Weights: [out_channels][kernel_rows][kernel_columns][in_channels] of the
/// geometry, for both kinds PyTorch's order of dimensions in channels-last memory. Owns working
/// memory: not to be used by two threads at once; it uses OpenMP's threads itself. The same bits
/// whatever their number.
template <class T>
class TileConvolution {
 public:
  /// `window` must be 1 × 1 for a transposed one.
  TileConvolution(const ConvolutionGeometry& geometry, bool transposed, PoolingWindow window = {});

  /// Take the weights for the calls of forward(), and for those of backward() that want dx.
  void set_forward_weights(const float* weights);
  void set_backward_weights(const float* weights);

  /// y = f(convolution of x + bias); `bias` may be null. Out: T or float. Not for a plan that
  /// pools.
  template <class Out>
  void forward(const T* x, size_t images, const float* bias, ActivationFunction function, Out* y);

  /// y and winner: the largest of each window, [pooled rows, pooled columns, channels] an image,
  /// for functions that never fall.
  void forward_pooled(const T* x, size_t images, const float* bias, ActivationFunction function,
                      T* y, uint8_t* winner);

  void backward(const ConvolutionGradients<T>& gradients, size_t images,
                ActivationFunction function);

 private:
  // A correlation by whichever way takes less work.
  struct Pass {
    TileCorrelation<T> tiles;
    std::optional<ScatterCorrelation<T>> scatter;
    std::optional<WinogradCorrelation<T>> winograd;
    std::optional<WinogradScatter<T>> winograd_scatter;

    Pass(const ConvolutionGeometry& geometry, bool towards_output);
    const Correlation& shape() const { return tiles.shape(); }
    /// Whether sums are those of whole images, [rows, columns, channels], without gaps.
    bool sums_images() const { return scatter || filters(); }
    /// By minimal filtering.
    bool filters() const { return winograd || winograd_scatter; }
    size_t sums_stride() const {
      return sums_images() ? shape().out_channels : tiles.sums_stride();
    }
    size_t row_pitch() const { return sums_images() ? shape().out_columns : tiles.row_pitch(0); }
    void pack(const KernelMatrices& weights);
  };

  // A thread's.
  struct Workspace {
    AlignedBuffer<T> padded_forward, padded_backward, panel, gradient;
    AlignedBuffer<float> sums;
    typename ScatterCorrelation<T>::Workspace scatter;
    WinogradWorkspace<T> winograd;
    typename TileWeightGradient<T>::Workspace weight_gradient;
  };

  // What is summed over images is summed in parts of their own, whichever thread computes them.
  struct Parts {
    std::vector<typename TileWeightGradient<T>::Sums> weights;
    std::vector<std::vector<float>> bias;
    AlignedBuffer<T> gradient;  // of all images
  };

  struct Part {
    size_t images;  // in all
    size_t index;
    const T* given;  // the outputs' gradient of all images where it is dy as it came, else null
    T* kept;         // room for it, or null: a few images' at a time
    bool weights_later, input_later;  // are computed from all of it
    const T* gradient() const { return given != nullptr ? given : kept; }
  };

  size_t group_size(const Pass& pass, size_t images) const;
  void prepare_workspaces();
  /// The sums of images into the workspace, those of a scatter pass with `bias`.
  void correlate(const Pass& pass, const T* source, size_t images, const float* bias,
                 TileSession<T>& session, Workspace& workspace) const;
  template <class Out>
  void finish_images(const Pass& pass, const float* sums, size_t images, const float* bias,
                     ActivationFunction function, Out* out) const;
  void backward_part(const ConvolutionGradients<T>& gradients, const Part& part,
                     ActivationFunction function, TileSession<T>& session, Workspace& workspace);
  void backward_group(const ConvolutionGradients<T>& gradients, const Part& part, size_t first,
                      size_t images, ActivationFunction function, TileSession<T>& session,
                      Workspace& workspace);
  void input_gradient(const T* dz, size_t images, TileSession<T>& session, Workspace& workspace,
                      T* dx) const;
  void input_gradient_at_once(const T* dz, size_t images, T* dx);
  void weight_gradient_at_once(const T* x, const T* dz, size_t images, float* dw);
  PooledImage image() const {
    const Correlation& shape = forward_.shape();
    return {shape.out_rows, shape.out_columns, shape.out_channels, window_.rows, window_.columns};
  }
  void output_gradient(const ConvolutionGradients<T>& gradients, size_t first, size_t images,
                       ActivationFunction function, T* dz, float* bias) const;
  size_t output_size() const {  // before pooling
    return image().rows * image().columns * image().channels;
  }
  size_t pooled_size() const {
    return image().pooled_rows() * image().pooled_columns() * image().channels;
  }
  template <class Finish>
  void for_groups(const T* x, size_t images, const float* bias, const Finish& finish);

  ConvolutionGeometry geometry_;
  bool transposed_;
  PoolingWindow window_;
  Pass forward_, backward_;
  TileWeightGradient<T> weight_gradient_;
  std::optional<WinogradWeightGradient<T>> winograd_gradient_;
  typename TileWeightGradient<T>::Workspace at_once_;  // of all threads
  typename WinogradWeightGradient<T>::Workspace winograd_at_once_;
  std::vector<Workspace> workspaces_;
  Parts parts_;
};

extern template class TileConvolution<Bf16>;
extern template class TileConvolution<float>;

}  // namespace belamy::kernels
