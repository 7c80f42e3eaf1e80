#include <belamy/core/error.h>
#include <belamy/core/rng.h>

#include <cstdio>

int main() {
  belamy::RandomStream stream(1, "consumer");
  try {
    if (stream.uniform() < 1) belamy::fail(belamy::ErrorKind::kUsage, "thrown and caught");
  } catch (const belamy::Error& error) {
    std::puts(error.what());
    return 0;
  }
  return 1;
}
