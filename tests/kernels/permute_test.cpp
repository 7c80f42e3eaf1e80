#include "belamy/kernels/permute.h"

#include <gtest/gtest.h>

#include <tuple>
#include <vector>

namespace belamy::kernels {
namespace {

// Rows and columns: below, at and beyond blocks of 16 and 32, and tails of each.
class PermuteTest : public ::testing::TestWithParam<std::tuple<size_t, size_t>> {};

float value_of(size_t i) {
  return static_cast<float>(i % 251);  // exact in bf16
}

TEST_P(PermuteTest, every_value_goes_where_it_belongs) {
  const auto [rows, columns] = GetParam();
  constexpr size_t kImages = 3;
  const size_t size = rows * columns;
  std::vector<float> in(kImages * size), out(in.size(), -1);
  std::vector<Bf16> narrow(in.size()), narrow_out(in.size());
  for (size_t i = 0; i < in.size(); ++i) {
    in[i] = value_of(i);
    narrow[i] = to_bf16(in[i]);
  }
  transpose_images(in.data(), kImages, rows, columns, out.data());
  transpose_images(narrow.data(), kImages, rows, columns, narrow_out.data());
  for (size_t i = 0; i < in.size(); ++i) {
    const size_t image = i / size, row = i % size / columns, column = i % columns;
    const size_t to = image * size + column * rows + row;
    ASSERT_EQ(out[to], in[i]) << "row " << row << ", column " << column;
    ASSERT_EQ(to_float(narrow_out[to]), in[i]) << "row " << row << ", column " << column;
  }
}

INSTANTIATE_TEST_SUITE_P(Sizes, PermuteTest,
                         ::testing::Combine(::testing::Values(1, 3, 16, 31, 32, 33, 49, 64, 784),
                                            ::testing::Values(1, 15, 16, 17, 49, 128)));

}  // namespace
}  // namespace belamy::kernels
