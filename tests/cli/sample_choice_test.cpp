// Samples chosen by the discriminator, and latent vectors given and kept.
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/cli/tiny_training.h"

namespace belamy::testing {
namespace {

namespace fs = std::filesystem;

// A trained run whose z are normal; s3's are.
class SampleChoice : public ::testing::Test {
 protected:
  void SetUp() override { expect_success(run_command(tiny_training(run_, 4))); }

  CommandResult sample(const Words& more) const {
    return run_command(Words{"sample", run_.string(), "--threads", "1"} + more, folder_.path());
  }

  TemporaryFolder folder_;
  fs::path run_ = folder_ / "run";
};

TEST_F(SampleChoice, the_best_of_many_come_with_their_scores) {
  const CommandResult result =
      sample({"--count", "8", "--best-of", "5", "--out", "best.png", "--save-z", "z.npy"});
  expect_success(result);
  EXPECT_EQ(result.out, "best_scores.png\nz.npy\nbest.png\n");
  EXPECT_NE(result.err.find("40 drawn, 8 kept; acceptance 20.00 %"), std::string::npos)
      << result.err;
  EXPECT_NE(result.err.find("logit       D    drawn    kept"), std::string::npos) << result.err;
  expect_success(sample({"--z", "z.npy", "--out", "again.png"}));
  EXPECT_EQ(file_text(folder_ / "again.png"), file_text(folder_ / "best.png"));
}

TEST_F(SampleChoice, by_rejection_and_chains_tell_their_acceptance) {
  const CommandResult rejection =
      sample({"--count", "6", "--rejection", "--gamma", "0.5", "--npy", "a.npy"});
  expect_success(rejection);
  EXPECT_NE(rejection.err.find("6 kept; acceptance"), std::string::npos) << rejection.err;
  const CommandResult chains = sample({"--count", "6", "--mh", "10", "--npy", "b.npy"});
  expect_success(chains);
  EXPECT_NE(chains.err.find("6 kept; acceptance"), std::string::npos) << chains.err;
  EXPECT_NE(chains.err.find("isotonic calibration on 1,000"), std::string::npos) << chains.err;
  EXPECT_NE(chains.err.find("Z = "), std::string::npos) << chains.err;
  EXPECT_NE(chains.err.find("no second split"), std::string::npos) << chains.err;
  EXPECT_EQ(file_text(folder_ / "b.npy").size(), 128u + 6 * 784);
}

TEST_F(SampleChoice, kept_latent_vectors_make_the_same_samples) {
  expect_success(sample({"--count", "9", "--out", "plain.png"}));
  expect_success(sample({"--count", "9", "--save-z", "z.npy", "--out", "kept.png"}));
  EXPECT_EQ(file_text(folder_ / "kept.png"), file_text(folder_ / "plain.png"));
  expect_success(sample({"--count", "9", "--truncation", "0.5", "--out", "cut.png"}));
  EXPECT_NE(file_text(folder_ / "cut.png"), file_text(folder_ / "plain.png"));
}

TEST_F(SampleChoice, latent_vectors_of_another_size_are_refused) {
  std::string npy("\x93NUMPY\x01\x00\x76\x00", 10);
  npy += "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2)}";
  npy.resize(128, ' ');
  npy += std::string(8, '\0');
  write_text(folder_ / "z.npy", npy);
  expect_failure(sample({"--z", "z.npy"}), 2, {"z.npy", "1×2", "[N, 100]"});
  write_text(folder_ / "z.npy", "no array");
  expect_failure(sample({"--z", "z.npy"}), 1, {"z.npy", "not an array"});
  expect_failure(sample({"--z", "none.npy"}), 1, {"none.npy"});
}

TEST_F(SampleChoice, what_does_not_go_together_is_refused) {
  expect_failure(sample({"--best-of", "5", "--rejection"}), 2, {"one of", "--rejection", "--mh"});
  expect_failure(sample({"--z", "z.npy", "--best-of", "5"}), 2, {"--z gives"});
  expect_failure(sample({"--gamma", "0.5"}), 2, {"--gamma goes with --rejection"});
  expect_failure(sample({"--best-of", "0"}), 2, {"--best-of"});
  expect_failure(sample({"--best-off", "5"}), 2, {"did you mean '--best-of'"});
  expect_failure(sample({"--truncation", "-1"}), 2, {"truncation must be above 0"});
}

TEST_F(SampleChoice, a_class_of_a_game_without_classes_is_refused_with_what_to_do) {
  expect_failure(sample({"--class", "7"}), 2, {"not conditional", "latent mean RUN --class 7"});
}

TEST(SampleChoiceOfUniform, truncation_is_refused_with_the_reason) {
  const TemporaryFolder folder;
  const fs::path run = folder / "run";
  expect_success(run_command(tiny_training(run, 1, {"--set", "game.latent=uniform"})));
  expect_failure(run_command({"sample", run.string(), "--truncation", "0.5"}), 2,
                 {"U(-1, 1)", "--best-of"});
}

}  // namespace
}  // namespace belamy::testing
