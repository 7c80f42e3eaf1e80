#include "belamy/train/event_monitor.h"

#include <gtest/gtest.h>

#include <cstring>

#include "belamy/core/file.h"
#include "belamy/image/event_message.h"
#include "belamy/train/training.h"
#include "tests/support/temporary_folder.h"

namespace belamy {
namespace {

using testing::TemporaryFolder;

// The steps of all events after the first, which names the version.
std::vector<int64_t> event_steps(const std::filesystem::path& file) {
  const std::string bytes = read_text(file, 1 << 26);
  std::vector<int64_t> steps;
  for (size_t at = 0; at < bytes.size();) {
    uint64_t length = 0;
    std::memcpy(&length, bytes.data() + at, sizeof(length));
    if (at > 0) steps.push_back(read_event_step(bytes.substr(at + 12, length)).value());
    at += 12 + length + 4;
  }
  return steps;
}

Recipe ring(int64_t steps) {
  return load_recipe(
      "ring", {"train.steps=" + std::to_string(steps), "train.batch_size=16", "train.log_every=2",
               "train.sample_every=4", "train.sample_count=20", "train.checkpoint_every=3",
               "train.precision=fp32", "train.pictures=false"});
}

TEST(EventMonitor, writes_numbers_at_log_steps_and_grids_at_sample_steps) {
  const TemporaryFolder folder;
  train(ring(6), folder / "run");
  // Grids at 0, 4 and the end; numbers at 1, 2, 4 and 6.
  EXPECT_EQ(event_steps(folder / "run" / kEventFileName),
            (std::vector<int64_t>{0, 1, 2, 4, 4, 6, 6}));
}

TEST(EventMonitor, a_resumed_training_goes_on_where_the_checkpoint_was) {
  const TemporaryFolder folder;
  train(ring(3), folder / "run");
  resume(folder / "run", {"train.steps=6"});
  // 3 was an end, which numbers and a grid were written for.
  EXPECT_EQ(event_steps(folder / "run" / kEventFileName),
            (std::vector<int64_t>{0, 1, 2, 3, 3, 4, 4, 6, 6}));
}

}  // namespace
}  // namespace belamy
