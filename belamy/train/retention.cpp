#include "belamy/train/retention.h"

#include "belamy/core/error.h"
#include "belamy/core/replaced_folder.h"

namespace belamy {
namespace fs = std::filesystem;

std::vector<int64_t> superfluous_checkpoints(const std::vector<int64_t>& steps,
                                             const TrainOptions& train,
                                             std::optional<int64_t> best) {
  std::vector<int64_t> gone;
  const auto newest = static_cast<size_t>(train.keep_checkpoints);
  for (size_t i = 0; i + newest < steps.size(); ++i) {
    const bool is_milestone = train.keep_every > 0 && steps[i] % train.keep_every == 0;
    if (!is_milestone && steps[i] != best) gone.push_back(steps[i]);
  }
  return gone;
}

void remove_superfluous_checkpoints(const Run& run, std::optional<int64_t> best) {
  for (const int64_t step :
       superfluous_checkpoints(run.checkpoint_steps(), run.recipe().train, best)) {
    // Renamed first: a folder half removed must not pass for a checkpoint.
    const fs::path folder = run.checkpoints_folder() / step_name(step);
    const fs::path aside = run.checkpoints_folder() / ("." + step_name(step) + ".removed");
    std::error_code code;
    fs::rename(folder, aside, code);
    fs::remove_all(aside, code);
  }
}

fs::path set_aside(const Run& run, int64_t step) {
  const fs::path folder = run.checkpoints_folder() / step_name(step);
  const fs::path aside = folder.string() + ".damaged";
  std::error_code code;
  fs::remove_all(aside, code);
  fs::rename(folder, aside, code);
  if (code) fail(ErrorKind::kIo, "cannot rename {}: {}", folder.string(), code.message());
  return aside;
}

void remove_leftovers(const Run& run) {
  put_back_replaced_folders(run.checkpoints_folder());
  std::vector<fs::path> leftovers;
  std::error_code code;
  for (const auto& entry : fs::directory_iterator(run.checkpoints_folder(), code)) {
    if (entry.path().filename().string().starts_with(".step_")) leftovers.push_back(entry.path());
  }
  for (const fs::path& path : leftovers) fs::remove_all(path, code);
}

}  // namespace belamy
