// belamy translate RUN IN OUT
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>

#include "belamy/core/error.h"
#include "belamy/core/file.h"
#include "belamy/image/png.h"
#include "belamy/nn/runtime.h"
#include "belamy/sampling/translation.h"
#include "belamy/train/checkpoint.h"
#include "belamy/train/run.h"
#include "cli/command.h"
#include "cli/number.h"
#include "cli/progress_bar.h"
#include "cli/recipe_arguments.h"
#include "cli/say.h"

namespace belamy::cli {
namespace {

namespace fs = std::filesystem;

struct TranslateArguments {
  std::string run;
  std::string in;
  std::string out;
  std::string direction = "a2b";
  std::string checkpoint = "latest";
  int threads = 0;
  bool judge = false;
  bool json = false;
  bool self_ensemble = false;
  bool no_self_ensemble = false;
  std::optional<double> strength;

  TranslationOptions options(const Game& game, ByteRange range) const {
    TranslationUse use = game.translation_use();
    use.strength = strength.value_or(use.strength);
    use.self_ensemble = (use.self_ensemble || self_ensemble) && !no_self_ensemble;
    return {direction_of(direction), range, use};
  }
};

std::vector<fs::path> pictures_in(const fs::path& folder) {
  std::vector<fs::path> pictures;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const bool hidden = entry.path().filename().string().starts_with(".");
    if (!hidden && is_png_name(entry.path())) pictures.push_back(entry.path());
  }
  if (pictures.empty()) {
    fail(ErrorKind::kData, "{} holds no PNG pictures; convert others to PNG first",
         folder.string());
  }
  std::sort(pictures.begin(), pictures.end());
  return pictures;
}

void translate_file(const Game& game, const fs::path& in, const fs::path& out,
                    const TranslationOptions& options) {
  const Image picture = read_png(in);
  const bool is_grey = picture.channels < 3;
  if (is_grey && game.sample_shape()[0] == 3) {
    say(fmt::format("{}: grey, taken as a coloured picture\n", in.string()));
  }
  try {
    write_png(out, translate_picture(game, picture, options));
  } catch (const Error& error) {
    fail(error.kind(), "{}: {}", in.string(), error.reason());
  }
}

void translate_folder(const Game& game, const TranslateArguments& arguments, ByteRange range) {
  const std::vector<fs::path> pictures = pictures_in(arguments.in);
  make_folder(arguments.out);
  ProgressBar bar("pictures");
  for (size_t i = 0; i < pictures.size(); ++i) {
    translate_file(game, pictures[i], fs::path(arguments.out) / pictures[i].filename(),
                   arguments.options(game, range));
    bar.update(static_cast<int64_t>(i) + 1, static_cast<int64_t>(pictures.size()));
  }
}

void judge(const Game& game, const Recipe& recipe, const TranslateArguments& arguments) {
  const auto data = open_recipe_data(recipe);
  const TranslationOptions options = arguments.options(game, recipe.data.byte_range());
  const auto scores = judge_translation(game, *data, options);
  if (!arguments.json) {
    fmt::print("{:<18} {:>9} {:>8} {:>8} {:>6}\n", "", "PSNR, dB", "SSIM", "MAE", "count");
  }
  for (const TranslationScore& score : scores) {
    const ImageDifference& d = score.difference;
    if (arguments.json) {
      nlohmann::ordered_json row = {{"direction", arguments.direction},
                                    {"method", score.method},
                                    {"psnr", d.psnr},
                                    {"ssim", d.ssim},
                                    {"mae", d.mean_absolute_error},
                                    {"count", score.count}};
      if (score.method == "translated") {  // the others have none, or one of their own
        row["strength"] = options.use.strength;
        row["self_ensemble"] = options.use.self_ensemble;
      }
      fmt::print("{}\n", row.dump());
    } else {
      fmt::print("{:<18} {:>9.2f} {:>8.4f} {:>8.2f} {:>6}\n", score.method, d.psnr, d.ssim,
                 d.mean_absolute_error, score.count);
    }
  }
}

int translate(const TranslateArguments& arguments) {
  direction_of(arguments.direction);
  if (arguments.judge == !arguments.in.empty() || arguments.in.empty() != arguments.out.empty()) {
    fail(ErrorKind::kUsage, "translate takes IN and OUT, or --judge instead of them");
  }
  if (!arguments.judge && !fs::exists(arguments.in)) {
    fail(ErrorKind::kIo, "there is no {}", arguments.in);
  }
  configure_runtime(arguments.threads);
  const Run run = Run::open(arguments.run);
  const Recipe& recipe = run.recipe();
  const auto checkpoint = run.checkpoint(arguments.checkpoint);
  const auto game = make_game(recipe, recipe_sample_shape(recipe));
  game->load_sampler(load_weights(checkpoint), checkpoint.string());
  const ByteRange range = recipe.data.byte_range();
  if (arguments.judge) {
    fetch_if_missing(recipe);
    judge(*game, recipe, arguments);
    return 0;
  }
  if (fs::is_directory(arguments.in)) {
    translate_folder(*game, arguments, range);
  } else {
    translate_file(*game, arguments.in, arguments.out, arguments.options(*game, range));
  }
  fmt::print("{}\n", arguments.out);
  return 0;
}

}  // namespace

Runner add_translate(CLI::App& app) {
  auto a = std::make_shared<TranslateArguments>();
  app.add_option("run", a->run, "A run folder, or latest")->required()->type_name("RUN");
  app.add_option("in", a->in, "A PNG file, or a folder of them")->type_name("IN");
  app.add_option("out", a->out, "The file, or the folder, to write")->type_name("OUT");
  app.add_option("--direction", a->direction, "a2b or b2a [a2b]")->type_name("D");
  app.add_option("--checkpoint", a->checkpoint, "latest, or a step [latest]")->type_name("STEP");
  app.add_option("--strength", a->strength,
                 "0 keeps the picture, 1 translates it, 0.5 is half of both [game.strength]")
      ->type_name("S")
      ->check(number_between(0, 2));
  auto* ensemble =
      app.add_flag("--self-ensemble", a->self_ensemble,
                   "Mean with the mirror image's translation: truer, softer, twice the time "
                   "[game.self_ensemble]");
  app.add_flag("--no-self-ensemble", a->no_self_ensemble, "The translation alone")
      ->excludes(ensemble);
  app.add_flag("--judge", a->judge,
               "Measure translations of the held-out samples, so and of strength 1, against their "
               "true counterparts");
  app.add_flag("--json", a->json, "With --judge: a JSON object a line");
  app.add_option("--threads", a->threads, "Threads; 0 is one a core")
      ->type_name("N")
      ->check(CLI::Range(0, 4096));
  app.footer(
      "\nExamples:\n"
      "  belamy translate latest face.png face-b.png\n"
      "  belamy translate runs/emoji pictures/ translated/ --direction b2a\n"
      "  belamy translate runs/emoji pictures/ bolder/ --strength 1 --no-self-ensemble\n"
      "  belamy translate runs/emoji --judge\n"
      "\nA is the recipe's data.name, B its data.partner. Pictures keep their size and their\n"
      "names; transparency is composed on white.");
  return [a] { return translate(*a); };
}

}  // namespace belamy::cli
