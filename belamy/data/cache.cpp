#include "belamy/data/cache.h"

#include <cstdlib>

#include "belamy/core/error.h"

namespace belamy {
namespace fs = std::filesystem;
namespace {

fs::path from_environment(const char* variable) {
  const char* value = std::getenv(variable);
  return value != nullptr ? fs::path(value) : fs::path();
}

}  // namespace

fs::path data_cache_folder() {
  if (const fs::path own = from_environment("BELAMY_DATA"); !own.empty()) return own;
  if (const fs::path cache = from_environment("XDG_CACHE_HOME"); cache.is_absolute()) {
    return cache / "belamy" / "data";
  }
  if (const fs::path home = from_environment("HOME"); !home.empty()) {
    return home / ".cache" / "belamy" / "data";
  }
  fail(ErrorKind::kIo,
       "no folder for data sets: neither BELAMY_DATA, XDG_CACHE_HOME nor HOME is set; set "
       "BELAMY_DATA to a folder you may write to");
}

}  // namespace belamy
