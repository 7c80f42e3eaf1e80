#include "belamy/train/training.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "belamy/core/file.h"
#include "belamy/nn/runtime.h"
#include "belamy/train/checkpoint.h"
#include "tests/support/errors.h"
#include "tests/support/places.h"
#include "tests/support/scoped_variable.h"
#include "tests/support/temporary_folder.h"
#include "tests/train/tiny_ring.h"

namespace belamy {
namespace {

using testing::checkpoint_bytes;
using testing::error_of;
using testing::fixture;
using testing::log_lines;
using testing::TemporaryFolder;
using testing::tiny;

namespace fs = std::filesystem;

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

// A run folder may come from someone else, links included.
TEST(Training, links_in_a_run_folder_are_refused_before_anything_is_written_through_them) {
  const TemporaryFolder folder, elsewhere;
  train(tiny(), folder / "run");
  for (const char* name : {"samples", "checkpoints", "log.jsonl", "run.lock"}) {
    fs::rename(folder / "run" / name, elsewhere / name);
    fs::create_symlink(elsewhere / name, folder / "run" / name);
    const auto written = fs::last_write_time(elsewhere / name);
    const std::string message =
        error_of(ErrorKind::kUsage, [&] { resume(folder / "run", {"train.steps=14"}); });
    EXPECT_NE(message.find((folder / "run" / name).string() + " is a link"), std::string::npos)
        << message;
    EXPECT_EQ(fs::last_write_time(elsewhere / name), written);
    fs::remove(folder / "run" / name);
    fs::rename(elsewhere / name, folder / "run" / name);
  }
  EXPECT_EQ(resume(folder / "run", {"train.steps=14"}).step, 14);
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

TEST(Training, latest_is_resumed_in_the_folder_that_it_means) {
  const TemporaryFolder folder;
  const testing::ScopedVariable runs("BELAMY_RUNS", folder.path().string());
  train(tiny({"train.steps=3"}), folder / "run");
  const TrainingResult result = resume("latest", {"train.steps=5"});
  EXPECT_EQ(result.step, 5);
  EXPECT_EQ(result.folder, folder / "run");
  EXPECT_FALSE(fs::exists("latest"));
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
  fs::copy_file(fixture("mnist-1000/images-idx3-ubyte.gz"), folder / "images");
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
  const std::string images = fixture("mnist-1000/images-idx3-ubyte.gz");
  const Recipe recipe = load_recipe(
      "s3-scratch", {"data.name=idx", "data.path=\"" + images + "\"", "train.batch_size=2000"});
  const std::string message = error_of(ErrorKind::kRecipe, [&] { train(recipe, folder / "run"); });
  EXPECT_NE(message.find("2000"), std::string::npos) << message;
  EXPECT_NE(message.find("1000"), std::string::npos) << message;
  EXPECT_FALSE(fs::exists(folder / "run"));
}

/// Remembers what a monitor might: how many steps it saw, and what it was given on a resume.
class Counter final : public Monitor {
 public:
  std::string name() const override { return "counter"; }
  std::string state_json() const override { return fmt::format("{{\"seen\":{}}}", seen); }
  void load_state(const std::string& json) override {
    seen = nlohmann::json::parse(json).at("seen").get<int64_t>();
  }
  void on_start(const TrainingView& training) override {
    EXPECT_EQ(seen, training.first_step) << "restored before the start";
  }
  void on_step(const TrainingView&, const StepView& step) override {
    ++seen;
    if (step.step == best_step) step.requests->best = {"made up", 0.5};
    if (step.step == stop_step) stop = true;
  }

  int64_t seen = 0;
  int64_t best_step = 0;
  int64_t stop_step = 0;
  std::atomic<bool> stop{false};
};

TEST(Training, monitors_go_on_with_what_they_remembered) {
  const TemporaryFolder folder;
  Counter whole, first, second;
  train(tiny(), folder / "whole", {0, {&whole}, nullptr});
  first.stop_step = 7;
  train(tiny(), folder / "parts", {0, {&first}, &first.stop});
  resume(folder / "parts", {}, {0, {&second}, nullptr});
  EXPECT_EQ(second.seen, 12);
  EXPECT_EQ(checkpoint_bytes(folder / "whole", 12), checkpoint_bytes(folder / "parts", 12));
}

TEST(Training, a_monitors_state_that_is_not_its_own_is_refused_by_name) {
  const TemporaryFolder folder;
  class Other final : public Monitor {
   public:
    std::string name() const override { return "counter"; }
    std::string state_json() const override { return "[]"; }
  } other;
  train(tiny({"train.steps=3"}), folder / "run", {0, {&other}, nullptr});
  Counter counter;
  const std::string message = error_of(ErrorKind::kCheckpoint, [&] {
    resume(folder / "run", {"train.steps=6"}, {0, {&counter}, nullptr});
  });
  EXPECT_NE(message.find("counter"), std::string::npos) << message;
}

TEST(Training, the_step_called_best_has_a_checkpoint_that_stays) {
  const TemporaryFolder folder;
  Counter judge;
  judge.best_step = 3;  // no multiple of checkpoint_every
  train(tiny({"train.steps=30", "train.keep_checkpoints=2"}), folder / "run",
        {0, {&judge}, nullptr});
  const belamy::Run run = belamy::Run::open(folder / "run");
  EXPECT_EQ(run.checkpoint_steps(), (std::vector<int64_t>{3, 25, 30}));
  EXPECT_EQ(run.checkpoint("best").filename(), step_name(3));
  EXPECT_EQ(read_best(run.checkpoint("latest")), (BestStep{3, "made up", 0.5}));
}

TEST(Training, without_a_best_step_asking_for_it_is_refused) {
  const TemporaryFolder folder;
  train(tiny({"train.steps=3"}), folder / "run");
  const belamy::Run run = belamy::Run::open(folder / "run");
  const std::string message = error_of(ErrorKind::kCheckpoint, [&] { run.checkpoint("best"); });
  EXPECT_NE(message.find("no best checkpoint"), std::string::npos) << message;
}

void damage(const fs::path& file) {
  auto bytes = read_bytes(file, 1 << 26);
  bytes.back() ^= 0x40;
  write_file_atomically(file, bytes);
}

TEST(Training, a_damaged_newest_checkpoint_is_passed_over_and_told_of) {
  const TemporaryFolder folder;
  train(tiny(), folder / "whole");
  StopAfter stopper(11);
  train(tiny(), folder / "run", {0, {&stopper}, &stopper.stop});
  damage(folder / "run/checkpoints" / step_name(11) / "generator.safetensors");
  fs::remove(folder / "run/checkpoints" / step_name(10) / "state.json");
  std::vector<std::string> told;
  TrainingOptions options;
  options.tell = [&](const std::string& text) { told.push_back(text); };
  EXPECT_EQ(resume(folder / "run", {}, options).step, 12);
  ASSERT_GE(told.size(), 2u);
  EXPECT_NE(told[0].find("step 11 is damaged"), std::string::npos) << told[0];
  EXPECT_NE(told[1].find("step 10 is damaged"), std::string::npos) << told[1];
  EXPECT_EQ(checkpoint_bytes(folder / "whole", 12), checkpoint_bytes(folder / "run", 12));
  EXPECT_EQ(belamy::Run::open(folder / "run").checkpoint_steps(),
            (std::vector<int64_t>{5, 10, 12}));
  EXPECT_TRUE(fs::exists(folder / "run/checkpoints" / (step_name(11) + ".damaged")));
}

TEST(Training, nothing_is_begun_anew_while_there_are_checkpoints_but_none_is_whole) {
  const TemporaryFolder folder;
  train(tiny({"train.steps=3"}), folder / "run");
  damage(folder / "run/checkpoints" / step_name(3) / "generator.safetensors");
  error_of(ErrorKind::kCheckpoint, [&] { resume(folder / "run", {"train.steps=6"}); });
  EXPECT_TRUE(fs::exists(folder / "run/checkpoints" / step_name(3)));
}

TEST(Training, a_kill_before_old_checkpoints_were_removed_leaves_no_more_than_should_stay) {
  const TemporaryFolder folder;
  train(tiny({"train.keep_checkpoints=2"}), folder / "run");
  const fs::path checkpoints = folder / "run/checkpoints";
  fs::copy(checkpoints / step_name(10), checkpoints / step_name(5), fs::copy_options::recursive);
  resume(folder / "run");  // at its end already
  EXPECT_EQ(belamy::Run::open(folder / "run").checkpoint_steps(), (std::vector<int64_t>{10, 12}));
}

TEST(Training, what_a_kill_left_of_checkpoints_is_removed_by_a_resume) {
  const TemporaryFolder folder;
  train(tiny({"train.steps=3"}), folder / "run");
  fs::create_directories(folder / "run/checkpoints/.step_0000002.removed");
  fs::create_directories(folder / "run/checkpoints/.step_0000009.partial");
  resume(folder / "run", {"train.steps=4"});
  for (const auto& entry : fs::directory_iterator(folder / "run/checkpoints")) {
    EXPECT_FALSE(entry.path().filename().string().starts_with(".")) << entry.path();
  }
}

TEST(Training, data_that_changed_since_the_checkpoint_are_refused_unless_meant) {
  const TemporaryFolder folder;
  const auto idx = [&](uint8_t last) {
    std::vector<uint8_t> bytes = {0, 0, 8, 3, 0, 0, 0, 40, 0, 0, 0, 2, 0, 0, 0, 2};
    bytes.resize(16 + 160, 7);
    bytes.back() = last;
    write_file_atomically(folder / "images", bytes);
  };
  idx(1);
  const std::string path = "data.path=\"" + (folder / "images").string() + "\"";
  const Recipe recipe = load_recipe(
      "ring", {"data.name=idx", path, "data.order=shuffled", "train.steps=3", "train.batch_size=4",
               "train.sample_every=0", "train.pictures=false",
               "generator.layers=[{type=\"dense\", units=4}, {type=\"reshape\", shape=[1, 2, 2]}]",
               "discriminator.layers=[{type=\"flatten\"}, {type=\"dense\", units=1}]"});
  train(recipe, folder / "run");
  idx(2);
  const std::string message =
      error_of(ErrorKind::kData, [&] { resume(folder / "run", {"train.steps=6"}); });
  EXPECT_NE(message.find("has changed since its checkpoint of step 3"), std::string::npos)
      << message;
  EXPECT_EQ(resume(folder / "run", {"train.steps=6", path}).step, 6);
  idx(2);
  EXPECT_EQ(resume(folder / "run", {"train.steps=7"}).step, 7) << "from now on these are the data";
}

TEST(Training, averages_schedules_clipping_and_accumulation_resume_exactly) {
  for (const char* type : {"linear", "cosine"}) {
    const TemporaryFolder folder;
    const std::vector<std::string> overrides = {
        "average.decay=0.9", "train.accumulate=2", "optimizer.global_clipnorm=0.1",
        fmt::format("optimizer.schedule={{type=\"{}\", warm_up=3}}", type)};
    train(tiny(overrides), folder / "whole");
    StopAfter stopper(7);
    train(tiny(overrides), folder / "parts", {0, {&stopper}, &stopper.stop});
    resume(folder / "parts");
    const auto bytes = checkpoint_bytes(folder / "whole", 12);
    EXPECT_EQ(bytes, checkpoint_bytes(folder / "parts", 12));
    EXPECT_EQ(bytes.count("generator_average.safetensors"), 1u);
    EXPECT_EQ(log_lines(folder / "whole")[1]["images"], 4 * 2 * 16);
  }
}

}  // namespace
}  // namespace belamy
