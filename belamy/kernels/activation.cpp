#include "belamy/kernels/activation.h"

#include "belamy/kernels/chunks.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "belamy/kernels/activation.cpp"
// clang-format off
#include "hwy/foreach_target.h"  // re-includes this file; must come before highway.h
#include "hwy/highway.h"
#include "belamy/kernels/activation-inl.h"
#include "belamy/kernels/bf16-inl.h"
#include "belamy/kernels/vectors-inl.h"
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace belamy::kernels {
namespace HWY_NAMESPACE {

template <class T>
HWY_INLINE void activate_chunk(const T* in, T* out, size_t count, ActivationFunction function) {
  with_activation(function.kind, [&](auto kind) HWY_ATTR {
    for_vectors<float>(count, [&](auto d, size_t i) HWY_ATTR {
      const auto y = activate_vector(d, load_float(d, in + i), kind, function.alpha);
      store_float(y, d, out + i);
    });
  });
}

template <class T>
HWY_INLINE void backward_chunk(const T* y, const T* dy, T* dx, size_t count,
                               ActivationFunction function) {
  with_activation(function.kind, [&](auto kind) HWY_ATTR {
    for_vectors<float>(count, [&](auto d, size_t i) HWY_ATTR {
      const auto slope = activation_slope(d, load_float(d, y + i), kind, function.alpha);
      store_float(hn::Mul(load_float(d, dy + i), slope), d, dx + i);
    });
  });
}

void activate_float(const float* in, float* out, size_t count, ActivationFunction function) {
  activate_chunk(in, out, count, function);
}

void activate_bf16(const Bf16* in, Bf16* out, size_t count, ActivationFunction function) {
  activate_chunk(in, out, count, function);
}

void backward_float(const float* y, const float* dy, float* dx, size_t count,
                    ActivationFunction function) {
  backward_chunk(y, dy, dx, count, function);
}

void backward_bf16(const Bf16* y, const Bf16* dy, Bf16* dx, size_t count,
                   ActivationFunction function) {
  backward_chunk(y, dy, dx, count, function);
}

}  // namespace HWY_NAMESPACE
}  // namespace belamy::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace belamy::kernels {

HWY_EXPORT(activate_float);
HWY_EXPORT(activate_bf16);
HWY_EXPORT(backward_float);
HWY_EXPORT(backward_bf16);

void activate(const float* in, float* out, size_t count, ActivationFunction function) {
  for_chunks(count, [&](size_t begin, size_t size) {
    HWY_DYNAMIC_DISPATCH(activate_float)(in + begin, out + begin, size, function);
  });
}

void activate(const Bf16* in, Bf16* out, size_t count, ActivationFunction function) {
  for_chunks(count, [&](size_t begin, size_t size) {
    HWY_DYNAMIC_DISPATCH(activate_bf16)(in + begin, out + begin, size, function);
  });
}

void activation_backward(const float* y, const float* dy, float* dx, size_t count,
                         ActivationFunction function) {
  for_chunks(count, [&](size_t begin, size_t size) {
    HWY_DYNAMIC_DISPATCH(backward_float)(y + begin, dy + begin, dx + begin, size, function);
  });
}

void activation_backward(const Bf16* y, const Bf16* dy, Bf16* dx, size_t count,
                         ActivationFunction function) {
  for_chunks(count, [&](size_t begin, size_t size) {
    HWY_DYNAMIC_DISPATCH(backward_bf16)(y + begin, dy + begin, dx + begin, size, function);
  });
}

}  // namespace belamy::kernels
#endif  // HWY_ONCE
