#include "belamy/train/run.h"

#include <fcntl.h>
#include <fmt/ranges.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <optional>

#include "belamy/core/error.h"
#include "belamy/core/file.h"
#include "belamy/core/version.h"
#include "belamy/nn/runtime.h"
#include "belamy/train/checkpoint.h"

namespace belamy {
namespace fs = std::filesystem;
namespace {

constexpr const char* kRecipeFile = "recipe.toml";
constexpr uint64_t kLargestRecipeFile = 1 << 20;
constexpr const char* kStepPrefix = "step_";

std::optional<int64_t> parse_step(std::string text) {
  if (text.starts_with(kStepPrefix)) text.erase(0, std::strlen(kStepPrefix));
  int64_t step = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), step);
  const bool whole = code == std::errc() && end == text.data() + text.size() && step >= 0;
  return whole ? std::optional(step) : std::nullopt;
}

fs::path newest_run() {
  const fs::path folder = runs_folder();
  fs::path newest;
  std::error_code code;
  for (const auto& entry : fs::directory_iterator(folder, code)) {
    const fs::path recipe = entry.path() / kRecipeFile;
    if (!fs::exists(recipe)) continue;
    if (newest.empty() || fs::last_write_time(recipe) > fs::last_write_time(newest / kRecipeFile)) {
      newest = entry.path();
    }
  }
  if (newest.empty()) {
    fail(ErrorKind::kUsage, "there is no run under {} yet; `belamy train` makes one",
         folder.string());
  }
  return newest;
}

std::string recipe_file_text(const Recipe& recipe) {
  return fmt::format("# The resolved recipe of this run. Belamy {}, LibTorch {}.\n{}", kVersion,
                     torch_version(), recipe_toml(recipe));
}

}  // namespace

std::string step_name(int64_t step) {
  return fmt::format("{}{:07}", kStepPrefix, step);
}

fs::path runs_folder() {
  const char* chosen = std::getenv("BELAMY_RUNS");
  return chosen != nullptr && *chosen != '\0' ? fs::path(chosen) : fs::path("runs");
}

Run Run::create(const fs::path& folder, const Recipe& recipe) {
  if (fs::exists(folder / kRecipeFile)) {
    fail(ErrorKind::kUsage,
         "{} holds a run already; go on with it by --resume {}, or choose another --out",
         folder.string(), folder.string());
  }
  make_folder(folder);
  Run run(folder, recipe);
  run.require_no_links();
  make_folder(run.samples_folder());
  make_folder(run.checkpoints_folder());
  run.store_recipe();
  return run;
}

void Run::store_recipe() const {
  write_file_atomically(folder_ / kRecipeFile, std::string_view(recipe_file_text(recipe_)));
}

Run Run::open(const std::string& folder, const std::vector<std::string>& overrides) {
  const fs::path path = folder == "latest" ? newest_run() : fs::path(folder);
  if (!fs::exists(path / kRecipeFile)) {
    fail(ErrorKind::kUsage, "{} is not a run folder: it has no {}", path.string(), kRecipeFile);
  }
  const std::string text = read_text(path / kRecipeFile, kLargestRecipeFile);
  return Run(path, parse_recipe(text, (path / kRecipeFile).string(), overrides));
}

std::vector<int64_t> Run::checkpoint_steps() const {
  std::vector<int64_t> steps;
  std::error_code code;
  for (const auto& entry : fs::directory_iterator(checkpoints_folder(), code)) {
    const auto step = parse_step(entry.path().filename().string());
    if (step && entry.is_directory()) steps.push_back(*step);
  }
  std::sort(steps.begin(), steps.end());
  return steps;
}

fs::path Run::checkpoint(const std::string& which) const {
  const std::vector<int64_t> steps = checkpoint_steps();
  if (steps.empty()) {
    fail(ErrorKind::kCheckpoint, "{} has no checkpoint yet", folder_.string());
  }
  if (which == "latest") return checkpoints_folder() / step_name(steps.back());
  const auto step = which == "best" ? best_step(steps.back()) : parse_step(which);
  if (step && std::binary_search(steps.begin(), steps.end(), *step)) {
    return checkpoints_folder() / step_name(*step);
  }
  fail(ErrorKind::kCheckpoint, "{} has no checkpoint '{}'; there are latest and {}",
       folder_.string(), which, fmt::join(steps, ", "));
}

int64_t Run::best_step(int64_t latest) const {
  const auto best = read_best(checkpoints_folder() / step_name(latest));
  if (best) return best->step;
  fail(ErrorKind::kCheckpoint,
       "{} has no best checkpoint: nothing in its training measured samples; choose latest or a "
       "step",
       folder_.string());
}

void Run::require_no_links() const {
  std::error_code code;
  for (const auto& entry : fs::directory_iterator(folder_, code)) {
    if (!entry.is_symlink(code)) continue;
    fail(ErrorKind::kUsage,
         "{} is a link: a training writes nothing outside its run folder; put what it points to in "
         "its place, or remove it",
         entry.path().string());
  }
}

RunLock::RunLock(const fs::path& folder) {
  const fs::path path = folder / "run.lock";
  descriptor_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0644);
  if (descriptor_ < 0) {
    fail(ErrorKind::kIo, "cannot lock {}: {}", folder.string(), std::strerror(errno));
  }
  if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
    char holder[32] = {};
    const ssize_t got = ::read(descriptor_, holder, sizeof(holder) - 1);
    ::close(descriptor_);
    fail(ErrorKind::kBusy, "{} is in use by process {}; stop it or choose another --out",
         folder.string(), got > 0 ? holder : "unknown");
  }
  // The number is for people; the kernel's lock is what counts, and ends with the process.
  const std::string text = fmt::format("{}", ::getpid());
  if (::ftruncate(descriptor_, 0) != 0 ||
      ::write(descriptor_, text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
    const int code = errno;
    ::close(descriptor_);
    fail(ErrorKind::kIo, "cannot lock {}: {}", folder.string(), std::strerror(code));
  }
}

RunLock::~RunLock() {
  ::close(descriptor_);
}

}  // namespace belamy
