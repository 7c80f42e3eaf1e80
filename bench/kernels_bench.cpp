// How fast each kernel moves its data: bytes_per_second counts what it must read and write once.
//   OMP_NUM_THREADS=1 BELAMY_MAX_SIMD=avx2 belamy_kernels_bench --benchmark_filter=adam
#include <benchmark/benchmark.h>

#include <cstdint>
#include <cstdio>
#include <exception>
#include <vector>

#include "belamy/kernels/bytes.h"
#include "belamy/kernels/dispatch.h"
#include "belamy/kernels/dropout.h"
#include "belamy/kernels/finite.h"
#include "belamy/kernels/moments.h"
#include "belamy/kernels/optimizer_steps.h"
#include "belamy/kernels/random.h"

namespace belamy::kernels {
namespace {

constexpr PhiloxKey kKey{1, 2};

// Runs `kernel` over and over; it reads and writes bytes_each bytes an element.
template <class Kernel>
void measure(benchmark::State& state, size_t bytes_each, const Kernel& kernel) {
  const auto count = static_cast<size_t>(state.range(0));
  for (auto _ : state) {
    kernel(count);
    benchmark::ClobberMemory();
  }
  const auto elements = state.iterations() * state.range(0);
  state.SetBytesProcessed(elements * static_cast<int64_t>(bytes_each));
  state.SetItemsProcessed(elements);
}

std::vector<float> floats(const benchmark::State& state, float value = 0.5f) {
  return std::vector<float>(static_cast<size_t>(state.range(0)), value);
}

void bits(benchmark::State& state) {
  std::vector<uint32_t> out(static_cast<size_t>(state.range(0)));
  measure(state, 4, [&](size_t count) { fill_bits(out.data(), count, kKey, 0); });
}

void uniform(benchmark::State& state) {
  auto out = floats(state);
  measure(state, 4, [&](size_t count) { fill_uniform(out.data(), count, -1.0f, 1.0f, kKey, 0); });
}

void normal(benchmark::State& state) {
  auto out = floats(state);
  measure(state, 4, [&](size_t count) { fill_normal(out.data(), count, kKey, 0); });
}

void dropout_half(benchmark::State& state) {
  const auto in = floats(state);
  auto out = floats(state);
  measure(state, 8, [&](size_t count) { dropout(in.data(), out.data(), count, 0.5f, kKey, 0); });
}

void bytes_in(benchmark::State& state) {
  const std::vector<uint8_t> in(static_cast<size_t>(state.range(0)), 77);
  auto out = floats(state);
  measure(state, 5,
          [&](size_t count) { bytes_to_floats(in.data(), out.data(), count, -1.0f, 1.0f); });
}

void bytes_out(benchmark::State& state) {
  const auto in = floats(state);
  std::vector<uint8_t> out(static_cast<size_t>(state.range(0)));
  measure(state, 5,
          [&](size_t count) { floats_to_bytes(in.data(), out.data(), count, -1.0f, 1.0f); });
}

void sgd(benchmark::State& state) {
  auto parameter = floats(state);
  const auto gradient = floats(state, 1e-3f);
  measure(state, 12,
          [&](size_t count) { sgd_step(parameter.data(), gradient.data(), nullptr, count, {}); });
}

void sgd_momentum(benchmark::State& state) {
  auto parameter = floats(state), velocity = floats(state, 0.0f);
  const auto gradient = floats(state, 1e-3f);
  const SgdStep step{.momentum = 0.9f, .nesterov = true};
  measure(state, 20, [&](size_t count) {
    sgd_step(parameter.data(), gradient.data(), velocity.data(), count, step);
  });
}

void adam(benchmark::State& state) {
  auto parameter = floats(state), first = floats(state, 0.0f), second = floats(state, 0.0f);
  const auto gradient = floats(state, 1e-3f);
  measure(state, 28, [&](size_t count) {
    adam_step(parameter.data(), gradient.data(), first.data(), second.data(), count, {});
  });
}

void rmsprop(benchmark::State& state) {
  auto parameter = floats(state), mean_square = floats(state, 0.0f);
  const auto gradient = floats(state, 1e-3f);
  measure(state, 20, [&](size_t count) {
    rmsprop_step(parameter.data(), gradient.data(), mean_square.data(), nullptr, count, {});
  });
}

void finite(benchmark::State& state) {
  const auto values = floats(state);
  measure(state, 4,
          [&](size_t count) { benchmark::DoNotOptimize(all_finite(values.data(), count)); });
}

void mean_and_deviation(benchmark::State& state) {
  const auto values = floats(state);
  measure(state, 4, [&](size_t count) { benchmark::DoNotOptimize(moments(values.data(), count)); });
}

// One within the second-level cache and on one thread, one in memory and on all threads.
void sizes(benchmark::internal::Benchmark* benchmark) {
  benchmark->Arg(1 << 14)->Arg(1 << 22)->UseRealTime();
}

BENCHMARK(bits)->Apply(sizes);
BENCHMARK(uniform)->Apply(sizes);
BENCHMARK(normal)->Apply(sizes);
BENCHMARK(dropout_half)->Apply(sizes);
BENCHMARK(bytes_in)->Apply(sizes);
BENCHMARK(bytes_out)->Apply(sizes);
BENCHMARK(sgd)->Apply(sizes);
BENCHMARK(sgd_momentum)->Apply(sizes);
BENCHMARK(adam)->Apply(sizes);
BENCHMARK(rmsprop)->Apply(sizes);
BENCHMARK(finite)->Apply(sizes);
BENCHMARK(mean_and_deviation)->Apply(sizes);

}  // namespace
}  // namespace belamy::kernels

int main(int argc, char** argv) {
  try {
    benchmark::AddCustomContext("simd", belamy::kernels::simd_target());
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 2;
  }
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
}
