// belamy export RUN
#include "belamy/export/export.h"

#include <fmt/format.h>

#include "belamy/core/error.h"
#include "belamy/nn/runtime.h"
#include "cli/command.h"
#include "cli/open_generator.h"

namespace belamy::cli {
namespace {

struct ExportArguments {
  std::string run;
  std::string format;
  std::string out;
  std::string network = "generator";
  std::string checkpoint = "latest";
  std::string weights;
};

int64_t step_of(const std::filesystem::path& checkpoint) {
  return std::stoll(checkpoint.filename().string().substr(step_name(0).find('_') + 1));
}

int export_run(const ExportArguments& arguments) {
  configure_runtime(/*threads=*/1);
  const ExportFormat format = export_format(arguments.format);
  const Run run = Run::open(arguments.run);
  const Recipe& recipe = run.recipe();
  const auto checkpoint = run.checkpoint(arguments.checkpoint);
  const auto game = make_game(recipe, recipe_sample_shape(recipe));
  const Network& network = find_network(*game, arguments.network);

  const GameState weights = load_weights(checkpoint, weights_of(arguments.weights));
  const auto found = weights.files.find(network.name());
  if (found == weights.files.end()) {
    fail(ErrorKind::kCheckpoint, "{} holds no {}", checkpoint.string(), network.name());
  }
  copy_tensors(found->second, network.state(), checkpoint.string(), network.name());
  export_network(arguments.out, format, network,
                 describe_network(recipe, network, step_of(checkpoint)));
  fmt::print("{}\n", arguments.out);
  return 0;
}

}  // namespace

Runner add_export(CLI::App& app) {
  auto a = std::make_shared<ExportArguments>();
  app.add_option("run", a->run, "A run folder, or latest")->required()->type_name("RUN");
  app.add_option("--format", a->format, "safetensors, torchscript or onnx")
      ->required()
      ->type_name("FORMAT");
  app.add_option("--out", a->out, "The file to write")->required()->type_name("FILE");
  app.add_option("--network", a->network, "generator or discriminator [generator]")
      ->type_name("NAME");
  app.add_option("--checkpoint", a->checkpoint, "latest, best, or a step [latest]")
      ->type_name("STEP");
  add_weights_option(app, a->weights);
  app.footer(
      "\nExamples:\n"
      "  belamy export latest --format torchscript --out generator.pt\n"
      "  belamy export runs/s1 --format onnx --network discriminator --out discriminator.onnx\n"
      "\ntorchscript and onnx files compute by themselves, for any number of samples at once;\n"
      "safetensors holds the weights and, as metadata, the layers. All tell shapes and ranges.\n"
      "The file's path is printed on standard output.");
  return [a] { return export_run(*a); };
}

}  // namespace belamy::cli
