#include "cli/command_line.h"

#include <fmt/format.h>

#include <memory>
#include <sstream>
#include <utility>

#include "belamy/core/nearest_name.h"
#include "belamy/core/version.h"

namespace belamy::cli {
namespace {

struct Command {
  const char* name;
  const char* help;
  Runner (*add)(CLI::App&);
};

constexpr Command kCommands[] = {
    {"recipes", "List the built-in recipes", add_recipes},
    {"summary", "Show a recipe's networks, layer by layer", add_summary},
    {"data", "List, describe and fetch data sets", add_data},
    {"train", "Train a recipe into a run folder", add_train},
    {"sample", "Draw samples from a trained generator", add_sample},
    {"report", "Write a run as one HTML page: samples, curves, diagnoses", add_report},
    {"export", "Write a network for PyTorch, onnxruntime and others", add_export},
    {"evaluate", "Score what a generator makes against real images", add_evaluate},
    {"compare", "Score several runs and print them as a table", add_compare},
    {"extractor", "Train the classifiers whose features metrics compare", add_extractor},
    {"benchmark", "Train and score the mode-collapse benchmarks of the literature", add_benchmark},
    {"latent", "Find, combine and move latent vectors, and show what becomes of them", add_latent},
    {"translate", "Translate images by a trained cycle game", add_translate},
    {"bench", "Measure the time of a training step", add_bench},
    {"doctor", "Show what this machine offers and what Belamy uses of it", add_doctor},
};

constexpr const char* kFooter =
    "\nA first session:\n"
    "  belamy train demo             fetch MNIST, train three minutes, leave a run folder\n"
    "  belamy sample latest          draw a grid of digits from it\n"
    "\nExit codes: 0 done, 1 the work failed, 2 the request was wrong, 130 stopped by the user.\n"
    "`belamy COMMAND --help` explains a command.";

// The commands or options a mistyped word could have meant.
std::vector<std::string> known_words(const CLI::App& app, bool option) {
  std::vector<std::string> words;
  if (option) {
    for (const CLI::Option* known : app.get_options()) {
      for (const std::string& name : known->get_lnames()) words.push_back("--" + name);
    }
  } else {
    for (const CLI::App* command : app.get_subcommands({})) words.push_back(command->get_name());
  }
  return words;
}

std::string complaint_about(const CLI::App& app, const CLI::ParseError& error) {
  const CLI::App* asked = &app;
  std::string path = "belamy";
  while (!asked->get_subcommands().empty()) {
    asked = asked->get_subcommands().front();
    path += " " + asked->get_name();
  }
  std::string message = error.what();
  for (const std::string& word : app.remaining(/*recurse=*/true)) {
    const std::string name = word.substr(0, word.find('='));
    const std::vector<std::string> known = known_words(*asked, word.starts_with("--"));
    if (known.empty()) continue;
    message = fmt::format("'{}' is not known{}", name, suggestion(name, known));
    break;
  }
  return fmt::format("[usage] {}\nSee `{} --help`.", message, path);
}

}  // namespace

Request parse_command_line(const std::vector<std::string>& words) {
  // What a command runs asks its subcommands which of them was meant, so they live as long as it.
  const auto parser = std::make_shared<CLI::App>(
      "Belamy trains generative adversarial networks and samples them.", "belamy");
  CLI::App& app = *parser;
  app.set_version_flag("--version", kVersion);
  app.require_subcommand(0, 1);
  app.footer(kFooter);
  std::vector<std::pair<CLI::App*, Runner>> runners;
  for (const Command& command : kCommands) {
    CLI::App* sub = app.add_subcommand(command.name, command.help);
    runners.emplace_back(sub, command.add(*sub));
  }
  try {
    app.parse(std::vector<std::string>(words.rbegin(),
                                       words.rend()));  // as CLI11 takes them: the last one first
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() != 0) return {{}, "", complaint_about(app, error), 2};
    std::ostringstream answer;
    app.exit(error, answer, answer);
    return {{}, answer.str(), "", 0};
  }
  for (const auto& [sub, runner] : runners) {
    if (sub->parsed()) return {[parser, run = runner] { return run(); }, "", "", 0};
  }
  return {{}, app.help(), "", 2};
}

}  // namespace belamy::cli
