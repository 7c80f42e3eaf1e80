#include <gtest/gtest.h>

#include <filesystem>
#include <vector>

#include "tests/cli/tiny_games.h"

namespace belamy::testing {
namespace {

namespace fs = std::filesystem;

/// A run of classes, and pictures drawn from it.
struct Made {
  Made() {
    expect_success(run_command(tiny_classes(run, 2, "input")));
    expect_success(
        run_command({"sample", run.string(), "--count", "4", "--each", pictures.string()}));
  }
  TemporaryFolder folder;
  fs::path run = folder / "classes", pictures = folder / "pictures";
};

void expect_same_files(const fs::path& a, const fs::path& b) {
  int count = 0;
  for (const auto& entry : fs::directory_iterator(a)) {
    const fs::path name = entry.path().filename();
    ASSERT_TRUE(fs::exists(b / name)) << name;
    EXPECT_EQ(file_text(a / name), file_text(b / name)) << name;
    ++count;
  }
  EXPECT_GE(count, 5);
}

TEST(Sample, draws_a_class_and_refuses_one_that_there_is_not) {
  const Made made;
  const std::string run = made.run.string();
  const auto draw = [&](const Words& more) {
    return run_command(
        Words{"sample", run, "--count", "3", "--npy", (made.folder / "x.npy").string()} + more);
  };
  expect_success(draw({"--class", "3"}));
  const std::string threes = file_text(made.folder / "x.npy");
  expect_success(draw({"--class", "4"}));
  EXPECT_NE(file_text(made.folder / "x.npy"), threes);
  expect_failure(draw({"--class", "10"}), 2, {"[usage]", "0..9", "got 10"});
  expect_failure(run_command({"sample", run, "--class", "seven"}), 2, {"seven"});
}

TEST(Sample, of_a_game_without_classes_refuses_one) {
  const TemporaryFolder folder;
  expect_success(run_command(tiny_training(folder / "run", 1)));
  expect_failure(run_command({"sample", (folder / "run").string(), "--class", "1"}), 2,
                 {"not conditional", "latent mean"});
}

TEST(Train, labels_that_are_fewer_than_images_are_refused) {
  const TemporaryFolder folder;
  Words words = tiny_classes(folder / "run", 1, "input");
  const std::string short_labels = (folder / "labels").string();
  write_text(short_labels, std::string("\0\0\x08\x01\0\0\0\x02\x01\x02", 10));
  words.insert(words.end(), {"--set", "data.labels=" + short_labels});
  expect_failure(run_command(words), 1, {"[data]", "2 labels", "1000 images"});
}

TEST(Train, a_condition_without_classes_is_refused) {
  expect_failure(run_command({"train", "cgan-mnist", "--dry-run", "--set", "data.name=folder",
                              "--set", "data.path=/nowhere", "--set", "data.classes=1", "--set",
                              "data.height=28", "--set", "data.width=28"}),
                 2, {"game.condition", "data with classes"});
}

TEST(Resume, games_with_classes_go_on_exactly) {
  const TemporaryFolder folder;
  for (const std::string condition : {"input", "auxiliary"}) {
    const fs::path whole = folder / (condition + "-whole"), parts = folder / (condition + "-parts");
    expect_success(run_command(tiny_classes(whole, 6, condition)));
    expect_success(run_command(tiny_classes(parts, 3, condition)));
    expect_success(run_command(tiny_resume(parts, {"--steps", "6"})));
    expect_same_files(checkpoint_of(whole, 6), checkpoint_of(parts, 6));
  }
}

TEST(Resume, a_dcgan_of_mirrored_augmented_colour_pictures_goes_on_exactly) {
  const Made made;
  const fs::path whole = made.folder / "whole", parts = made.folder / "parts";
  expect_success(run_command(tiny_colour(whole, 6, made.pictures)));
  expect_success(run_command(tiny_colour(parts, 3, made.pictures)));
  expect_success(run_command(tiny_resume(parts, {"--steps", "6"})));
  expect_same_files(checkpoint_of(whole, 6), checkpoint_of(parts, 6));
}

// With its recipe's schedule a training of six steps would differ from the first one on.
TEST(Resume, a_cycle_game_goes_on_exactly) {
  const Made made;
  const fs::path whole = made.folder / "whole", parts = made.folder / "parts";
  const Words constant = {"--set", "optimizer.schedule=constant"};
  expect_success(run_command(tiny_cycle(whole, 6, made.pictures) + constant));
  expect_success(run_command(tiny_cycle(parts, 3, made.pictures) + constant));
  expect_success(run_command(tiny_resume(parts, {"--steps", "6"})));
  expect_same_files(checkpoint_of(whole, 6), checkpoint_of(parts, 6));
  EXPECT_EQ(file_text(whole / "samples/step_0000006.png"),
            file_text(parts / "samples/step_0000006.png"));
}

// Pages are never given back: where small blocks could not be cut from large free ones, this game
// would take 40 MB more from step 40 on.
TEST(Train, a_cycle_game_takes_no_more_memory_the_longer_it_lasts) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "the sanitizer has an allocator of its own, which keeps what is freed";
#endif
  const Made made;
  const fs::path run = made.folder / "run";
  expect_success(run_command(tiny_cycle(run, 160, made.pictures) +
                             Words{"--set", "generator.architecture.filters=8", "--set",
                                   "discriminator.architecture.filters=8", "--set",
                                   "train.batch_size=4", "--set", "game.pool_size=50", "--set",
                                   "train.log_every=40", "--set", "train.health_every=0"}));
  std::vector<double> megabytes;
  for (const auto& entry : log_lines(run)) {
    if (entry.contains("memory_mb")) megabytes.push_back(entry.at("memory_mb").get<double>());
  }
  ASSERT_EQ(megabytes.size(), 5u);  // steps 1, 40, 80, 120, 160
  EXPECT_LT(megabytes[4], megabytes[1] + 15);
}

TEST(Translate, files_and_folders_keep_their_names) {
  const Made made;
  const std::string run = (made.folder / "cycle").string();
  const CommandResult trained = run_command(tiny_cycle(run, 1, made.pictures));
  expect_success(trained);
  EXPECT_NE(trained.err.find("belamy translate " + run), std::string::npos) << trained.err;
  const fs::path one = made.folder / "one.png", all = made.folder / "all";
  expect_success(
      run_command({"translate", run, (made.pictures / "000000.png").string(), one.string()}));
  expect_success(run_command({"translate", run, made.pictures.string(), all.string()}));
  EXPECT_EQ(file_text(one), file_text(all / "000000.png"));
  EXPECT_TRUE(fs::exists(all / "000003.png"));
  expect_success(
      run_command({"translate", run, made.pictures.string(), all.string(), "--direction", "b2a"}));
  EXPECT_NE(file_text(one), file_text(all / "000000.png"));
}

// The recipe's own are 0.5 and an ensemble.
TEST(Translate, strength_and_self_ensemble_are_the_recipes_unless_told) {
  const Made made;
  const std::string run = (made.folder / "cycle").string();
  expect_success(run_command(tiny_cycle(run, 1, made.pictures)));
  const auto translated = [&](const Words& more) {
    const std::string out = (made.folder / "out.png").string();
    expect_success(
        run_command(Words{"translate", run, (made.pictures / "000000.png").string(), out} + more));
    return file_text(out);
  };
  const std::string half = translated({});
  EXPECT_EQ(translated({"--strength", "0.5", "--self-ensemble"}), half);
  const std::string whole = translated({"--strength", "1"}), none = translated({"--strength", "0"});
  EXPECT_NE(whole, half);
  EXPECT_NE(none, half);
  EXPECT_NE(none, whole);
  EXPECT_NE(translated({"--no-self-ensemble"}), half);
  EXPECT_EQ(translated({"--strength", "0", "--no-self-ensemble"}), none);
}

TEST(Translate, wrong_requests_are_refused) {
  const Made made;
  const std::string run = (made.folder / "cycle").string();
  expect_success(run_command(tiny_cycle(run, 1, made.pictures)));
  const std::string in = made.pictures.string(), out = (made.folder / "out").string();
  expect_failure(run_command({"translate", run, in, out, "--direction", "a2c"}), 2, {"a2b or b2a"});
  expect_failure(run_command({"translate", run, in}), 2, {"IN and OUT", "--judge"});
  expect_failure(run_command({"translate", run, in, out, "--strength", "2.5"}), 2,
                 {"--strength", "from 0 to 2", "2.5"});
  expect_failure(run_command({"translate", run, in + "/none", out}), 1, {"there is no", "none"});
  expect_failure(run_command({"translate", run, run + "/checkpoints", out}), 1,
                 {"no PNG pictures"});
  expect_failure(run_command({"translate", made.run.string(), in, out}), 2,
                 {"does not translate", "cyclegan-emoji"});
  expect_failure(run_command({"sample", run}), 2, {"belamy translate"});
  expect_failure(run_command({"translate", run, "--judge"}), 2, {"no truth"});
}

TEST(Train, a_cycle_game_with_an_empty_side_or_none_is_refused) {
  const Made made;
  const fs::path empty = made.folder / "empty";
  fs::create_directories(empty);
  expect_failure(run_command(tiny_cycle(made.folder / "run", 1, empty)), 1,
                 {"[data]", "empty", "no picture"});
  expect_failure(run_command({"train", "cyclegan-emoji", "--dry-run", "--set", "data.partner="}), 2,
                 {"data.partner"});
}

}  // namespace
}  // namespace belamy::testing
