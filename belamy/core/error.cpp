#include "belamy/core/error.h"

namespace belamy {

const char* kind_name(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kUsage:
      return "usage";
    case ErrorKind::kRecipe:
      return "recipe";
    case ErrorKind::kShape:
      return "shape";
    case ErrorKind::kData:
      return "data";
    case ErrorKind::kDownload:
      return "download";
    case ErrorKind::kIo:
      return "io";
    case ErrorKind::kCheckpoint:
      return "checkpoint";
    case ErrorKind::kBusy:
      return "busy";
    case ErrorKind::kDiverged:
      return "diverged";
  }
  return "error";
}

}  // namespace belamy
