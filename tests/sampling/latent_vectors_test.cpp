#include "belamy/sampling/latent_vectors.h"

#include "belamy/core/file.h"
#include "belamy/image/npy.h"
#include "tests/sampling/latent_samplers.h"
#include "tests/support/errors.h"
#include "tests/support/temporary_folder.h"

namespace belamy {
namespace {

using testing::expect_error;
using testing::LinearSampler;

const LinearSampler kNormal(at::eye(4, at::kFloat), LatentPrior::kNormal);
const LinearSampler kUniform(at::eye(4, at::kFloat), LatentPrior::kUniform);

TEST(LatentVectors, truncation_is_the_normal_distribution_between_its_ends) {
  RandomStream random(1, "z");
  const at::Tensor z = draw_latent(kNormal, 50'000, random, 1.0).to(at::kDouble);
  EXPECT_LE(z.abs().max().item<double>(), 1.0);
  EXPECT_GT(z.abs().max().item<double>(), 0.999);
  // The variance of N(0, 1) cut to ±1: 1 - 2 φ(1) / (2 Φ(1) - 1) = 0.29112.
  EXPECT_NEAR(z.square().mean().item<double>(), 0.29112, 0.003);
  EXPECT_NEAR(z.mean().item<double>(), 0, 0.005);
}

TEST(LatentVectors, truncation_far_out_leaves_the_prior) {
  RandomStream random(1, "z");
  const at::Tensor z = draw_latent(kNormal, 50'000, random, 10.0);
  EXPECT_NEAR(z.square().mean().item<double>(), 1, 0.02);
}

TEST(LatentVectors, truncation_of_a_uniform_prior_is_refused_with_the_reason) {
  RandomStream random(1, "z");
  expect_error(ErrorKind::kUsage, {"U(-1, 1)", "--best-of"},
               [&] { draw_latent(kUniform, 1, random, 0.5); });
  expect_error(ErrorKind::kUsage, {"above 0", "-1"},
               [&] { draw_latent(kNormal, 1, random, -1.0); });
}

TEST(LatentVectors, batches_are_put_together_in_order) {
  RandomStream random(2, "z");
  const at::Tensor z = kNormal.draw_latent(600, random);
  EXPECT_TRUE(at::equal(decode_all(kNormal, z), z));
  int64_t last = 0;
  const at::Tensor scores = score_all(kNormal, z, [&](int64_t done, int64_t total) {
    EXPECT_EQ(total, 600);
    EXPECT_GT(done, last);
    last = done;
  });
  EXPECT_TRUE(at::equal(scores, z.select(1, 0)));
  EXPECT_EQ(last, 600);
}

TEST(LatentVectors, of_a_file_are_those_written) {
  const testing::TemporaryFolder folder;
  RandomStream random(3, "z");
  const at::Tensor z = kNormal.draw_latent(5, random);
  write_latent(folder / "z.npy", z);
  EXPECT_TRUE(at::equal(read_latent(folder / "z.npy", 4), z));
  write_file_atomically(folder / "one.npy", encode_npy(std::vector<float>{1, 2, 3, 4}, {4}));
  EXPECT_EQ(read_latent(folder / "one.npy", 4).sizes().vec(), (std::vector<int64_t>{1, 4}));
}

TEST(LatentVectors, of_a_file_for_another_generator_are_refused) {
  const testing::TemporaryFolder folder;
  write_latent(folder / "z.npy", at::zeros({5, 4}));
  expect_error(ErrorKind::kShape, {"z.npy", "5×4", "[N, 100]"},
               [&] { read_latent(folder / "z.npy", 100); });
  write_file_atomically(folder / "cube.npy", encode_npy(std::vector<float>{1, 2, 3, 4}, {1, 1, 4}));
  expect_error(ErrorKind::kShape, {"1×1×4"}, [&] { read_latent(folder / "cube.npy", 4); });
  write_file_atomically(folder / "nan.npy", encode_npy(std::vector<float>{1, NAN}, {1, 2}));
  expect_error(ErrorKind::kData, {"nan.npy", "not finite"},
               [&] { read_latent(folder / "nan.npy", 2); });
}

}  // namespace
}  // namespace belamy
