#include "cli/choose_extractor.h"

#include <fmt/format.h>

#include "belamy/core/error.h"
#include "cli/say.h"

namespace belamy::cli {
namespace {

Extractor open_extractor(const ExtractorChoice& choice, const std::string& data_name,
                         const Shape& images) {
  const std::string& word = choice.extractor;
  if (word == "auto") {
    const Extractor found = Extractor::automatic(data_name);
    if (found.classes() == 0) {
      say(
          fmt::format("no classifier of {} is built in: features are random ones, good for "
                      "comparing models of one data set and nothing else\n",
                      data_name));
    }
    return found;
  }
  if (word == "random") return Extractor::random_features();
  if (word.ends_with(".safetensors")) return Extractor::load(word);
  if (word.ends_with(".pt") || word.ends_with(".pth")) {
    const Shape input = choice.input.empty() ? images : choice.input;
    return Extractor::load_torchscript(word, {input, choice.range[0], choice.range[1]});
  }
  return Extractor::for_data(word);
}

}  // namespace

void ExtractorChoice::add_to(CLI::App& app) {
  app.add_option("--extractor", extractor,
                 "auto, random, a built-in one's name, a classifier's .safetensors, or a "
                 "TorchScript module's .pt [auto]")
      ->type_name("WORD|FILE");
  app.add_option("--extractor-input", input,
                 "Channels, height and width that a .pt takes [those of the images]")
      ->type_name("C,H,W")
      ->delimiter(',')
      ->expected(3);
  app.add_option("--extractor-range", range, "What black and white are for a .pt [-1,1]")
      ->type_name("LOW,HIGH")
      ->delimiter(',')
      ->expected(2);
  app.add_option("--resize", resize,
                 "exact refuses images of another size, bilinear fits them (antialiased) [exact; "
                 "bilinear for random]")
      ->type_name("RULE")
      ->check(CLI::IsMember({"exact", "bilinear"}));
}

Extractor choose_extractor(const ExtractorChoice& choice, const std::string& data_name,
                           const Shape& images) {
  const Extractor extractor = open_extractor(choice, data_name, images);
  if (choice.resize.empty()) return extractor;
  return extractor.with_resize(choice.resize == "exact" ? ResizeRule::kExact
                                                        : ResizeRule::kBilinear);
}

}  // namespace belamy::cli
