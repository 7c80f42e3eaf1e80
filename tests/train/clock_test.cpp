// A machine's clock that is set back while a training runs, and between two.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <utility>

#include "belamy/core/wall_clock.h"
#include "belamy/image/event_file.h"
#include "tests/image/event_records.h"
#include "tests/support/temporary_folder.h"
#include "tests/train/tiny_ring.h"

namespace belamy {
namespace {

namespace fs = std::filesystem;
using testing::checkpoint_bytes;
using testing::log_lines;
using testing::messages_in;
using testing::TemporaryFolder;
using testing::tiny;

std::atomic<int> looks{0};

double an_hour_earlier_at_each_look() {
  return 2e9 - 3600.0 * ++looks;
}

/// As if the run had been written before its machine's clock was set back by a year.
void date_a_year_ahead(const fs::path& run) {
  const auto later = fs::file_time_type::clock::now() + std::chrono::hours(24 * 365);
  for (const auto& entry : fs::recursive_directory_iterator(run)) {
    fs::last_write_time(entry.path(), later);
  }
}

TEST(Clock, that_goes_backwards_changes_neither_weights_nor_samples_nor_durations) {
  const TemporaryFolder folder;
  train(tiny({"train.log_every=1"}), folder / "whole");
  looks = 0;
  {
    const ScopedWallClock clock(&an_hour_earlier_at_each_look);
    train(tiny({"train.log_every=1", "train.steps=7"}), folder / "run");
    date_a_year_ahead(folder / "run");
    EXPECT_EQ(resume(folder / "run", {"train.steps=12"}).step, 12);
  }
  EXPECT_GE(looks, 12) << "the clock was in use";
  EXPECT_EQ(checkpoint_bytes(folder / "whole", 12), checkpoint_bytes(folder / "run", 12));
  EXPECT_EQ(read_bytes(folder / "whole/samples/step_0000012.png", 1 << 24),
            read_bytes(folder / "run/samples/step_0000012.png", 1 << 24));

  double before = 0;
  int64_t step = 0;
  for (const auto& line : log_lines(folder / "run")) {
    EXPECT_EQ(line["step"], ++step);
    EXPECT_GE(line["seconds"], before);
    before = line["seconds"];
  }
  EXPECT_EQ(step, 12);
}

TEST(Clock, that_goes_backwards_leaves_every_event_in_the_order_of_its_step) {
  const TemporaryFolder folder;
  {
    const ScopedWallClock clock(&an_hour_earlier_at_each_look);
    train(tiny({"train.log_every=1", "train.steps=4", "train.sample_every=0"}), folder / "run");
    resume(folder / "run", {"train.steps=9"});
  }
  std::vector<uint64_t> steps;
  for (const std::string& message : messages_in(folder / "run" / kEventFileName)) {
    const testing::Message event(message);
    if (event.numbers.count(2) != 0) steps.push_back(event.numbers.at(2)[0]);
  }
  std::erase_if(steps, [last = uint64_t{0}](uint64_t step) mutable {
    return std::exchange(last, step) == step;
  });
  EXPECT_EQ(steps, (std::vector<uint64_t>{1, 2, 3, 4, 5, 6, 7, 8, 9}));
}

}  // namespace
}  // namespace belamy
