#include "belamy/train/peak_rate.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <vector>

#include "belamy/kernels/convolution.h"
#include "belamy/kernels/dense.h"
#include "belamy/nn/fused.h"
#include "belamy/nn/precision.h"

namespace belamy {
namespace {

constexpr int64_t kSide = 1024;  // of the matrices
constexpr kernels::ActivationFunction kNoActivation{kernels::ActivationKind::kLinear, 0};

double seconds_of(const std::function<void()>& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

double best_rate(double operations, const std::function<void()>& work) {
  double best = seconds_of(work);
  for (int i = 0; i < 12; ++i) best = std::min(best, seconds_of(work));
  return operations / best;
}

double matrix_rate(at::ScalarType type) {
  const at::Tensor a = at::randn({kSide, kSide}).to(type), b = at::randn({kSide, kSide}).to(type);
  return best_rate(2.0 * kSide * kSide * kSide, [&] { at::mm(a, b); });
}

template <class T>
double kernel_matrix_rate(at::ScalarType type) {
  const at::Tensor weights = at::randn({kSide, kSide});
  const at::Tensor x = at::randn({kSide, kSide}).to(type), y = at::empty_like(x);
  kernels::TileDense<T> dense(kSide, kSide);
  dense.set_forward_weights(weights.data_ptr<float>());
  return best_rate(2.0 * kSide * kSide * kSide, [&] {
    dense.forward(kernel_data<T>(x), kSide, nullptr, kNoActivation, kernel_data<T>(y));
  });
}

// Square images, windows of 5×5, as many pixels out as in.
struct ConvolutionSize {
  int64_t images, channels, filters, side;

  double operations() const {
    return 2.0 * static_cast<double>(images * side * side * filters * channels * 25);
  }
};

// Those of s4 at a batch of 225, the best ones measured here, and one whose rows fill a tile.
constexpr ConvolutionSize kConvolutions[] = {
    {225, 128, 64, 14}, {225, 64, 128, 14}, {64, 128, 128, 16}};

double convolution_rate(const ConvolutionSize& size, at::ScalarType type) {
  const auto layout = at::MemoryFormat::ChannelsLast;
  const at::Tensor x =
      at::randn({size.images, size.channels, size.side, size.side}).to(type).contiguous(layout);
  const at::Tensor w = at::randn({size.filters, size.channels, 5, 5}).to(type).contiguous(layout);
  return best_rate(size.operations(), [&] { at::conv2d(x, w, {}, 1, 2); });
}

template <class T>
double kernel_convolution_rate(const ConvolutionSize& size, at::ScalarType type) {
  const auto whole = [](int64_t value) { return static_cast<size_t>(value); };
  kernels::ConvolutionGeometry geometry;
  geometry.in_rows = geometry.in_columns = whole(size.side);
  geometry.out_rows = geometry.out_columns = whole(size.side);
  geometry.in_channels = whole(size.channels);
  geometry.out_channels = whole(size.filters);
  geometry.kernel_rows = geometry.kernel_columns = 5;
  geometry.pad_top = geometry.pad_left = 2;
  kernels::TileConvolution<T> convolution(geometry, /*transposed=*/false);
  const at::Tensor weights = at::randn({size.filters, 5, 5, size.channels});
  convolution.set_forward_weights(weights.data_ptr<float>());
  const at::Tensor x = at::randn({size.images * size.side * size.side, size.channels}).to(type);
  const at::Tensor y = at::empty({x.size(0), size.filters}, x.options());
  return best_rate(size.operations(), [&] {
    convolution.forward(kernel_data<T>(x), whole(size.images), nullptr, kNoActivation,
                        kernel_data<T>(y));
  });
}

template <class T>
double best_rate_in(at::ScalarType type) {
  double peak = std::max(matrix_rate(type), kernel_matrix_rate<T>(type));
  for (const ConvolutionSize& size : kConvolutions) {
    peak = std::max({peak, convolution_rate(size, type), kernel_convolution_rate<T>(size, type)});
  }
  return peak;
}

}  // namespace

double measure_peak_rate() {
  const at::NoGradGuard no_grad;
  return has_fast_bf16() ? best_rate_in<kernels::Bf16>(at::kBFloat16)
                         : best_rate_in<float>(at::kFloat);
}

}  // namespace belamy
