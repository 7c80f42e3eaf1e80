#include "belamy/train/profile_monitor.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "belamy/core/file.h"
#include "belamy/train/training.h"
#include "tests/support/temporary_folder.h"

namespace belamy {
namespace {

using testing::TemporaryFolder;

TEST(ProfileMonitor, tells_the_stages_of_a_training_and_leaves_a_trace) {
  const TemporaryFolder folder;
  const Recipe recipe =
      load_recipe("ring", {"train.steps=12", "train.batch_size=16", "train.precision=fp32"});
  ProfileMonitor profile;
  train(recipe, folder / "run", {.monitors = {&profile}});
  EXPECT_EQ(profile.steps(), 12 - ProfileMonitor::kWarmUpSteps);
  const auto forward = [](const ProfileRow& row) {
    return row.name == "discriminator.dense_1" && row.kind == "forward";
  };
  const auto found = std::ranges::find_if(profile.rows(), forward);
  ASSERT_NE(found, profile.rows().end());
  // On real images, on fakes, and to train the generator.
  EXPECT_EQ(found->count, static_cast<size_t>(3 * profile.steps()));
  const auto trace = nlohmann::json::parse(read_text(folder / "run" / "profile.json", 1 << 24));
  EXPECT_FALSE(trace.at("traceEvents").empty());
}

}  // namespace
}  // namespace belamy
