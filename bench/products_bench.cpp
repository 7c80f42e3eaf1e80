// How fast dense layers and convolutions of the seed systems' sizes are multiplied, forward and
// backward, in FLOP/s; and what an update of dense weights takes, in weights a second.
//   OMP_NUM_THREADS=1 belamy_kernels_bench --benchmark_filter='dense|convolution'
#include <benchmark/benchmark.h>

#include <string>
#include <type_traits>
#include <vector>

#include "belamy/kernels/convolution.h"
#include "belamy/kernels/dense.h"
#include "belamy/kernels/optimizer_steps.h"

namespace belamy::kernels {
namespace {

template <class T>
constexpr const char* kTypeName = std::is_same_v<T, float> ? "float" : "bf16";

template <class T>
std::vector<T> filled(size_t count, float value) {
  if constexpr (std::is_same_v<T, float>) {
    return std::vector<float>(count, value);
  } else {
    return std::vector<T>(count, to_bf16(value));
  }
}

// Runs `product`, of that many multiplications and additions, over and over.
template <class Product>
void measure(benchmark::State& state, size_t multiply_adds, const Product& product) {
  for (auto _ : state) {
    product();
    benchmark::ClobberMemory();
  }
  state.counters["FLOP/s"] = benchmark::Counter(2.0 * static_cast<double>(multiply_adds),
                                                benchmark::Counter::kIsIterationInvariantRate);
}

struct DenseCase {
  const char* name;
  size_t rows, inputs, units;
};

constexpr DenseCase kDenseCases[] = {
    {"s3_discriminator_1", 256, 784, 512},  {"s1_discriminator_1", 128, 784, 1024},
    {"s1_discriminator_2", 128, 1024, 512}, {"s1_generator_4", 128, 1024, 784},
    {"s2_generator_1", 32, 100, 100352},
};

template <class T>
struct DenseData {
  explicit DenseData(const DenseCase& shape)
      : layer(shape.inputs, shape.units),
        x(filled<T>(shape.rows * shape.inputs, 0.5f)),
        dx(x),
        y(filled<T>(shape.rows * shape.units, 0.5f)),
        weights(shape.inputs * shape.units, 0.1f),
        dw(weights.size()) {
    layer.set_forward_weights(weights.data());
    layer.set_backward_weights(weights.data());
  }

  TileDense<T> layer;
  std::vector<T> x, dx, y;
  std::vector<float> weights, dw;
};

template <class T>
void dense_forward(benchmark::State& state, const DenseCase& shape) {
  DenseData<T> data(shape);
  measure(state, shape.rows * data.weights.size(),
          [&] { data.layer.forward(data.x.data(), shape.rows, nullptr, {}, data.y.data()); });
}

template <class T>
void dense_input_gradient(benchmark::State& state, const DenseCase& shape) {
  DenseData<T> data(shape);
  measure(state, shape.rows * data.weights.size(), [&] {
    data.layer.backward({.dy = data.y.data(), .dx = data.dx.data()}, shape.rows, {});
  });
}

template <class T>
void dense_weight_gradient(benchmark::State& state, const DenseCase& shape) {
  DenseData<T> data(shape);
  measure(state, shape.rows * data.weights.size(), [&] {
    data.layer.backward({.x = data.x.data(), .dy = data.y.data(), .dw = data.dw.data()}, shape.rows,
                        {});
  });
}

// Gradient, Adam's step and packing for the next products both ways: one after the other, or block
// by block. Rates of zero, so that weights stay numbers.
template <class T>
void dense_update(benchmark::State& state, const DenseCase& shape, bool late) {
  DenseData<T> data(shape);
  const size_t count = data.weights.size();
  std::vector<float> first(count), second(count);
  const AdamStep step{.learning_rate = 0};
  const LatePiece piece{0, [&](const UseGradient& use) {
                          data.layer.update_weights(use, data.weights.data(), {true, true});
                        }};
  const bool may_be_late = data.layer.gradient_may_be_late();
  if (late && !may_be_late) return state.SkipWithError("too wide to be late");
  for (auto _ : state) {
    data.layer.backward({.x = data.x.data(),
                         .dy = data.y.data(),
                         .dw = late ? nullptr : data.dw.data(),
                         .late_dw = late},
                        shape.rows, {});
    if (late) {
      adam_step(data.weights.data(), {nullptr, {}, {&piece, 1}}, first.data(), second.data(), step);
    } else {
      adam_step(data.weights.data(), data.dw.data(), first.data(), second.data(), count, step);
      data.layer.set_forward_weights(data.weights.data());
      data.layer.set_backward_weights(data.weights.data());
    }
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(count));
}

struct ConvolutionCase {
  const char* name;
  size_t images;
  ConvolutionGeometry geometry;
};

// Squares, padding on every side.
constexpr ConvolutionGeometry square(size_t in, size_t in_channels, size_t out, size_t out_channels,
                                     size_t kernel, size_t stride, size_t padding) {
  return {in,     in,     in_channels, out,    out,     out_channels,
          kernel, kernel, stride,      stride, padding, padding};
}

const ConvolutionCase kConvolutionCases[] = {
    {"dcgan_28_discriminator_2", 64, square(14, 64, 7, 128, 4, 2, 1)},
    {"dcgan_28_discriminator_3", 64, square(7, 128, 3, 256, 4, 2, 1)},
    {"s2_generator_1", 32, square(28, 128, 28, 128, 3, 1, 1)},
    {"s2_discriminator_3", 32, square(8, 64, 4, 128, 3, 2, 1)},
    {"s4_discriminator_2", 225, square(10, 64, 10, 128, 5, 1, 2)},
};

template <class T>
struct ConvolutionData {
  explicit ConvolutionData(const ConvolutionCase& shape)
      : layer(shape.geometry, /*transposed=*/false) {
    const ConvolutionGeometry& g = shape.geometry;
    x = dx = filled<T>(shape.images * g.in_rows * g.in_columns * g.in_channels, 0.5f);
    y = filled<T>(shape.images * g.out_rows * g.out_columns * g.out_channels, 0.5f);
    weights.assign(g.out_channels * g.kernel_rows * g.kernel_columns * g.in_channels, 0.1f);
    dw = weights;
    layer.set_forward_weights(weights.data());
    layer.set_backward_weights(weights.data());
    multiply_adds = shape.images * g.out_rows * g.out_columns * weights.size();
  }

  TileConvolution<T> layer;
  std::vector<T> x, dx, y;
  std::vector<float> weights, dw;
  size_t multiply_adds = 0;
};

template <class T>
void convolution_forward(benchmark::State& state, const ConvolutionCase& shape) {
  ConvolutionData<T> data(shape);
  measure(state, data.multiply_adds,
          [&] { data.layer.forward(data.x.data(), shape.images, nullptr, {}, data.y.data()); });
}

template <class T>
void convolution_input_gradient(benchmark::State& state, const ConvolutionCase& shape) {
  ConvolutionData<T> data(shape);
  measure(state, data.multiply_adds, [&] {
    data.layer.backward({.dy = data.y.data(), .dx = data.dx.data()}, shape.images, {});
  });
}

template <class T>
void convolution_weight_gradient(benchmark::State& state, const ConvolutionCase& shape) {
  ConvolutionData<T> data(shape);
  measure(state, data.multiply_adds, [&] {
    data.layer.backward({.x = data.x.data(), .dy = data.y.data(), .dw = data.dw.data()},
                        shape.images, {});
  });
}

template <class T, class Case, class Function, class... Arguments>
void add(const char* kernel, const Case& shape, Function* function, Arguments... arguments) {
  const std::string name = std::string(kernel) + "/" + kTypeName<T> + "/" + shape.name;
  benchmark::RegisterBenchmark(name.c_str(), function, shape, arguments...)->UseRealTime();
}

template <class T>
bool add_all() {
  for (const DenseCase& shape : kDenseCases) {
    add<T>("dense_forward", shape, dense_forward<T>);
    add<T>("dense_input_gradient", shape, dense_input_gradient<T>);
    add<T>("dense_weight_gradient", shape, dense_weight_gradient<T>);
    add<T>("dense_update_in_turn", shape, dense_update<T>, false);
    add<T>("dense_update_late", shape, dense_update<T>, true);
  }
  for (const ConvolutionCase& shape : kConvolutionCases) {
    add<T>("convolution_forward", shape, convolution_forward<T>);
    add<T>("convolution_input_gradient", shape, convolution_input_gradient<T>);
    add<T>("convolution_weight_gradient", shape, convolution_weight_gradient<T>);
  }
  return true;
}

[[maybe_unused]] const bool kAdded = add_all<Bf16>() && add_all<float>();

}  // namespace
}  // namespace belamy::kernels
