// How fast the kernels between the matrix products move their data, in both element types and for
// two layers: 128 x 1024 (dense, in the second-level cache) and 25088 x 128 (32 images of 28 x 28).
// bytes_per_second counts each tensor once, though a normalization reads its input twice.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <string>
#include <type_traits>
#include <vector>

#include "belamy/kernels/activation.h"
#include "belamy/kernels/normalization.h"
#include "belamy/kernels/pooling.h"
#include "belamy/kernels/random.h"

namespace belamy::kernels {
namespace {

constexpr ActivationFunction kLeaky{ActivationKind::kLeakyRelu, 0.2f};
constexpr ActivationFunction kTanh{ActivationKind::kTanh, 0.0f};
constexpr DropoutMask kHalf{0.5f, {1, 2}, 0};

NormalizationShape shape_of(const benchmark::State& state) {
  return {static_cast<size_t>(state.range(0)), static_cast<size_t>(state.range(1))};
}

// Standard normals.
template <class T>
std::vector<T> tensor(const benchmark::State& state) {
  const size_t size = shape_of(state).rows * shape_of(state).channels;
  std::vector<float> values(size);
  fill_normal(values.data(), size, {1, 2}, 0);
  if constexpr (std::is_same_v<T, float>) {
    return values;
  } else {
    std::vector<T> narrow(size);
    convert(values.data(), narrow.data(), size);
    return narrow;
  }
}

// Runs `kernel` over and over; it reads and writes `bytes` bytes.
template <class Kernel>
void measure(benchmark::State& state, size_t bytes, const Kernel& kernel) {
  for (auto _ : state) {
    kernel();
    benchmark::ClobberMemory();
  }
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(bytes));
}

template <class T>
void activation(benchmark::State& state, ActivationFunction function) {
  const auto x = tensor<T>(state);
  auto y = x;
  measure(state, 2 * x.size() * sizeof(T),
          [&] { activate(x.data(), y.data(), x.size(), function); });
}

template <class T>
void activation_gradient(benchmark::State& state, ActivationFunction function) {
  const auto y = tensor<T>(state);
  auto dy = y, dx = y;
  measure(state, 3 * y.size() * sizeof(T),
          [&] { activation_backward(y.data(), dy.data(), dx.data(), y.size(), function); });
}

struct Channels {
  explicit Channels(const benchmark::State& state) : ones(shape_of(state).channels, 1.0f) {}

  std::vector<float> ones, mean = ones, variance = ones, deviation = ones;
  std::vector<float> dgamma = ones, dbeta = ones;

  Normalization normalization(DropoutMask before, DropoutMask after) const {
    return {.gamma = ones.data(),
            .beta = ones.data(),
            .function = kLeaky,
            .before = before,
            .after = after};
  }
  BatchStatistics statistics() { return {mean.data(), variance.data(), deviation.data()}; }
};

template <class T>
void normalization(benchmark::State& state, DropoutMask before, DropoutMask after) {
  const auto x = tensor<T>(state);
  auto y = x;
  Channels c(state);
  measure(state, 2 * x.size() * sizeof(T), [&] {
    batch_normalization(x.data(), y.data(), shape_of(state), c.normalization(before, after),
                        c.statistics());
  });
}

template <class T>
void normalization_gradient(benchmark::State& state, DropoutMask before, DropoutMask after) {
  const auto x = tensor<T>(state);
  auto y = x, dx = x;
  Channels c(state);
  const auto options = c.normalization(before, after);
  batch_normalization(x.data(), y.data(), shape_of(state), options, c.statistics());
  const NormalizationGradients<T> gradients{x.data(),           y.data(),  c.mean.data(),
                                            c.deviation.data(), dx.data(), c.dgamma.data(),
                                            c.dbeta.data()};
  measure(state, 3 * x.size() * sizeof(T),
          [&] { batch_normalization_backward(shape_of(state), options, gradients); });
}

template <class T>
void inference_form(benchmark::State& state) {
  const auto x = tensor<T>(state);
  auto y = x;
  const Channels c(state);
  measure(state, 2 * x.size() * sizeof(T), [&] {
    scale_shift(x.data(), y.data(), shape_of(state), c.ones.data(), c.mean.data(), kLeaky);
  });
}

// The rows as images of 28 x 28, or 8 x 8 where there are not enough.
PoolingShape pooling_shape(const benchmark::State& state) {
  const auto [rows, channels] = shape_of(state);
  const size_t side = rows % 784 == 0 ? 28 : 8;
  return {rows / (side * side), side, side, channels, 2, 2};
}

template <class T>
void pooling(benchmark::State& state) {
  const auto x = tensor<T>(state);
  std::vector<T> y(x.size() / 4);
  std::vector<uint8_t> winner(y.size());
  measure(state, (x.size() + y.size()) * sizeof(T) + winner.size(),
          [&] { max_pool(x.data(), y.data(), winner.data(), pooling_shape(state)); });
}

template <class T>
void pooling_gradient(benchmark::State& state) {
  auto dx = tensor<T>(state);
  const std::vector<T> dy(dx.size() / 4);
  const std::vector<uint8_t> winner(dy.size(), 1);
  measure(state, (dx.size() + dy.size()) * sizeof(T) + winner.size(),
          [&] { max_pool_backward(dy.data(), winner.data(), dx.data(), pooling_shape(state)); });
}

template <class T>
void upsampling(benchmark::State& state) {
  auto y = tensor<T>(state);
  const std::vector<T> x(y.size() / 4);
  measure(state, (x.size() + y.size()) * sizeof(T),
          [&] { upsample(x.data(), y.data(), pooling_shape(state)); });
}

template <class T>
void upsampling_gradient(benchmark::State& state) {
  const auto dy = tensor<T>(state);
  std::vector<T> dx(dy.size() / 4);
  measure(state, (dx.size() + dy.size()) * sizeof(T),
          [&] { upsample_backward(dy.data(), dx.data(), pooling_shape(state)); });
}

void sizes(benchmark::internal::Benchmark* benchmark) {
  benchmark->Args({128, 1024})->Args({25088, 128})->UseRealTime();
}

template <class T>
[[maybe_unused]] const bool kRegistered = [] {
  const std::string type = std::is_same_v<T, float> ? "<float>" : "<bf16>";
  const auto add = [&](const std::string& name, auto body) {
    benchmark::RegisterBenchmark((name + type).c_str(), body)->Apply(sizes);
  };
  using State = benchmark::State;
  add("activation_leaky", [](State& s) { activation<T>(s, kLeaky); });
  add("activation_tanh", [](State& s) { activation<T>(s, kTanh); });
  add("activation_gradient_leaky", [](State& s) { activation_gradient<T>(s, kLeaky); });
  add("activation_gradient_tanh", [](State& s) { activation_gradient<T>(s, kTanh); });
  add("normalization", [](State& s) { normalization<T>(s, {}, {}); });
  add("normalization_dropout_after", [](State& s) { normalization<T>(s, {}, kHalf); });
  add("normalization_dropout_both", [](State& s) { normalization<T>(s, kHalf, kHalf); });
  add("normalization_gradient", [](State& s) { normalization_gradient<T>(s, {}, {}); });
  add("normalization_gradient_dropout_after",
      [](State& s) { normalization_gradient<T>(s, {}, kHalf); });
  add("normalization_inference", inference_form<T>);
  add("max_pooling", pooling<T>);
  add("max_pooling_gradient", pooling_gradient<T>);
  add("upsampling", upsampling<T>);
  add("upsampling_gradient", upsampling_gradient<T>);
  return true;
}();
template const bool kRegistered<float>;
template const bool kRegistered<Bf16>;

}  // namespace
}  // namespace belamy::kernels
