// belamy doctor
#include <fmt/format.h>
#include <link.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "belamy/core/subprocess.h"
#include "belamy/core/threads.h"
#include "belamy/core/version.h"
#include "belamy/data/cache.h"
#include "belamy/data/catalog.h"
#include "belamy/data/fetch.h"
#include "belamy/kernels/dispatch.h"
#include "belamy/nn/precision.h"
#include "belamy/nn/runtime.h"
#include "belamy/train/run.h"
#include "cli/command.h"

namespace belamy::cli {
namespace {

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

std::vector<std::string> loaded_libraries() {
  std::vector<std::string> names;
  ::dl_iterate_phdr(
      [](dl_phdr_info* info, size_t, void* into) {
        std::error_code code;
        const auto path = std::filesystem::canonical(info->dlpi_name, code);
        if (!code) static_cast<std::vector<std::string>*>(into)->push_back(path.string());
        return 0;
      },
      &names);
  return names;
}

std::string library_with(const std::vector<std::string>& libraries, const std::string& part) {
  for (const std::string& name : libraries) {
    if (name.find(part) != std::string::npos) return name;
  }
  return "";
}

const char* bf16_support() {
  switch (bf16_hardware()) {
    case kernels::Bf16Unit::kTiles:
      return "in hardware (AMX): precision auto is bf16";
    case kernels::Bf16Unit::kVectors:
      return "in hardware (AVX-512): precision auto is bf16";
    case kernels::Bf16Unit::kNone:
      break;
  }
  return "not in hardware: precision auto is fp32";
}

/// Gathers what there is and what could be better.
class Examination {
 public:
  void run() {
    versions();
    processor();
    linear_algebra();
    memory();
    data();
    print_advice();
  }

 private:
  static void line(const char* what, const std::string& found) {
    fmt::print("{:<14} {}\n", what, found);
  }

  void versions() const {
    line("belamy", kVersion);
    line("LibTorch", torch_version());
  }

  void processor() {
    const int cores = physical_cores(), processors = logical_processors();
    line("threads", fmt::format("{} used ({} core{}, {} logical processor{})", cores, cores,
                                cores == 1 ? "" : "s", processors, processors == 1 ? "" : "s"));
    line("vector code", kernels::simd_target());
    line("bf16", bf16_support());
    for (const char* limit : {"OMP_NUM_THREADS", "ONEDNN_MAX_CPU_ISA", "BELAMY_MAX_SIMD"}) {
      if (!environment(limit).empty())
        line("environment", fmt::format("{}={}", limit, environment(limit)));
    }
  }

  void linear_algebra() {
    const auto libraries = loaded_libraries();
    const std::string openblas = library_with(libraries, "openblas");
    const std::string other = library_with(libraries, "libblas");
    line("BLAS", !openblas.empty() ? openblas : other.empty() ? "inside LibTorch" : other);
    if (openblas.empty() && !other.empty()) {
      advise("LibTorch multiplies matrices by the reference BLAS, many times too slowly",
             "apt-get install libopenblas0-openmp");
    }
    if (openblas.find("pthread") != std::string::npos) {
      advise("OpenBLAS runs threads of its own beside LibTorch's; they fight for the cores",
             "apt-get install libopenblas0-openmp and remove libopenblas0-pthread");
    }
    const std::string core_type = environment("OPENBLAS_CORETYPE");
    if (!core_type.empty()) {
      line("environment", "OPENBLAS_CORETYPE=" + core_type);
      advise("OPENBLAS_CORETYPE makes OpenBLAS take another processor's code",
             "unset it, unless it is there because results were wrong without it");
    }
  }

  void memory() {
    if (!library_with(loaded_libraries(), "jemalloc").empty()) {
      line("allocator", "jemalloc, keeping its pages");
      return;
    }
    line("allocator", "the C library's");
    advise("the C library's allocator gives large blocks back and faults them in again",
           "install libjemalloc-dev and build again");
  }

  void data() {
    for (const CatalogEntry& entry : catalog()) {
      if (!entry.needs_files()) continue;
      const bool there = is_fetched(entry.name);
      line("data",
           fmt::format("{}: {}", entry.name,
                       there ? (data_cache_folder() / entry.name).string() : "not fetched"));
      if (!there) advise(entry.name + " is not there yet", "belamy data fetch " + entry.name);
    }
    if (!program_exists("npm") && !program_exists("curl")) {
      advise("neither npm nor curl is there to fetch data with", "apt-get install npm, or curl");
    }
    line("runs", std::filesystem::absolute(runs_folder()).string());
  }

  void advise(const std::string& finding, const std::string& remedy) {
    advice_.push_back(fmt::format("{}\n    {}", finding, remedy));
  }

  void print_advice() const {
    fmt::print("\n{}\n", advice_.empty() ? "Nothing to mend." : "What could be better:");
    for (const std::string& advice : advice_) fmt::print("  - {}\n", advice);
  }

  std::vector<std::string> advice_;
};

}  // namespace

Runner add_doctor(CLI::App&) {
  return [] {
    Examination().run();
    return 0;
  };
}

}  // namespace belamy::cli
