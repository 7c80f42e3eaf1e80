#include "belamy/nn/flat_tensors.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace belamy {
namespace {

TEST(FlatTensors, moves_tensors_in_place_and_keeps_their_values) {
  at::manual_seed(1);
  const at::Tensor matrix = at::randn({3, 5}), number = at::randn({}),
                   turned = at::randn({4, 2}).t();
  const at::Tensor held_elsewhere = matrix, before = matrix.clone(), turned_before = turned.clone();
  const FlatTensors flat({{"matrix", matrix}, {"number", number}, {"turned", turned}});
  EXPECT_TRUE(at::equal(held_elsewhere, before));
  EXPECT_TRUE(at::equal(turned, turned_before));
  EXPECT_TRUE(turned.is_contiguous());
  EXPECT_EQ(held_elsewhere.data_ptr<float>(), flat.data());
  EXPECT_EQ(number.data_ptr<float>(), flat.data() + 16);
  EXPECT_EQ(turned.data_ptr<float>(), flat.data() + 32);
  EXPECT_EQ(flat.views()[2].name, "turned");
  flat.data()[0] = 7;
  EXPECT_EQ(held_elsewhere[0][0].item<float>(), 7);
}

TEST(FlatTensors, each_starts_on_64_bytes_and_the_gaps_are_zero) {
  const FlatTensors flat({{"a", at::ones({1})}, {"b", at::ones({16})}, {"c", at::ones({17})}});
  EXPECT_EQ(flat.count(), 64u);
  std::vector<float> expected(64, 0.0f);
  for (size_t i = 0; i < flat.views().size(); ++i) {
    EXPECT_EQ(reinterpret_cast<uintptr_t>(flat.data() + flat.offset(i)) % 64, 0u);
    const auto size = static_cast<size_t>(flat.views()[i].tensor.numel());
    std::fill_n(expected.begin() + static_cast<std::ptrdiff_t>(flat.offset(i)), size, 1.0f);
  }
  EXPECT_EQ(std::vector<float>(flat.data(), flat.data() + flat.count()), expected);
}

TEST(FlatTensors, zeros_like_has_the_layout_and_names_of_its_own) {
  const FlatTensors flat({{"a", at::ones({2, 3})}, {"b", at::ones({5})}});
  const FlatTensors zeros = flat.zeros_like(".velocity");
  EXPECT_EQ(zeros.count(), flat.count());
  EXPECT_EQ(zeros.offset(1), flat.offset(1));
  EXPECT_EQ(zeros.views()[0].name, "a.velocity");
  EXPECT_EQ(zeros.views()[0].tensor.sizes(), flat.views()[0].tensor.sizes());
  EXPECT_EQ(zeros.views()[1].tensor.count_nonzero().item<int64_t>(), 0);
}

TEST(FlatTensors, version_counters_are_apart_and_move_when_marked) {
  const at::Tensor a = at::ones({2}), b = at::ones({3});
  const FlatTensors flat({{"a", a}, {"b", b}});
  const auto of_a = a._version(), of_b = b._version();
  a.fill_(3);
  EXPECT_EQ(a._version(), of_a + 1);
  EXPECT_EQ(b._version(), of_b);
  flat.mark_changed();
  EXPECT_EQ(a._version(), of_a + 2);
  EXPECT_EQ(b._version(), of_b + 1);
}

TEST(FlatTensors, none_at_all_are_an_empty_buffer) {
  EXPECT_EQ(FlatTensors(std::vector<NamedTensor>{}).count(), 0u);
  EXPECT_EQ(FlatTensors().data(), nullptr);
}

}  // namespace
}  // namespace belamy
