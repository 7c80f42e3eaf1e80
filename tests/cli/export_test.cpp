#include <gtest/gtest.h>

#include <filesystem>

#include "tests/cli/tiny_training.h"

namespace belamy::testing {
namespace {

namespace fs = std::filesystem;

class ExportCommand : public ::testing::Test {
 protected:
  void SetUp() override {
    expect_success(run_command(tiny_training(run_, 4, {"--set", "train.checkpoint_every=2"})));
  }

  CommandResult export_run(const Words& more) const {
    return run_command(Words{"export", run_.string()} + more, folder_.path());
  }

  TemporaryFolder folder_;
  fs::path run_ = folder_ / "run";
};

TEST_F(ExportCommand, writes_both_networks_in_every_format) {
  for (const char* network : {"generator", "discriminator"}) {
    for (const char* format : {"safetensors", "torchscript", "onnx"}) {
      const std::string file = std::string(network) + "." + format;
      const CommandResult result =
          export_run({"--format", format, "--network", network, "--out", file});
      expect_success(result);
      EXPECT_EQ(result.out, file + "\n");
      EXPECT_GT(fs::file_size(folder_ / file), 10'000u) << file;
    }
  }
  EXPECT_FALSE(has_leftovers(folder_.path()));
}

TEST_F(ExportCommand, takes_the_checkpoint_asked_for_and_says_so_in_the_file) {
  expect_success(export_run({"--format", "safetensors", "--out", "latest"}));
  expect_success(export_run({"--format", "safetensors", "--out", "first", "--checkpoint", "2"}));
  EXPECT_NE(file_text(folder_ / "latest").find(R"("step":"4")"), std::string::npos);
  EXPECT_NE(file_text(folder_ / "first").find(R"("step":"2")"), std::string::npos);
}

TEST_F(ExportCommand, refuses_what_it_cannot_do) {
  expect_failure(export_run({"--format", "onx", "--out", "x"}), 2, {"'onx'; did you mean 'onnx'?"});
  expect_failure(export_run({"--format", "onnx", "--out", "x", "--network", "critic"}), 2,
                 {"no network 'critic'", "generator, discriminator"});
  expect_failure(export_run({"--format", "onnx", "--out", "x", "--checkpoint", "3"}), 1,
                 {"no checkpoint '3'", "2, 4"});
  expect_failure(export_run({"--format", "onnx"}), 2, {"--out"});
  expect_failure(export_run({"--format", "onnx", "--out", "no/folder/x"}), 1, {"no/folder"});
  fs::remove(checkpoint_of(run_, 4) / "discriminator.safetensors");
  expect_failure(export_run({"--format", "onnx", "--out", "x", "--network", "discriminator"}), 1,
                 {"step_0000004", "discriminator.safetensors is missing"});
  EXPECT_FALSE(fs::exists(folder_ / "x"));
}

}  // namespace
}  // namespace belamy::testing
