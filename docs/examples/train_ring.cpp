// Trains the recipe `ring` for 200 steps into a folder and prints the folder.
#include <belamy/train/training.h>

#include <cstdio>
#include <exception>

int main(int argc, char** argv) try {
  const auto recipe = belamy::load_recipe("ring", {"train.steps=200"});
  const auto result = belamy::train(recipe, argc > 1 ? argv[1] : "ring-run");
  std::printf("%s\n", result.folder.c_str());
} catch (const std::exception& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 1;
}
