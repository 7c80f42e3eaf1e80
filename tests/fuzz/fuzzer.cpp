// One target as libFuzzer wants it: BELAMY_FUZZ_NAME of the list BELAMY_FUZZ_GROUP. With
// BELAMY_FUZZ_SEEDS=DIR in the environment the target's seeds are written there first.
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string_view>

#include "tests/fuzz/target.h"

namespace {

const belamy::testing::FuzzTarget& target() {
  static const belamy::testing::FuzzTarget found = [] {
    for (const auto& candidate : belamy::testing::BELAMY_FUZZ_GROUP()) {
      if (std::string_view(candidate.name) == BELAMY_FUZZ_NAME) return candidate;
    }
    throw std::logic_error("there is no target " BELAMY_FUZZ_NAME);
  }();
  return found;
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***);
extern "C" int LLVMFuzzerTestOneInput(const uint8_t*, size_t);

int LLVMFuzzerInitialize(int*, char***) {
  const char* folder = std::getenv("BELAMY_FUZZ_SEEDS");
  if (folder == nullptr) return 0;
  std::filesystem::create_directories(folder);
  int number = 0;
  for (const auto& seed : target().seeds()) {
    std::ofstream file(std::filesystem::path(folder) / ("seed-" + std::to_string(++number)));
    file.write(reinterpret_cast<const char*>(seed.data()),
               static_cast<std::streamsize>(seed.size()));
  }
  return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  target().takes({data, size});
  return 0;
}
