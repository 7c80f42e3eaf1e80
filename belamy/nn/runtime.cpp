#include "belamy/nn/runtime.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <torch/version.h>

#include <memory>

#include "belamy/core/crowd_watch.h"
#include "belamy/core/error.h"
#include "belamy/core/threads.h"

namespace belamy {
namespace {

// One for the process, of the latest number of threads; a single one waits for nobody.
void watch_for_crowds(int threads) {
  static std::unique_ptr<CrowdWatch> watch;
  watch.reset();
  if (threads > 1) watch = std::make_unique<CrowdWatch>(threads);
}

}  // namespace

int configure_runtime(int threads) {
  if (threads < 0 || threads > 4096) {
    fail(ErrorKind::kUsage, "threads must be 0 (one a core) to 4096, got {}", threads);
  }
  const int used = threads == 0 ? physical_cores() : threads;
  at::globalContext().setFlushDenormal(true);  // before the pool: its threads inherit the setting
  at::set_num_threads(used);
  watch_for_crowds(used);
  return used;
}

void require_device(const std::string& device) {
  if (device == "cpu") return;
  if (device == "cuda" || device.starts_with("cuda:")) {
    fail(ErrorKind::kUsage, "device {} is not available: Belamy trains on the processor; use cpu",
         device);
  }
  fail(ErrorKind::kUsage, "device must be cpu, got '{}'", device);
}

std::string torch_version() {
  return TORCH_VERSION;
}

}  // namespace belamy
