#include "belamy/train/training.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <sstream>

#include "belamy/core/file.h"
#include "belamy/nn/runtime.h"
#include "belamy/train/checkpoint.h"
#include "tests/support/errors.h"
#include "tests/support/temporary_folder.h"

namespace belamy {
namespace {

using testing::error_of;
using testing::TemporaryFolder;

namespace fs = std::filesystem;

// The ring recipe with batch normalisation and dropout, so that every kind of state is in play.
Recipe tiny(const std::vector<std::string>& overrides = {}) {
  std::vector<std::string> all = {
      "train.steps=12",
      "train.batch_size=16",
      "train.log_every=4",
      "train.sample_every=6",
      "train.checkpoint_every=5",
      "train.sample_count=20",
      "data.order=shuffled",
      "train.precision=fp32",
      "train.pictures=false",
      "generator.layers=[{type=\"dense\", units=8, activation=\"relu\"}, {type=\"batch_norm\"}, "
      "{type=\"dropout\", rate=0.2}, {type=\"dense\", units=2}]"};
  all.insert(all.end(), overrides.begin(), overrides.end());
  return load_recipe("ring", all);
}

std::vector<nlohmann::json> log_lines(const fs::path& folder) {
  std::istringstream text(read_text(folder / "log.jsonl", 1 << 20));
  std::vector<nlohmann::json> lines;
  for (std::string line; std::getline(text, line);) lines.push_back(nlohmann::json::parse(line));
  return lines;
}

std::map<std::string, std::vector<uint8_t>> checkpoint_bytes(const fs::path& folder, int64_t step) {
  std::map<std::string, std::vector<uint8_t>> files;
  for (const auto& entry : fs::directory_iterator(folder / "checkpoints" / step_name(step))) {
    files[entry.path().filename()] = read_bytes(entry.path(), 1 << 26);
  }
  return files;
}

TEST(Training, leaves_a_run_folder_with_all_its_parts) {
  const TemporaryFolder folder;
  const TrainingResult result = train(tiny(), folder / "run");
  EXPECT_EQ(result.outcome, Outcome::kFinished);
  EXPECT_EQ(result.step, 12);
  for (const char* part :
       {"recipe.toml", "log.jsonl", "samples/step_0000000.png", "samples/step_0000006.png",
        "samples/step_0000012.png", "checkpoints/step_0000005/generator.safetensors",
        "checkpoints/step_0000010/state.json",
        "checkpoints/step_0000012/discriminator_optimizer.safetensors"}) {
    EXPECT_TRUE(fs::exists(folder / "run" / part)) << part;
  }
  const auto lines = log_lines(folder / "run");
  ASSERT_EQ(lines.size(), 4u);  // 1, 4, 8, 12
  EXPECT_EQ(lines[1]["step"], 4);
  EXPECT_EQ(lines[1]["images"], 64);
  for (const char* key : {"seconds", "d_loss", "g_loss", "d_accuracy_real", "d_accuracy_fake",
                          "real_mean", "fake_std", "memory_mb"}) {
    EXPECT_TRUE(lines[1].contains(key)) << key;
  }
}

TEST(Training, the_same_recipe_and_seed_give_the_same_bytes) {
  const TemporaryFolder folder;
  train(tiny(), folder / "a");
  train(tiny(), folder / "b");
  train(tiny({"train.seed=2"}), folder / "c");
  EXPECT_EQ(checkpoint_bytes(folder / "a", 12), checkpoint_bytes(folder / "b", 12));
  EXPECT_NE(checkpoint_bytes(folder / "a", 12), checkpoint_bytes(folder / "c", 12));
  EXPECT_EQ(read_bytes(folder / "a/samples/step_0000012.png", 1 << 24),
            read_bytes(folder / "b/samples/step_0000012.png", 1 << 24));
}

/// Asks for a stop after a step, as Ctrl-C does.
class StopAfter final : public Monitor {
 public:
  explicit StopAfter(int64_t step) : step_(step) {}
  void on_step(const TrainingView&, const StepView& step) override {
    if (step.step == step_) stop = true;
  }
  std::atomic<bool> stop{false};

 private:
  int64_t step_;
};

TEST(Training, a_stopped_and_resumed_run_ends_in_the_same_bytes) {
  for (const char* order :
       {"data.order=shuffled", "data.order=replacement", "data.order=sequential"}) {
    SCOPED_TRACE(order);
    const TemporaryFolder folder;
    train(tiny({order}), folder / "whole");
    StopAfter stopper(7);
    const TrainingResult stopped =
        train(tiny({order}), folder / "parts", {0, {&stopper}, &stopper.stop});
    EXPECT_EQ(stopped.outcome, Outcome::kStopped);
    EXPECT_EQ(stopped.step, 7);
    const TrainingResult resumed = resume(folder / "parts");
    EXPECT_EQ(resumed.step, 12);
    EXPECT_EQ(checkpoint_bytes(folder / "whole", 12), checkpoint_bytes(folder / "parts", 12));
  }
}

TEST(Training, a_resumed_log_has_each_line_once) {
  const TemporaryFolder folder;
  StopAfter stopper(9);
  train(tiny(), folder / "run", {0, {&stopper}, &stopper.stop});
  fs::remove_all(folder / "run/checkpoints" / step_name(9));  // as if killed before it
  LineFile(folder / "run/log.jsonl").append("{\"step\": 9, torn");
  resume(folder / "run");
  std::vector<int64_t> steps;
  for (const auto& line : log_lines(folder / "run")) steps.push_back(line["step"]);
  EXPECT_EQ(steps, (std::vector<int64_t>{1, 4, 8, 12}));
}

TEST(Training, resuming_with_more_steps_goes_on) {
  const TemporaryFolder folder;
  train(tiny(), folder / "run");
  EXPECT_EQ(resume(folder / "run", {"train.steps=15"}).step, 15);
}

TEST(Training, only_the_newest_checkpoints_are_kept) {
  const TemporaryFolder folder;
  train(tiny({"train.checkpoint_every=2", "train.keep_checkpoints=2"}), folder / "run");
  EXPECT_EQ(belamy::Run::open(folder / "run").checkpoint_steps(), (std::vector<int64_t>{10, 12}));
}

TEST(Training, a_folder_that_holds_a_run_is_refused) {
  const TemporaryFolder folder;
  train(tiny(), folder / "run");
  const std::string message = error_of(ErrorKind::kUsage, [&] { train(tiny(), folder / "run"); });
  EXPECT_NE(message.find("--resume"), std::string::npos) << message;
}

TEST(Training, a_folder_in_use_is_refused_with_the_process) {
  const TemporaryFolder folder;
  train(tiny(), folder / "run");
  const RunLock lock(folder / "run");
  const std::string message = error_of(ErrorKind::kBusy, [&] { resume(folder / "run"); });
  EXPECT_NE(message.find(std::to_string(::getpid())), std::string::npos) << message;
}

TEST(Training, a_resume_that_fails_leaves_the_stored_recipe_alone) {
  const TemporaryFolder folder;
  train(tiny(), folder / "run");
  const std::string before = read_text(folder / "run/recipe.toml", 1 << 20);
  // Another optimiser has other state than the checkpoint's.
  error_of(ErrorKind::kCheckpoint, [&] {
    resume(folder / "run", {"train.steps=20", "optimizer.type=rmsprop"});
  });
  EXPECT_EQ(read_text(folder / "run/recipe.toml", 1 << 20), before);
  EXPECT_EQ(resume(folder / "run", {"train.steps=15"}).step, 15);
  EXPECT_EQ(resume(folder / "run").step, 15);  // remembered
}

TEST(Training, a_run_is_sampled_without_its_data) {
  const TemporaryFolder folder;
  const std::string fixture = std::string(BELAMY_FIXTURES) + "/mnist-1000/images-idx3-ubyte.gz";
  fs::copy_file(fixture, folder / "images");
  train(load_recipe("s3-scratch",
                    {"data.name=idx", "data.path=\"" + (folder / "images").string() + "\"",
                     "train.steps=2", "train.precision=fp32"}),
        folder / "run");
  fs::remove(folder / "images");
  EXPECT_EQ(recipe_sample_shape(belamy::Run::open(folder / "run").recipe()), (Shape{1, 28, 28}));
}

TEST(Training, a_resume_without_a_checkpoint_begins_anew_with_its_overrides) {
  const TemporaryFolder folder;
  train(tiny(), folder / "run");
  fs::remove_all(folder / "run/checkpoints");
  fs::create_directory(folder / "run/checkpoints");
  EXPECT_EQ(resume(folder / "run", {"train.steps=6"}).step, 6);
  EXPECT_EQ(belamy::Run::open(folder / "run").recipe().train.steps, 6);
}

TEST(Training, a_resume_to_before_the_checkpoint_is_refused) {
  const TemporaryFolder folder;
  train(tiny(), folder / "run");
  const std::string message =
      error_of(ErrorKind::kUsage, [&] { resume(folder / "run", {"train.steps=5"}); });
  EXPECT_NE(message.find("step 12"), std::string::npos) << message;
}

TEST(Training, an_epoch_too_short_for_a_round_is_refused) {
  const std::string message = error_of(ErrorKind::kRecipe, [] {
    total_steps(load_recipe("ring", {"train.epochs=3", "train.batch_size=16",
                                     "game.discriminator_steps=10"}),
                100);
  });
  EXPECT_NE(message.find("160"), std::string::npos) << message;
}

TEST(Training, a_loss_that_is_not_finite_names_itself_and_what_is_kept) {
  const TemporaryFolder folder;
  const std::string message = error_of(ErrorKind::kDiverged, [&] {
    train(tiny({"optimizer.type=sgd", "optimizer.learning_rate=1000", "train.steps=2000",
                "train.checkpoint_every=1"}),
          folder / "run");
  });
  EXPECT_NE(message.find("step"), std::string::npos) << message;
  const belamy::Run run = belamy::Run::open(folder / "run");
  for (const int64_t step : run.checkpoint_steps()) {
    const TrainingState state = load_checkpoint(run.checkpoint(std::to_string(step)));
    for (const auto& [file, tensors] : state.game.files) {
      for (const NamedTensor& held : tensors) {
        EXPECT_TRUE(std::isfinite(held.tensor.sum().item<double>()) || held.tensor.numel() == 0);
      }
    }
  }
}

TEST(Training, a_batch_larger_than_the_data_is_refused_before_a_folder_is_made) {
  const TemporaryFolder folder;
  const std::string images = std::string(BELAMY_FIXTURES) + "/mnist-1000/images-idx3-ubyte.gz";
  const Recipe recipe = load_recipe(
      "s3-scratch", {"data.name=idx", "data.path=\"" + images + "\"", "train.batch_size=2000"});
  const std::string message = error_of(ErrorKind::kRecipe, [&] { train(recipe, folder / "run"); });
  EXPECT_NE(message.find("2000"), std::string::npos) << message;
  EXPECT_NE(message.find("1000"), std::string::npos) << message;
  EXPECT_FALSE(fs::exists(folder / "run"));
}

TEST(Checkpoint, every_damaged_or_missing_file_is_named) {
  const TemporaryFolder folder;
  train(tiny(), folder / "run");
  const fs::path checkpoint = folder / "run/checkpoints" / step_name(12);
  for (const char* name : {"state.json", "generator.safetensors"}) {
    const auto whole = read_bytes(checkpoint / name, 1 << 26);
    write_file_atomically(checkpoint / name, std::span(whole).first(whole.size() / 2));
    const std::string message =
        error_of(ErrorKind::kCheckpoint, [&] { load_checkpoint(checkpoint); });
    EXPECT_NE(message.find(name), std::string::npos) << message;
    write_file_atomically(checkpoint / name, whole);
  }
  fs::remove(checkpoint / "generator_optimizer.safetensors");
  error_of(ErrorKind::kCheckpoint, [&] { resume(folder / "run", {"train.steps=20"}); });
}

TEST(Checkpoint, a_newer_format_is_refused_with_both_versions) {
  const TemporaryFolder folder;
  train(tiny(), folder / "run");
  const fs::path checkpoint = folder / "run/checkpoints" / step_name(12);
  auto state = nlohmann::json::parse(read_text(checkpoint / "state.json", 1 << 20));
  state["format_version"] = 99;
  write_file_atomically(checkpoint / "state.json", std::string_view(state.dump()));
  const std::string message =
      error_of(ErrorKind::kCheckpoint, [&] { load_checkpoint(checkpoint); });
  EXPECT_NE(message.find("99"), std::string::npos) << message;
}

}  // namespace
}  // namespace belamy
