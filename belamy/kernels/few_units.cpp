#include "belamy/kernels/few_units.h"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "belamy/kernels/few_units.cpp"
// clang-format off
#include "hwy/foreach_target.h"  // re-includes this file; must come before highway.h
#include "hwy/highway.h"
#include "belamy/kernels/bf16-inl.h"
#include "belamy/kernels/vectors-inl.h"
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace belamy::kernels {
namespace HWY_NAMESPACE {

// Rows whose sums are formed side by side: each waits for its own last addition only.
constexpr size_t kRowsAtOnce = 4;

// z of kCount rows. A row's sum is formed in the same order in whatever company.
template <size_t kCount, class T>
HWY_INLINE void forward_rows(const FewUnits& size, const T* x, const float* w, float* z) {
  const hn::ScalableTag<float> d;
  const size_t lanes = hn::Lanes(d), inputs = size.inputs;
  for (size_t unit = 0; unit < size.units; ++unit, w += inputs) {
    hn::Vec<decltype(d)> sums[kCount];
    for (auto& sum : sums) sum = hn::Zero(d);
    size_t k = 0;
    for (; k + lanes <= inputs; k += lanes) {
      const auto weight = hn::LoadU(d, w + k);
      for (size_t row = 0; row < kCount; ++row) {
        sums[row] = hn::MulAdd(load_float(d, x + row * inputs + k), weight, sums[row]);
      }
    }
    const hn::CappedTag<float, 1> single;
    for (size_t row = 0; row < kCount; ++row) {
      float total = hn::GetLane(hn::SumOfLanes(d, sums[row]));
      for (size_t rest = k; rest < inputs; ++rest) {
        total += hn::GetLane(load_float(single, x + row * inputs + rest)) * w[rest];
      }
      z[row * size.units + unit] = total;
    }
  }
}

template <class T>
HWY_INLINE void forward(const FewUnits& size, const T* x, const float* w, float* z) {
  size_t row = 0;
  for (; row + kRowsAtOnce <= size.rows; row += kRowsAtOnce) {
    forward_rows<kRowsAtOnce>(size, x + row * size.inputs, w, z + row * size.units);
  }
  for (; row < size.rows; ++row) {
    forward_rows<1>(size, x + row * size.inputs, w, z + row * size.units);
  }
}

void forward_bf16(const FewUnits& size, const Bf16* x, const float* w, float* z) {
  forward(size, x, w, z);
}

void forward_float(const FewUnits& size, const float* x, const float* w, float* z) {
  forward(size, x, w, z);
}

// Columns begin .. begin + kVectors * Lanes(d) of dx and dw, whose weights and sums stay in
// registers while the rows pass by.
template <size_t kUnits, size_t kVectors, class D, class T>
HWY_INLINE void backward_columns(D d, size_t begin, const FewUnits& size, const float* dz,
                                 const T* x, const float* w, T* dx, float* dw) {
  const size_t lanes = hn::Lanes(d), inputs = size.inputs;
  hn::Vec<D> weights[kUnits][kVectors], sums[kUnits][kVectors];
  for (size_t unit = 0; unit < kUnits; ++unit) {
    for (size_t i = 0; i < kVectors; ++i) {
      sums[unit][i] = hn::Zero(d);
      weights[unit][i] =
          dx == nullptr ? sums[unit][i] : hn::LoadU(d, w + unit * inputs + begin + i * lanes);
    }
  }
  for (size_t row = 0; row < size.rows; ++row) {
    hn::Vec<D> gradients[kUnits];
    for (size_t unit = 0; unit < kUnits; ++unit) {
      gradients[unit] = hn::Set(d, dz[row * kUnits + unit]);
    }
    for (size_t i = 0; i < kVectors; ++i) {
      const size_t at = row * inputs + begin + i * lanes;
      if (dw != nullptr) {
        const auto value = load_float(d, x + at);
        for (size_t unit = 0; unit < kUnits; ++unit) {
          sums[unit][i] = hn::MulAdd(value, gradients[unit], sums[unit][i]);
        }
      }
      if (dx != nullptr) {
        auto sum = hn::Mul(weights[0][i], gradients[0]);
        for (size_t unit = 1; unit < kUnits; ++unit) {
          sum = hn::MulAdd(weights[unit][i], gradients[unit], sum);
        }
        store_float(sum, d, dx + at);
      }
    }
  }
  if (dw == nullptr) return;
  for (size_t unit = 0; unit < kUnits; ++unit) {
    for (size_t i = 0; i < kVectors; ++i) {
      hn::StoreU(sums[unit][i], d, dw + unit * inputs + begin + i * lanes);
    }
  }
}

template <size_t kUnits, class T>
HWY_INLINE void backward_of(size_t begin, size_t end, const FewUnits& size, const float* dz,
                            const T* x, const float* w, T* dx, float* dw) {
  constexpr size_t kVectors = kFewUnits / kUnits;
  const hn::ScalableTag<float> d;
  const size_t wide = kVectors * hn::Lanes(d);
  for (; begin + wide <= end; begin += wide) {
    backward_columns<kUnits, kVectors>(d, begin, size, dz, x, w, dx, dw);
  }
  for (; begin + hn::Lanes(d) <= end; begin += hn::Lanes(d)) {
    backward_columns<kUnits, 1>(d, begin, size, dz, x, w, dx, dw);
  }
  const hn::CappedTag<float, 1> single;
  for (; begin < end; ++begin) {
    backward_columns<kUnits, 1>(single, begin, size, dz, x, w, dx, dw);
  }
}

template <class T>
HWY_INLINE void backward(size_t begin, size_t end, const FewUnits& size, const float* dz,
                         const T* x, const float* w, T* dx, float* dw) {
  switch (size.units) {
    case 1:
      return backward_of<1>(begin, end, size, dz, x, w, dx, dw);
    case 2:
      return backward_of<2>(begin, end, size, dz, x, w, dx, dw);
    case 3:
      return backward_of<3>(begin, end, size, dz, x, w, dx, dw);
    default:
      return backward_of<4>(begin, end, size, dz, x, w, dx, dw);
  }
}

void backward_bf16(size_t begin, size_t end, const FewUnits& size, const float* dz, const Bf16* x,
                   const float* w, Bf16* dx, float* dw) {
  backward(begin, end, size, dz, x, w, dx, dw);
}

void backward_float(size_t begin, size_t end, const FewUnits& size, const float* dz, const float* x,
                    const float* w, float* dx, float* dw) {
  backward(begin, end, size, dz, x, w, dx, dw);
}

}  // namespace HWY_NAMESPACE
}  // namespace belamy::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace belamy::kernels {

HWY_EXPORT(forward_bf16);
HWY_EXPORT(forward_float);
HWY_EXPORT(backward_bf16);
HWY_EXPORT(backward_float);

namespace {

// Below it, threads take longer to wake than one takes for the whole.
constexpr size_t kSerialElements = size_t{1} << 19;

// Columns a job: cache lines of their own, and enough of them to be read at a stretch.
constexpr size_t kColumns = 256;

template <class T, class Run>
void for_rows(const FewUnits& size, const T* x, float* z, const Run& run) {
  const size_t jobs = (size.rows + kFewUnits - 1) / kFewUnits;
#pragma omp parallel for if (size.rows * size.inputs >= kSerialElements)
  for (size_t job = 0; job < jobs; ++job) {
    const size_t row = job * kFewUnits;
    run({std::min(kFewUnits, size.rows - row), size.inputs, size.units}, x + row * size.inputs,
        z + row * size.units);
  }
}

template <class Run>
void for_columns(const FewUnits& size, const Run& run) {
#pragma omp parallel for schedule(dynamic) if (size.rows * size.inputs >= kSerialElements)
  for (size_t column = 0; column < size.inputs; column += kColumns) {
    run(column, std::min(column + kColumns, size.inputs));
  }
}

}  // namespace

void few_units_forward(const FewUnits& size, const Bf16* x, const float* w, float* z) {
  for_rows(size, x, z, [w](const FewUnits& part, const Bf16* from, float* to) {
    HWY_DYNAMIC_DISPATCH(forward_bf16)(part, from, w, to);
  });
}

void few_units_forward(const FewUnits& size, const float* x, const float* w, float* z) {
  for_rows(size, x, z, [w](const FewUnits& part, const float* from, float* to) {
    HWY_DYNAMIC_DISPATCH(forward_float)(part, from, w, to);
  });
}

void few_units_backward(const FewUnits& size, const float* dz, const Bf16* x, const float* w,
                        Bf16* dx, float* dw) {
  for_columns(size, [&](size_t begin, size_t end) {
    HWY_DYNAMIC_DISPATCH(backward_bf16)(begin, end, size, dz, x, w, dx, dw);
  });
}

void few_units_backward(const FewUnits& size, const float* dz, const float* x, const float* w,
                        float* dx, float* dw) {
  for_columns(size, [&](size_t begin, size_t end) {
    HWY_DYNAMIC_DISPATCH(backward_float)(begin, end, size, dz, x, w, dx, dw);
  });
}

}  // namespace belamy::kernels
#endif  // HWY_ONCE
