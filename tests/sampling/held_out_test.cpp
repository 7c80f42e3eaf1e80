#include "belamy/sampling/held_out.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "tests/support/places.h"

namespace belamy {
namespace {

TEST(HeldOut, a_data_set_without_another_split_is_not_held_out) {
  DataOptions options;
  options.name = "idx";
  options.path = testing::fixture("mnist-1000/images-idx3-ubyte.gz");
  const RealSamples real = open_held_out(options);
  EXPECT_FALSE(real.is_held_out);
  EXPECT_EQ(real.dataset->size(), 1000);
}

TEST(HeldOut, first_samples_are_those_of_the_data_set) {
  DataOptions options;
  options.name = "idx";
  options.path = testing::fixture("mnist-1000/images-idx3-ubyte.gz");
  const RealSamples real = open_held_out(options);
  const at::Tensor samples = first_samples(*real.dataset, 3);
  ASSERT_EQ(samples.sizes().vec(), (std::vector<int64_t>{3, 1, 28, 28}));
  std::vector<float> third(784);
  const std::vector<int64_t> index = {2};
  real.dataset->gather(index, third.data());
  EXPECT_TRUE(at::equal(samples[2].flatten(), at::tensor(third)));
  EXPECT_EQ(first_samples(*real.dataset, 5000).size(0), 1000);
}

}  // namespace
}  // namespace belamy
