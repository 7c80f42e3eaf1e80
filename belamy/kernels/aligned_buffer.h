// Memory for kernels: 64-byte aligned, grown but never shrunk, contents not kept.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <new>

namespace belamy::kernels {

inline constexpr size_t kCacheLine = 64;

template <class T>
class AlignedBuffer {
 public:
  /// At least `count` values, undefined when the buffer had to grow.
  T* reserve(size_t count) {
    if (count > capacity_) {
      memory_.reset(new (std::align_val_t{kCacheLine}) T[count]);
      capacity_ = count;
    }
    return memory_.get();
  }

  /// The same, but all zeros when the buffer had to grow: for what is zero once and stays so.
  T* reserve_zeros(size_t count) {
    if (count > capacity_) std::fill_n(reserve(count), count, T{});
    return memory_.get();
  }

  T* data() { return memory_.get(); }
  const T* data() const { return memory_.get(); }

 private:
  struct Free {
    void operator()(T* memory) const { ::operator delete[](memory, std::align_val_t{kCacheLine}); }
  };
  std::unique_ptr<T[], Free> memory_;
  size_t capacity_ = 0;
};

constexpr size_t round_up(size_t value, size_t multiple) {
  return (value + multiple - 1) / multiple * multiple;
}

}  // namespace belamy::kernels
