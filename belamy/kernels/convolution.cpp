#include "belamy/kernels/convolution.h"

#include <omp.h>

#include <algorithm>
#include <cstring>
#include <limits>

#include "belamy/kernels/rows.h"
#include "belamy/kernels/tile_pack.h"

namespace belamy::kernels {
namespace {

// A group's working memory stays in a core's second-level cache.
constexpr size_t kGroupBytes = size_t{1} << 20;

// Threads take groups as they come, since cores are not equally fast at all times: enough of them
// for that to come out even.
constexpr size_t kFewestGroups = 16;

// Groups of fewer pixels than this would read the weights too often for what they compute; rather
// than that there may be fewer groups. Minimal filtering has up to four times as many weights:
// there may be as few groups as there are threads.
constexpr size_t kPixelsOfGroup = 512;
constexpr size_t kFewestSmallGroups = 4;
constexpr size_t kPixelsOfWinogradGroup = 2048;

// Minimal filtering costs digits (docs/performance.md): it must save at least so much.
constexpr double kLeastGain = 0.9;

// Gradients of weights are summed in so many parts: more cost additions, fewer come out uneven.
constexpr size_t kParts = 8;
// Below so many output pixels, adding parts up costs more than computing them.
constexpr size_t kFewestPixelsOfParts = 32768;
constexpr size_t kPartsWithoutWeights = 32;

// Images into the middle of their padding.
template <class T>
void pad(const Correlation& shape, const T* source, size_t images, T* padded) {
  const size_t channels = shape.source_channels;
  const size_t columns = std::min(shape.source_columns, shape.padded_columns - shape.pad_left);
  const size_t rows = std::min(shape.source_rows, shape.padded_rows - shape.pad_top);
  for (size_t image = 0; image < images; ++image) {
    for (size_t row = 0; row < rows; ++row) {
      const size_t place = shape.place_of_row(shape.pad_top + row);
      const size_t to =
          image * shape.padded_size() + (place * shape.padded_columns + shape.pad_left) * channels;
      const size_t from = (image * shape.source_rows + row) * shape.source_columns * channels;
      std::memcpy(padded + to, source + from, columns * channels * sizeof(T));
    }
  }
}

}  // namespace

template <class T>
TileConvolution<T>::TileConvolution(const ConvolutionGeometry& geometry, bool transposed,
                                    PoolingWindow window)
    : geometry_(geometry),
      transposed_(transposed),
      window_(window),
      forward_(geometry, !transposed),
      backward_(geometry, transposed),
      weight_gradient_(geometry) {
  if (WinogradWeightGradient<T>::pays(geometry)) winograd_gradient_.emplace(geometry);
}

template <class T>
TileConvolution<T>::Pass::Pass(const ConvolutionGeometry& geometry, bool towards_output)
    : tiles(towards_output ? forward_correlation(geometry) : input_gradient_correlation(geometry),
            towards_output) {
  constexpr double kNever = std::numeric_limits<double>::infinity();
  const double direct = TileCorrelation<T>::cost(shape());
  const double scattered = ScatterCorrelation<T>::cost(shape());
  const double filtered = WinogradCorrelation<T>::cost(shape());
  const double filtered_back = towards_output ? kNever : WinogradScatter<T>::cost(geometry);
  if (std::min(filtered, filtered_back) < kLeastGain * std::min(scattered, direct)) {
    filtered <= filtered_back ? void(winograd.emplace(shape(), towards_output))
                              : void(winograd_scatter.emplace(geometry));
  } else if (scattered < direct) {
    scatter.emplace(shape(), towards_output);
  }
}

template <class T>
void TileConvolution<T>::Pass::pack(const KernelMatrices& weights) {
  if (scatter) return scatter->pack(weights);
  if (winograd) return winograd->pack(weights);
  winograd_scatter ? winograd_scatter->pack(weights) : tiles.pack(weights);
}

template <class T>
void TileConvolution<T>::set_forward_weights(const float* weights) {
  forward_.pack({weights, geometry_.taps(), geometry_.in_channels});
}

template <class T>
void TileConvolution<T>::set_backward_weights(const float* weights) {
  backward_.pack({weights, geometry_.taps(), geometry_.in_channels});
}

template <class T>
void TileConvolution<T>::prepare_workspaces() {
  const auto threads = static_cast<size_t>(omp_get_max_threads());
  if (workspaces_.size() == threads) return;
  workspaces_ = std::vector<Workspace>(threads);
}

template <class T>
size_t TileConvolution<T>::group_size(const Pass& pass, size_t images) const {
  const Correlation& shape = pass.shape();
  const size_t pixels = shape.out_rows * shape.out_columns;
  const size_t bytes =
      sizeof(T) * shape.padded_size() + sizeof(float) * pixels * pass.tiles.sums_stride();
  const auto shared = [&](size_t groups) { return (images + groups - 1) / groups; };
  const auto threads = static_cast<size_t>(omp_get_max_threads());
  const size_t fewest = pass.filters() ? std::max<size_t>(threads, 2) : kFewestSmallGroups;
  const size_t enough = (pass.filters() ? kPixelsOfWinogradGroup : kPixelsOfGroup) / pixels + 1;
  const size_t worthwhile = std::min(enough, shared(fewest));
  const size_t fit = std::max(kGroupBytes / bytes, pass.filters() ? worthwhile : 1);
  return std::min(fit, std::max(shared(kFewestGroups), worthwhile));
}

template <class T>
void TileConvolution<T>::correlate(const Pass& pass, const T* source, size_t images,
                                   const float* bias, TileSession<T>& session,
                                   Workspace& workspace) const {
  const Correlation& shape = pass.shape();
  if (pass.sums_images()) {
    float* sums =
        workspace.sums.reserve(images * shape.out_rows * shape.out_columns * shape.out_channels);
    if (pass.scatter) {
      return pass.scatter->run(source, images, bias, session, workspace.scatter, sums);
    }
    return pass.winograd
               ? pass.winograd->run(source, images, session, workspace.winograd, sums)
               : pass.winograd_scatter->run(source, images, session, workspace.winograd, sums);
  }
  if (shape.is_padded() || pass.tiles.needs_overhang()) {
    // Each direction has a buffer of its own, so that padding once zero stays so.
    AlignedBuffer<T>& buffer =
        &pass == &forward_ ? workspace.padded_forward : workspace.padded_backward;
    T* padded = buffer.reserve_zeros(images * shape.padded_size() + kRunOverhang);
    pad(shape, source, images, padded);
    source = padded;
  }
  float* sums = workspace.sums.reserve(pass.tiles.sums_size(images));
  pass.tiles.run(source, images, session, workspace.panel, sums);
}

template <class T>
template <class Out>
void TileConvolution<T>::finish_images(const Pass& pass, const float* sums, size_t images,
                                       const float* bias, ActivationFunction function,
                                       Out* out) const {
  const Correlation& shape = pass.shape();
  const size_t stride = pass.tiles.sums_stride(), channels = shape.out_channels;
  const size_t pixels = images * shape.out_rows * shape.out_columns;
  if (pass.scatter) {
    const size_t count = pixels * channels;
    return finish_rows(sums, count, 1, count, nullptr, function, out, count);
  }
  if (pass.filters()) {
    return finish_rows(sums, channels, pixels, channels, bias, function, out, channels);
  }
  for (size_t i = 0; i < shape.phases.size(); ++i) {
    const CorrelationPhase& phase = shape.phases[i];
    const size_t row_pitch = pass.tiles.row_pitch(i);
    const float* from = sums + pass.tiles.sums_begin(i, images);
    if (shape.phases.size() == 1 && row_pitch == phase.columns) {
      finish_rows(from, stride, pixels, channels, bias, function, out, channels);
      continue;
    }
    for (size_t image = 0; image < images; ++image) {
      for (size_t row = 0; row < phase.rows; ++row, from += row_pitch * stride) {
        const size_t to_row = image * shape.out_rows + phase.first_row + row * shape.row_step;
        Out* to = out + (to_row * shape.out_columns + phase.first_column) * channels;
        finish_rows(from, stride, phase.columns, channels, bias, function, to,
                    shape.column_step * channels);
      }
    }
  }
}

// Calls finish(sums, first image, number of images) for groups of images on all threads.
template <class T>
template <class Finish>
void TileConvolution<T>::for_groups(const T* x, size_t images, const float* bias,
                                    const Finish& finish) {
  prepare_workspaces();
  const Correlation& shape = forward_.shape();
  const size_t x_size = shape.source_rows * shape.source_columns * shape.source_channels;
  const size_t group = group_size(forward_, images), groups = (images + group - 1) / group;
#pragma omp parallel
  {
    Workspace& workspace = workspaces_[static_cast<size_t>(omp_get_thread_num())];
    TileSession<T> session(kTileRows);
#pragma omp for schedule(dynamic)
    for (size_t g = 0; g < groups; ++g) {
      const size_t first = g * group, count = std::min(group, images - first);
      correlate(forward_, x + first * x_size, count, bias, session, workspace);
      finish(workspace.sums.data(), first, count);
    }
  }
}

template <class T>
template <class Out>
void TileConvolution<T>::forward(const T* x, size_t images, const float* bias,
                                 ActivationFunction function, Out* y) {
  for_groups(x, images, bias, [&](const float* sums, size_t first, size_t count) {
    finish_images(forward_, sums, count, bias, function, y + first * output_size());
  });
}

template <class T>
void TileConvolution<T>::forward_pooled(const T* x, size_t images, const float* bias,
                                        ActivationFunction function, T* y, uint8_t* winner) {
  const size_t stride = forward_.sums_stride(), pitch = forward_.row_pitch();
  const float* later = forward_.scatter ? nullptr : bias;
  for_groups(x, images, bias, [&](const float* sums, size_t first, size_t count) {
    for (size_t i = 0; i < count; ++i) {
      const size_t at = (first + i) * pooled_size();
      finish_pooled(sums + i * image().rows * pitch * stride, stride, pitch, image(), later,
                    function, y + at, winner + at);
    }
  });
}

template <class T>
void TileConvolution<T>::backward(const ConvolutionGradients<T>& gradients, size_t images,
                                  ActivationFunction function) {
  prepare_workspaces();
  const size_t channels = forward_.shape().out_channels;
  const bool few = images * geometry_.out_pixels() < kFewestPixelsOfParts;
  const bool at_once = gradients.dw != nullptr && (few || winograd_gradient_);
  const bool in_parts = gradients.dw != nullptr && !at_once;
  const size_t parts = std::min(in_parts || few ? kParts : kPartsWithoutWeights, images);
  parts_.weights.resize(in_parts ? parts : 1);
  parts_.bias.resize(parts);
  Part whole{.images = images,
             .index = 0,
             .given = nullptr,
             .kept = nullptr,
             .weights_later = at_once,
             .input_later = few};
  if (function.kind == ActivationKind::kLinear && !window_.pools()) {
    whole.given = gradients.dy;
  } else if (at_once || few) {
    whole.kept = parts_.gradient.reserve(images * output_size());
  }
#pragma omp parallel
  {
    Workspace& workspace = workspaces_[static_cast<size_t>(omp_get_thread_num())];
    TileSession<T> session(kTileRows);
#pragma omp for schedule(dynamic)
    for (size_t part = 0; part < parts; ++part) {
      parts_.bias[part].assign(channels, 0.0f);
      if (in_parts) weight_gradient_.clear(parts_.weights[part]);
      Part own = whole;
      own.index = part;
      backward_part(gradients, own, function, session, workspace);
    }
  }
  if (few && gradients.dx != nullptr) {
    input_gradient_at_once(whole.gradient(), images, gradients.dx);
  }
  if (in_parts) weight_gradient_.finish(parts_.weights, gradients.dw);
  if (at_once) weight_gradient_at_once(gradients.x, whole.gradient(), images, gradients.dw);
  if (gradients.db == nullptr) return;
  std::fill_n(gradients.db, channels, 0.0f);
  for (const std::vector<float>& bias : parts_.bias) add(bias.data(), gradients.db, channels);
}

template <class T>
void TileConvolution<T>::backward_part(const ConvolutionGradients<T>& gradients, const Part& part,
                                       ActivationFunction function, TileSession<T>& session,
                                       Workspace& workspace) {
  const size_t parts = parts_.bias.size(), group = group_size(backward_, part.images);
  const size_t begin = part.index * part.images / parts;
  const size_t end = (part.index + 1) * part.images / parts;
  for (size_t first = begin; first < end; first += group) {
    backward_group(gradients, part, first, std::min(group, end - first), function, session,
                   workspace);
  }
}

template <class T>
void TileConvolution<T>::backward_group(const ConvolutionGradients<T>& gradients, const Part& part,
                                        size_t first, size_t images, ActivationFunction function,
                                        TileSession<T>& session, Workspace& workspace) {
  const Correlation& shape = forward_.shape();
  const size_t x_size = shape.source_rows * shape.source_columns * shape.source_channels;
  const size_t y_size = output_size();
  const T* dz = part.given == nullptr ? nullptr : part.given + first * y_size;
  T* room = nullptr;
  if (part.given == nullptr) {
    room = part.kept != nullptr ? part.kept + first * y_size
                                : workspace.gradient.reserve(images * y_size);
    dz = room;
  }
  if (room != nullptr || gradients.db != nullptr) {
    output_gradient(gradients, first, images, function, room, parts_.bias[part.index].data());
  }
  if (gradients.dx != nullptr && !part.input_later) {
    input_gradient(dz, images, session, workspace, gradients.dx + first * x_size);
  }
  if (gradients.dw != nullptr && !part.weights_later) {
    const T* x = gradients.x + first * x_size;
    weight_gradient_.add(transposed_ ? dz : x, transposed_ ? x : dz, images, session,
                         workspace.weight_gradient, parts_.weights[part.index]);
  }
}

template <class T>
void TileConvolution<T>::input_gradient(const T* dz, size_t images, TileSession<T>& session,
                                        Workspace& workspace, T* dx) const {
  correlate(backward_, dz, images, nullptr, session, workspace);
  finish_images(backward_, workspace.sums.data(), images, nullptr, ActivationFunction{}, dx);
}

// From the gradient of all images: groups here are as large as reading the weights
// wants, where the number of parts is fixed so that sums over images are.
template <class T>
void TileConvolution<T>::input_gradient_at_once(const T* dz, size_t images, T* dx) {
  const Correlation& shape = backward_.shape();
  const size_t dx_size = shape.out_rows * shape.out_columns * shape.out_channels;
  const size_t group = group_size(backward_, images), groups = (images + group - 1) / group;
#pragma omp parallel
  {
    Workspace& workspace = workspaces_[static_cast<size_t>(omp_get_thread_num())];
    TileSession<T> session(kTileRows);
#pragma omp for schedule(dynamic)
    for (size_t g = 0; g < groups; ++g) {
      const size_t first = g * group;
      input_gradient(dz + first * output_size(), std::min(group, images - first), session,
                     workspace, dx + first * dx_size);
    }
  }
}

template <class T>
void TileConvolution<T>::weight_gradient_at_once(const T* x, const T* dz, size_t images,
                                                 float* dw) {
  const T* input = transposed_ ? dz : x;
  const T* output = transposed_ ? x : dz;
  if (winograd_gradient_) {
    winograd_gradient_->compute(input, output, images, winograd_at_once_, dw);
  } else {
    weight_gradient_.compute(input, output, images, at_once_, parts_.weights[0], dw);
  }
}

// dz of some images from dy, through pooling and activation; null where it is dy.
template <class T>
void TileConvolution<T>::output_gradient(const ConvolutionGradients<T>& gradients, size_t first,
                                         size_t images, ActivationFunction function, T* dz,
                                         float* bias) const {
  const size_t at = first * pooled_size();  // output_size() without pooling
  const T* y = gradients.y == nullptr ? nullptr : gradients.y + at;
  const size_t channels = image().channels;
  if (!window_.pools()) {
    gradient_rows(y, gradients.dy + at, images * image().rows * image().columns, channels, channels,
                  function, dz, bias);
    return;
  }
  for (size_t i = 0; i < images; ++i) {
    const size_t from = i * pooled_size();
    gradient_pooled(y + from, gradients.dy + at + from, gradients.winner + at + from, image(),
                    function, dz + i * output_size(), bias);
  }
}

template class TileConvolution<Bf16>;
template class TileConvolution<float>;
template void TileConvolution<Bf16>::forward(const Bf16*, size_t, const float*, ActivationFunction,
                                             Bf16*);
template void TileConvolution<Bf16>::forward(const Bf16*, size_t, const float*, ActivationFunction,
                                             float*);
template void TileConvolution<float>::forward(const float*, size_t, const float*,
                                              ActivationFunction, float*);

}  // namespace belamy::kernels
