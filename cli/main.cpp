// The command `belamy`: parses, runs one subcommand, maps errors to exit codes.
#include <fmt/format.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <exception>
#include <filesystem>

#include "belamy/core/error.h"
#include "belamy/core/nearest_name.h"
#include "belamy/core/version.h"
#include "cli/command.h"
#include "cli/say.h"

#ifdef BELAMY_JEMALLOC
// jemalloc reads this at start: pages once touched are kept, so that the next step's tensors do not
// fault them in again. Small blocks may be cut from large free ones, whatever their size: by
// default they may not, and with nothing given back a game of many sizes grows without end.
extern "C" {
extern const char* malloc_conf;
const char* malloc_conf =
    "dirty_decay_ms:-1,muzzy_decay_ms:-1,oversize_threshold:0,narenas:2,"
    "lg_extent_max_active_fit:30";
}
#endif

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

constexpr const char* kNoMemory =
    "[memory] not enough memory; try a smaller train.batch_size, or fewer samples at once";

int exit_code(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kUsage:
    case ErrorKind::kRecipe:
    case ErrorKind::kShape:
      return 2;
    default:
      return 1;
  }
}

// LibTorch appends its call stack to its messages; the first line is what a user can use.
std::string first_line(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

int complain(const std::string& message, int code) {
  say(fmt::format("belamy: {}\n", message));
  return code;
}

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

int complain_of_words(const CLI::App& app, const CLI::ParseError& error) {
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
  return complain(fmt::format("[usage] {}\nSee `{} --help`.", message, path), 2);
}

int run(int argc, char** argv) {
  CLI::App app("Belamy trains generative adversarial networks and samples them.", "belamy");
  app.set_version_flag("--version", kVersion);
  app.require_subcommand(0, 1);
  app.footer(kFooter);
  std::vector<std::pair<CLI::App*, Runner>> runners;
  for (const Command& command : kCommands) {
    CLI::App* sub = app.add_subcommand(command.name, command.help);
    runners.emplace_back(sub, command.add(*sub));
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);  // --help, --version
    return complain_of_words(app, error);
  }
  for (const auto& [sub, runner] : runners) {
    if (sub->parsed()) return runner();
  }
  fmt::print("{}", app.help());
  return 2;
}

}  // namespace
}  // namespace belamy::cli

int main(int argc, char** argv) {
  using namespace belamy;
  std::signal(SIGXFSZ, SIG_IGN);  // a file past its size limit is an error to tell, not a death
  try {
    const int code = cli::run(argc, argv);
    if (std::fflush(stdout) == 0) return code;
    return cli::complain(fmt::format("[io] cannot write the result: {}", std::strerror(errno)), 1);
  } catch (const Error& error) {
    return cli::complain(error.what(), cli::exit_code(error.kind()));
  } catch (const std::bad_alloc&) {
    return cli::complain(cli::kNoMemory, 1);
  } catch (const std::filesystem::filesystem_error& error) {
    return cli::complain(fmt::format("[io] {}", error.what()), 1);
  } catch (const std::exception& error) {
    // What LibTorch throws has no type of its own for this.
    const bool memory = std::strstr(error.what(), "can't allocate memory") != nullptr;
    if (memory) return cli::complain(cli::kNoMemory, 1);
    return cli::complain(fmt::format("[internal] {}", cli::first_line(error.what())), 1);
  }
}
