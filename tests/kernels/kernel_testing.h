// What every kernel's test sweeps: sizes, misaligned pointers, instruction sets, threads.
#pragma once

#include <gtest/gtest.h>
#include <omp.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <vector>

#include "belamy/core/rng.h"
#include "belamy/kernels/bf16_unit.h"
#include "belamy/kernels/dispatch.h"

namespace belamy::kernels {

inline constexpr size_t kSizes[] = {0, 1, 3, 4, 5, 7, 8, 15, 16, 17, 31, 33, 1000, 100003};

/// Elements by which a buffer is moved off its alignment.
inline constexpr size_t kOffsets[] = {0, 1};

/// Runs `body` once an instruction set of this machine, and leaves the best one in use.
template <class Body>
void for_each_simd_target(const Body& body) {
  for (const std::string& target : simd_targets()) {
    SCOPED_TRACE(target);
    limit_simd(target);
    ASSERT_EQ(simd_target(), target);
    body();
  }
  limit_simd(simd_targets().front());
}

/// Runs `body` with each unit for bfloat16 of this machine, plain code included, and leaves the
/// best one in use.
template <class Body>
void for_each_bf16_unit(const Body& body) {
  const Bf16Unit best = bf16_unit();
  for (const Bf16Unit unit : {Bf16Unit::kNone, Bf16Unit::kVectors, Bf16Unit::kTiles}) {
    if (unit > best) break;
    SCOPED_TRACE("unit " + std::to_string(static_cast<int>(unit)));
    limit_bf16_unit(unit);
    ASSERT_EQ(bf16_unit(), unit);
    body();
  }
  limit_bf16_unit(Bf16Unit::kTiles);
}

/// As for_each_simd_target, for each size and offset too: body(size, offset).
template <class Body>
void for_each_case(const Body& body) {
  for_each_simd_target([&] {
    for (const size_t size : kSizes) {
      for (const size_t offset : kOffsets) {
        SCOPED_TRACE("size " + std::to_string(size) + ", offset " + std::to_string(offset));
        body(size, offset);
      }
    }
  });
}

/// What `body` returns with one thread must be what it returns with two, on every instruction set.
template <class Body>
void expect_same_with_one_and_two_threads(const Body& body) {
  const int threads = omp_get_max_threads();
  for_each_simd_target([&] {
    omp_set_num_threads(1);
    const auto one = body();
    omp_set_num_threads(2);
    const auto two = body();
    EXPECT_TRUE(one == two);
  });
  omp_set_num_threads(threads);
}

/// `size` elements `offset` elements after an aligned address, between guards that a kernel must
/// leave alone.
template <class T>
class Buffer {
 public:
  Buffer(size_t size, size_t offset)
      : bytes_((size + offset + 2 * kGuard) * sizeof(T) + kAlignment, kGuardByte), size_(size) {
    const auto address = reinterpret_cast<uintptr_t>(bytes_.data());
    const size_t skip = (kAlignment - address % kAlignment) % kAlignment;
    data_ = reinterpret_cast<T*>(bytes_.data() + skip) + kGuard + offset;
  }
  Buffer(std::span<const T> values, size_t offset) : Buffer(values.size(), offset) {
    if (size_ > 0) std::memcpy(data_, values.data(), size_ * sizeof(T));
  }
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;
  ~Buffer() { EXPECT_TRUE(guards_intact()) << "written outside its " << size_ << " elements"; }

  T* data() { return data_; }
  size_t size() const { return size_; }
  const T& operator[](size_t i) const { return data_[i]; }
  T* begin() { return data_; }
  T* end() { return data_ + size_; }
  std::vector<T> values() const { return {data_, data_ + size_}; }

 private:
  static constexpr size_t kGuard = 64, kAlignment = 64;
  static constexpr unsigned char kGuardByte = 0xA5;

  bool guards_intact() const {
    const auto* before = reinterpret_cast<const unsigned char*>(data_);
    const auto* after = reinterpret_cast<const unsigned char*>(data_ + size_);
    for (const unsigned char* byte = bytes_.data(); byte != before; ++byte) {
      if (*byte != kGuardByte) return false;
    }
    for (const unsigned char* byte = after; byte != bytes_.data() + bytes_.size(); ++byte) {
      if (*byte != kGuardByte) return false;
    }
    return true;
  }

  std::vector<unsigned char> bytes_;
  size_t size_;
  T* data_;
};

inline constexpr PhiloxKey kKey{0x12345678u, 0x9abcdef0u};

/// Crosses the point where the block number's upper half changes.
inline constexpr uint64_t kFirstBlock = 0xfffffffeu;

/// Word i % 4 of block first_block + i / 4.
inline uint32_t word_of(size_t i, uint64_t first_block = kFirstBlock) {
  return philox_block(kKey, first_block + i / 4)[i % 4];
}

/// Reproducible test values in [low, high).
inline std::vector<float> some_floats(size_t size, float low, float high, const char* name) {
  RandomStream stream(1, name);
  std::vector<float> values(size);
  for (float& value : values) {
    value = low + (high - low) * static_cast<float>(stream.uniform());
  }
  return values;
}

}  // namespace belamy::kernels
