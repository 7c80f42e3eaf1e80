#include "belamy/latent/directions.h"

#include "tests/sampling/latent_samplers.h"
#include "tests/support/errors.h"

namespace belamy {
namespace {

TEST(Directions, of_a_diagonal_layer_are_its_axes_by_strength) {
  const at::Tensor weight = at::diag(at::tensor(std::vector<float>{1, 3, 2}));
  const Directions found =
      principal_directions(testing::LinearSampler(weight, LatentPrior::kNormal));
  const at::Tensor expected =
      at::tensor(std::vector<float>{0, 1, 0, 0, 0, 1, 1, 0, 0}).view({3, 3});
  EXPECT_TRUE(at::allclose(found.vectors, expected, 1e-5, 1e-6));
  // Squares 9, 4, 1 of 14.
  EXPECT_NEAR(found.shares[0].item<double>(), 9.0 / 14, 1e-6);
  EXPECT_NEAR(found.shares[2].item<double>(), 1.0 / 14, 1e-6);
}

TEST(Directions, stretch_as_much_as_their_shares_say) {
  at::manual_seed(1);
  const at::Tensor weight = at::randn({5, 8});
  const Directions found =
      principal_directions(testing::LinearSampler(weight, LatentPrior::kNormal));
  const at::Tensor response = found.vectors.mm(weight).square().sum(1).to(at::kDouble);
  EXPECT_TRUE(at::allclose(response / response.sum(), found.shares, 1e-4, 1e-6));
  EXPECT_TRUE(at::allclose(found.vectors.mm(found.vectors.t()), at::eye(5), 1e-4, 1e-5));
}

TEST(Directions, strips_run_from_one_end_to_the_other) {
  const at::Tensor z = at::zeros({2, 2});
  const at::Tensor east = at::tensor(std::vector<float>{1, 0});
  const at::Tensor strip = along(z, east, 4, 5);
  EXPECT_EQ(strip.sizes().vec(), (std::vector<int64_t>{10, 2}));
  EXPECT_EQ(strip[0][0].item<float>(), -4);
  EXPECT_EQ(strip[2][0].item<float>(), 0);
  EXPECT_EQ(strip[9][0].item<float>(), 4);
  EXPECT_EQ(along(z, east, -3, 1)[1][0].item<float>(), -3);
  testing::error_of(ErrorKind::kUsage, [&] { along(z, east, 1, 0); });
}

}  // namespace
}  // namespace belamy
