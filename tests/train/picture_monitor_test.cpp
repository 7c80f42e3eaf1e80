#include "belamy/train/picture_monitor.h"

#include <gtest/gtest.h>

#include <cmath>

#include "belamy/core/file.h"
#include "belamy/image/gif_reader.h"
#include "belamy/image/png.h"
#include "belamy/train/training.h"
#include "tests/support/temporary_folder.h"

namespace belamy {
namespace {

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
  for (const char* plot : {"losses.png", "accuracy.png", "pixel_statistics.png", "speed.png"}) {
    EXPECT_GT(read_png(folder / "run" / "plots" / plot).width, 200) << plot;
  }
  EXPECT_EQ(read_gif(folder / "run" / "progress.gif").frames.size(), 3u);  // steps 0, 4 and 8
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
