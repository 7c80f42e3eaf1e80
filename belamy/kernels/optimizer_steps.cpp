#include "belamy/kernels/optimizer_steps.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "belamy/core/error.h"
#include "belamy/kernels/chunks.h"
#include "hwy/cache_control.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "belamy/kernels/optimizer_steps.cpp"
// clang-format off
#include "hwy/foreach_target.h"  // re-includes this file; must come before highway.h
#include "hwy/highway.h"
#include "belamy/kernels/vectors-inl.h"
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace belamy::kernels {
namespace HWY_NAMESPACE {

void sgd_chunk(float* HWY_RESTRICT parameter, const float* HWY_RESTRICT gradient, size_t count,
               const SgdStep& step) {
  for_vectors<float>(count, [&](auto d, size_t i) HWY_ATTR {
    const auto p = hn::LoadU(d, parameter + i), g = hn::LoadU(d, gradient + i);
    hn::StoreU(hn::NegMulAdd(hn::Set(d, step.learning_rate), g, p), d, parameter + i);
  });
}

void sgd_momentum_chunk(float* HWY_RESTRICT parameter, const float* HWY_RESTRICT gradient,
                        float* HWY_RESTRICT velocity, size_t count, const SgdStep& step) {
  for_vectors<float>(count, [&](auto d, size_t i) HWY_ATTR {
    const auto momentum = hn::Set(d, step.momentum);
    const auto p = hn::LoadU(d, parameter + i), g = hn::LoadU(d, gradient + i);
    const auto descent = hn::Mul(hn::Set(d, step.learning_rate), g);
    const auto v = hn::MulSub(momentum, hn::LoadU(d, velocity + i), descent);
    hn::StoreU(v, d, velocity + i);
    const auto update = step.nesterov ? hn::MulSub(momentum, v, descent) : v;
    hn::StoreU(hn::Add(p, update), d, parameter + i);
  });
}

void adam_chunk(float* HWY_RESTRICT parameter, const float* HWY_RESTRICT gradient,
                float* HWY_RESTRICT first_moment, float* HWY_RESTRICT second_moment, size_t count,
                const AdamStep& step) {
  for_vectors<float>(count, [&](auto d, size_t i) HWY_ATTR {
    const auto g = hn::LoadU(d, gradient + i);
    const auto m = hn::MulAdd(hn::Set(d, step.beta1), hn::LoadU(d, first_moment + i),
                              hn::Mul(hn::Set(d, 1.0f - step.beta1), g));
    const auto v = hn::MulAdd(hn::Set(d, step.beta2), hn::LoadU(d, second_moment + i),
                              hn::Mul(hn::Mul(hn::Set(d, 1.0f - step.beta2), g), g));
    hn::StoreU(m, d, first_moment + i);
    hn::StoreU(v, d, second_moment + i);
    const auto update = hn::Div(hn::Mul(hn::Set(d, step.learning_rate), m),
                                hn::Add(hn::Sqrt(v), hn::Set(d, step.epsilon)));
    hn::StoreU(hn::Sub(hn::LoadU(d, parameter + i), update), d, parameter + i);
  });
}

// `velocity` null: no momentum.
void rmsprop_chunk(float* HWY_RESTRICT parameter, const float* HWY_RESTRICT gradient,
                   float* HWY_RESTRICT mean_square, float* HWY_RESTRICT velocity, size_t count,
                   const RmspropStep& step) {
  for_vectors<float>(count, [&](auto d, size_t i) HWY_ATTR {
    const auto g = hn::LoadU(d, gradient + i);
    const auto a = hn::MulAdd(hn::Set(d, step.rho), hn::LoadU(d, mean_square + i),
                              hn::Mul(hn::Mul(hn::Set(d, 1.0f - step.rho), g), g));
    hn::StoreU(a, d, mean_square + i);
    auto update = hn::Div(hn::Mul(hn::Set(d, step.learning_rate), g),
                          hn::Add(hn::Sqrt(a), hn::Set(d, step.epsilon)));
    if (velocity != nullptr) {
      update = hn::MulAdd(hn::Set(d, step.momentum), hn::LoadU(d, velocity + i), update);
      hn::StoreU(update, d, velocity + i);
    }
    hn::StoreU(hn::Sub(hn::LoadU(d, parameter + i), update), d, parameter + i);
  });
}

// Copies past the cache, since nobody reads the copy soon: that takes half the memory traffic.
void put_aside(const float* HWY_RESTRICT from, float* HWY_RESTRICT to, size_t count) {
  const hn::ScalableTag<float> d;
  const size_t lanes = hn::Lanes(d);
  const bool aligned = reinterpret_cast<uintptr_t>(to) % (lanes * sizeof(float)) == 0;
  const size_t streamed = aligned ? count / lanes * lanes : 0;
  for (size_t i = 0; i < streamed; i += lanes) hn::Stream(hn::LoadU(d, from + i), d, to + i);
  if (streamed > 0) hwy::FlushStream();
  if (streamed < count) {
    std::memcpy(to + streamed, from + streamed, (count - streamed) * sizeof(float));
  }
}

void average_chunk(float* HWY_RESTRICT average, const float* HWY_RESTRICT parameter, size_t count,
                   float weight) {
  for_vectors<float>(count, [&](auto d, size_t i) HWY_ATTR {
    const auto a = hn::LoadU(d, average + i);
    const auto distance = hn::Sub(hn::LoadU(d, parameter + i), a);
    hn::StoreU(hn::MulAdd(hn::Set(d, weight), distance, a), d, average + i);
  });
}

}  // namespace HWY_NAMESPACE
}  // namespace belamy::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace belamy::kernels {

HWY_EXPORT(sgd_chunk);
HWY_EXPORT(sgd_momentum_chunk);
HWY_EXPORT(adam_chunk);
HWY_EXPORT(rmsprop_chunk);
HWY_EXPORT(put_aside);
HWY_EXPORT(average_chunk);

namespace {

void check_velocity(const float* velocity, float momentum) {
  if (momentum != 0.0f && velocity == nullptr) {
    fail(ErrorKind::kUsage, "momentum {} needs a velocity buffer, got none", momentum);
  }
}

template <class Update>
void for_late_pieces(const FlatGradient& gradient, const Update& update) {
  apply_simd_environment();
  for (const LatePiece& piece : gradient.late_pieces) {
    piece.gradient([&](size_t begin, size_t size, const float* values) {
      update(piece.begin + begin, size, values);
    });
  }
}

// Calls update(begin, size, gradient) for the parts of the pieces, chunk by chunk of the flat
// arrays, having put their gradients in place. They are still read from where they came: that is in
// the cache now.
template <class Update>
void for_pieces(const FlatGradient& gradient, const Update& update) {
  for_late_pieces(gradient, update);
  const auto pieces = gradient.pieces;
  if (pieces.empty()) return;
  const auto end_of = [](const GradientPiece& piece) { return piece.begin + piece.count; };
  for_chunks(end_of(pieces.back()), [&](size_t begin, size_t size) {
    const size_t end = begin + size;
    auto piece = std::partition_point(pieces.begin(), pieces.end(),
                                      [&](const GradientPiece& p) { return end_of(p) <= begin; });
    for (; piece != pieces.end() && piece->begin < end; ++piece) {
      const size_t from = std::max(begin, piece->begin);
      const size_t part = std::min(end, end_of(*piece)) - from;
      const float* const source = piece->source + (from - piece->begin);
      float* const place = gradient.values + from;
      if (source != place) HWY_DYNAMIC_DISPATCH(put_aside)(source, place, part);
      update(from, part, source);
    }
  });
}

// The same for a parameter in an array of its own.
template <class Update>
void for_array(const float* gradient, size_t count, const Update& update) {
  for_chunks(count, [&](size_t begin, size_t size) { update(begin, size, gradient + begin); });
}

// What each rule does with elements begin .. begin + size - 1, whose gradients start at `gradient`.
auto sgd_update(float* parameter, float* velocity, const SgdStep& step) {
  check_velocity(velocity, step.momentum);
  return [=, &step](size_t begin, size_t size, const float* gradient) {
    if (step.momentum == 0.0f) {
      HWY_DYNAMIC_DISPATCH(sgd_chunk)(parameter + begin, gradient, size, step);
    } else {
      HWY_DYNAMIC_DISPATCH(sgd_momentum_chunk)
      (parameter + begin, gradient, velocity + begin, size, step);
    }
  };
}

auto adam_update(float* parameter, float* first_moment, float* second_moment,
                 const AdamStep& step) {
  return [=, &step](size_t begin, size_t size, const float* gradient) {
    HWY_DYNAMIC_DISPATCH(adam_chunk)
    (parameter + begin, gradient, first_moment + begin, second_moment + begin, size, step);
  };
}

auto rmsprop_update(float* parameter, float* mean_square, float* velocity,
                    const RmspropStep& step) {
  check_velocity(velocity, step.momentum);
  return [=, &step](size_t begin, size_t size, const float* gradient) {
    float* const part_of_velocity = step.momentum == 0.0f ? nullptr : velocity + begin;
    HWY_DYNAMIC_DISPATCH(rmsprop_chunk)
    (parameter + begin, gradient, mean_square + begin, part_of_velocity, size, step);
  };
}

}  // namespace

void sgd_step(float* parameter, const float* gradient, float* velocity, size_t count,
              const SgdStep& step) {
  for_array(gradient, count, sgd_update(parameter, velocity, step));
}

void sgd_step(float* parameter, const FlatGradient& gradient, float* velocity,
              const SgdStep& step) {
  for_pieces(gradient, sgd_update(parameter, velocity, step));
}

void adam_step(float* parameter, const float* gradient, float* first_moment, float* second_moment,
               size_t count, const AdamStep& step) {
  for_array(gradient, count, adam_update(parameter, first_moment, second_moment, step));
}

void adam_step(float* parameter, const FlatGradient& gradient, float* first_moment,
               float* second_moment, const AdamStep& step) {
  for_pieces(gradient, adam_update(parameter, first_moment, second_moment, step));
}

void rmsprop_step(float* parameter, const float* gradient, float* mean_square, float* velocity,
                  size_t count, const RmspropStep& step) {
  for_array(gradient, count, rmsprop_update(parameter, mean_square, velocity, step));
}

void rmsprop_step(float* parameter, const FlatGradient& gradient, float* mean_square,
                  float* velocity, const RmspropStep& step) {
  for_pieces(gradient, rmsprop_update(parameter, mean_square, velocity, step));
}

void average_step(float* average, const float* parameter, size_t count, double decay) {
  const auto weight = static_cast<float>(1.0 - decay);
  for_chunks(count, [&](size_t begin, size_t size) {
    HWY_DYNAMIC_DISPATCH(average_chunk)(average + begin, parameter + begin, size, weight);
  });
}

}  // namespace belamy::kernels
#endif  // HWY_ONCE
