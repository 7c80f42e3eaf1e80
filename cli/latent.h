// `belamy latent`: one file a subcommand or two, and what they share.
#pragma once

#include <ATen/core/Tensor.h>

#include <CLI/CLI.hpp>
#include <optional>
#include <string>

#include "belamy/image/image.h"
#include "belamy/latent/interpolation.h"
#include "belamy/sampling/latent_vectors.h"
#include "cli/command.h"
#include "cli/open_generator.h"

namespace belamy::cli {

Runner add_latent_mean(CLI::App& app);
Runner add_latent_interpolate(CLI::App& app);
Runner add_latent_arithmetic(CLI::App& app);
Runner add_latent_project(CLI::App& app);
Runner add_latent_walk(CLI::App& app);
Runner add_latent_directions(CLI::App& app);
Runner add_latent_edit(CLI::App& app);

/// Options of every subcommand.
struct LatentArguments {
  GeneratorArguments generator;
  std::optional<int64_t> label;
  std::string out;
  std::string save_z;

  /// `picture` is the name in the run folder that `--out` replaces.
  void add_to(CLI::App& app, const std::string& picture);
  /// --class, where it does not mean something else.
  void add_class_to(CLI::App& app);
};

/// Options of those that begin at some latent vectors.
struct PointArguments {
  int64_t count = 8;
  std::string z;
  std::optional<double> truncation;

  void add_to(CLI::App& app, int64_t default_count);
  /// Those of the file, or as many as asked for, drawn.
  at::Tensor points(const LatentSampler& sampler, RandomStream& random) const;
};

/// "linear" or "spherical"; "": what suits the prior.
Path path_of(const std::string& word, LatentPrior prior);
void add_path_option(CLI::App& app, std::string& word);

/// What z becomes, `columns` in a row.
Image strip_picture(const OpenGenerator& generator, const LatentSampler& sampler,
                    const at::Tensor& z, int64_t columns);
/// The same of samples [N, sample...].
Image samples_in_rows(const OpenGenerator& generator, const at::Tensor& samples, int64_t columns);

/// Writes the picture and, if asked for, z; prints the paths.
void write_results(const OpenGenerator& generator, const LatentArguments& arguments,
                   const std::string& name, const Image& picture, const at::Tensor& z);

/// An animation whose frame t shows point t of every path; z: [paths * steps, D], a path's points
/// side by side. Prints the path of the file.
struct Animation {
  int64_t steps = 0;
  int64_t delay_ms = 80;
  bool there_and_back = false;
};
void write_animation(const OpenGenerator& generator, const LatentSampler& sampler,
                     const at::Tensor& z, const Animation& animation,
                     const std::filesystem::path& path);

}  // namespace belamy::cli
