#include "belamy/train/picture_monitor.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

#include "belamy/core/file.h"
#include "belamy/image/gif_reader.h"
#include "belamy/image/png.h"
#include "belamy/train/metrics_monitor.h"
#include "belamy/train/training.h"
#include "belamy/train/training_plots.h"
#include "tests/support/places.h"
#include "tests/support/temporary_folder.h"

namespace belamy {
namespace {

using testing::fixture;
using testing::TemporaryFolder;

TEST(RunLog, gives_a_column_a_name_and_nan_where_a_line_lacks_it) {
  const TemporaryFolder folder;
  write_file_atomically(folder / "log.jsonl",
                        std::string_view("{\"step\":1,\"d_loss\":0.5}\n"
                                         "{\"step\":2,\"d_loss\":0.25,\"real_mean\":7}\n"
                                         "{\"step\":3,\"d_lo"));
  const RunLog log = read_run_log(folder / "log.jsonl");
  EXPECT_EQ(log.steps, (std::vector<double>{1, 2}));
  EXPECT_EQ(log.values.at("d_loss"), (std::vector<double>{0.5, 0.25}));
  EXPECT_TRUE(std::isnan(log.values.at("real_mean")[0]));
  EXPECT_EQ(log.values.at("real_mean")[1], 7);
  EXPECT_FALSE(log.has("g_loss"));
}

TEST(RunLog, lines_of_one_step_are_one_row_and_findings_are_notes) {
  const TemporaryFolder folder;
  write_file_atomically(
      folder / "log.jsonl",
      std::string_view(
          "{\"step\":2,\"d_loss\":0.5}\n"
          "{\"step\":2,\"diversity\":0.75}\n"
          "{\"step\":2,\"health\":\"mode_collapse\",\"finding\":\"f\",\"advice\":\"a\"}\n"
          "no JSON\n"
          "{\"step\":1e300}\n"
          "{\"step\":6,\"health\":\"mode_collapse\",\"over\":true}\n"));
  const RunLog log = read_run_log(folder / "log.jsonl");
  EXPECT_EQ(log.steps, (std::vector<double>{2}));
  EXPECT_EQ(log.values.at("diversity"), (std::vector<double>{0.75}));
  ASSERT_EQ(log.notes.size(), 1u);
  EXPECT_EQ(log.notes[0].step, 2);
  EXPECT_EQ(log.notes[0].name, "mode_collapse");
  EXPECT_EQ(log.notes[0].finding, "f");
  EXPECT_EQ(log.notes[0].advice, "a");
  EXPECT_EQ(log.notes[0].over_at, 6);
  EXPECT_EQ(log.damaged_lines, 2);
}

TEST(RunLog, names_that_change_from_line_to_line_take_no_more_room_than_a_logs_own) {
  const TemporaryFolder folder;
  std::string text;
  for (int i = 1; i <= 3000; ++i) text += fmt::format("{{\"step\":{},\"x{}\":1}}\n", i, i);
  write_file_atomically(folder / "log.jsonl", std::string_view(text));
  const RunLog log = read_run_log(folder / "log.jsonl");
  EXPECT_EQ(log.steps.size(), 3000u);
  EXPECT_EQ(log.values.size(), 1024u);
  EXPECT_EQ(log.damaged_lines, 3000 - 1024);
}

TEST(MetricPlots, are_of_whole_lines_and_stay_in_their_folder) {
  const TemporaryFolder folder;
  const auto line = [](const std::string& name, const char* ci) {
    return fmt::format(R"({{"step":1,"metric":"{}","value":2,"ci":{}}})", name, ci) + "\n";
  };
  const std::string text = line("fid", "[1,3]") + line("fid", "[1]") + line("kid", "2") +
                           line("../../outside", "[1,3]") + "{\"step\":1}\n" + "no JSON\n";
  write_file_atomically(folder / "metrics.jsonl", std::string_view(text));
  std::filesystem::create_directories(folder / "plots" / "metric_..");
  write_metric_plots(folder / "metrics.jsonl", folder / "plots");
  EXPECT_GT(read_png(folder / "plots" / "metric_fid.png").width, 200);
  EXPECT_FALSE(std::filesystem::exists(folder / "plots" / "metric_kid.png"));
  // By way of the folder metric_.. and back.
  EXPECT_FALSE(std::filesystem::exists(folder / "plots" / "outside.png"));
}

TEST(RunLog, is_empty_without_a_log) {
  const TemporaryFolder folder;
  EXPECT_TRUE(read_run_log(folder / "log.jsonl").steps.empty());
}

TEST(PictureMonitor, a_training_leaves_an_animation_and_its_curves) {
  const TemporaryFolder folder;
  train(load_recipe("ring",
                    {"train.steps=8", "train.batch_size=16", "train.log_every=2",
                     "train.sample_every=4", "train.sample_count=20", "train.precision=fp32"}),
        folder / "run");
  for (const char* plot : {"losses.png", "accuracy.png", "pixel_statistics.png", "step_time.png"}) {
    EXPECT_GT(read_png(folder / "run" / "plots" / plot).width, 200) << plot;
  }
  EXPECT_EQ(read_gif(folder / "run" / "progress.gif").frames.size(), 3u);  // steps 0, 4 and 8
}

// The picture in the middle of the animation's frame, as a share of white.
double brightness(const Image& frame) {
  double sum = 0;
  for (const uint8_t value : frame.pixels) sum += value;
  return sum / (255.0 * static_cast<double>(frame.pixels.size()));
}

TEST(PictureMonitor, the_animation_begins_before_the_training) {
  const TemporaryFolder folder;
  const std::string images = fixture("mnist-1000/images-idx3-ubyte.gz");
  const std::vector<std::string> recipe = {"data.name=idx",        "data.path=\"" + images + "\"",
                                           "train.steps=1",        "train.sample_every=1",
                                           "train.sample_count=4", "train.precision=fp32",
                                           "train.health_every=0"};
  train(load_recipe("s3-scratch", recipe), folder / "run");
  const GifAnimation gif = read_gif(folder / "run" / "progress.gif");
  ASSERT_EQ(gif.frames.size(), 2u);
  // An untrained sigmoid gives grey noise around a half.
  EXPECT_NEAR(brightness(gif.frames[0]), 0.5, 0.05);
}

TEST(PictureMonitor, says_when_it_cannot_draw) {
  const TemporaryFolder folder;
  std::string told;
  // Something else stands where the plots' folder would.
  class InTheWay final : public Monitor {
    void on_step(const TrainingView& training, const StepView& step) override {
      if (step.step == 1) {
        write_file_atomically(training.run.folder() / "plots", std::string_view("in the way"));
      }
    }
  } in_the_way;
  train(load_recipe("ring", {"train.steps=2", "train.batch_size=16", "train.precision=fp32",
                             "train.sample_every=0", "train.health_every=0"}),
        folder / "run",
        {1, {&in_the_way}, nullptr, [&](const std::string& text) { told += text; }});
  EXPECT_NE(told.find("not complete"), std::string::npos) << told;
  EXPECT_NE(told.find("plots"), std::string::npos) << told;
}

TEST(TrainingPlots, numbers_of_other_intervals_are_no_gaps) {
  RunLog log;
  log.steps = {1, 2, 3, 4};
  log.values["diversity"] = {NAN, 0.5, NAN, 0.75};
  const auto plots = training_plots(log);
  ASSERT_EQ(plots.size(), 1u);
  EXPECT_EQ(plots[0].name, "diversity");
  EXPECT_EQ(plots[0].plot.lines[0].x, (std::vector<double>{2, 4}));
  EXPECT_EQ(plots[0].plot.lines[0].y, (std::vector<double>{0.5, 0.75}));
}

TEST(TrainingPlots, a_step_takes_its_images_over_their_rate) {
  RunLog log;
  log.steps = {10};
  log.values["images"] = {640};              // 64 a step
  log.values["images_per_second"] = {3200};  // so 20 ms
  EXPECT_EQ(training_plots(log).at(0).plot.lines.at(0).y, (std::vector<double>{20}));
}

TEST(PictureMonitor, without_numbers_or_samples_there_are_no_pictures) {
  const TemporaryFolder folder;
  write_plots(RunLog{}, folder / "plots");
  write_progress_gif(folder / "samples", folder / "progress.gif");
  EXPECT_FALSE(std::filesystem::exists(folder / "plots"));
  EXPECT_FALSE(std::filesystem::exists(folder / "progress.gif"));
}

}  // namespace
}  // namespace belamy
