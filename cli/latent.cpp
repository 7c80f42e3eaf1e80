// belamy latent mean | interpolate | arithmetic | project | walk | directions | edit
#include "cli/latent.h"

#include <utility>
#include <vector>

namespace belamy::cli {
namespace {

struct Subcommand {
  const char* name;
  const char* help;
  Runner (*add)(CLI::App&);
};

constexpr Subcommand kSubcommands[] = {
    {"mean", "Average the z that yield a class, and generate from the mean", add_latent_mean},
    {"interpolate", "Rows of pictures from one z to another, and an animation",
     add_latent_interpolate},
    {"arithmetic", "A - B + C with means of classes or z of files", add_latent_arithmetic},
    {"project", "Find the z of a given picture", add_latent_project},
    {"walk", "An endless animation through latent space", add_latent_walk},
    {"directions", "The directions along which samples change most (SeFa)", add_latent_directions},
    {"edit", "Move z along one of those directions", add_latent_edit},
};

}  // namespace

Runner add_latent(CLI::App& app) {
  app.require_subcommand(1);
  std::vector<std::pair<CLI::App*, Runner>> runners;
  for (const Subcommand& subcommand : kSubcommands) {
    CLI::App* sub = app.add_subcommand(subcommand.name, subcommand.help);
    runners.emplace_back(sub, subcommand.add(*sub));
  }
  app.footer(
      "\nA generator turns a vector of random numbers, z, into a sample; near vectors become like\n"
      "samples. These commands find and combine vectors, and show what becomes of them.\n"
      "\nA first tour of a run on MNIST:\n"
      "  belamy latent interpolate latest\n"
      "  belamy latent mean latest --class all\n"
      "  belamy latent directions latest\n"
      "  belamy latent project latest --real 8 --save-z z.npy\n"
      "  belamy latent interpolate latest --z z.npy      between real digits\n"
      "\nPictures go into the run folder unless --out says where; their paths are printed.\n"
      "`belamy latent COMMAND --help` explains a command.");
  return [runners] {
    for (const auto& [sub, runner] : runners) {
      if (sub->parsed()) return runner();
    }
    return 2;
  };
}

}  // namespace belamy::cli
