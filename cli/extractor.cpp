// belamy extractor train | list
#include <fmt/format.h>

#include <optional>

#include "belamy/core/error.h"
#include "belamy/core/file.h"
#include "belamy/data/catalog.h"
#include "belamy/data/fetch.h"
#include "belamy/data/open.h"
#include "belamy/data/sha256.h"
#include "belamy/metrics/builtin_weights.h"
#include "belamy/metrics/classifier_training.h"
#include "belamy/nn/runtime.h"
#include "cli/command.h"
#include "cli/progress_bar.h"
#include "cli/recipe_arguments.h"
#include "cli/say.h"
#include "cli/stop_signal.h"

namespace belamy::cli {
namespace {

constexpr int kStoppedByUser = 130;

struct ExtractorArguments {
  std::string data;
  std::string out;
  std::optional<int64_t> epochs;
  uint64_t seed = 1;
  int threads = 0;
  std::string precision = "auto";
};

int train(const ExtractorArguments& a) {
  const int threads = configure_runtime(a.threads);
  const CatalogEntry& entry = find_in_catalog(a.data);
  if (entry.shape.dims.size() != 3) {
    fail(ErrorKind::kUsage, "{} holds points in the plane; an extractor learns from images",
         a.data);
  }
  fetch_if_missing(a.data);
  const auto learned = open_named(a.data, "train", {});
  const auto tested = open_named(a.data, "test", {});
  ClassifierPlan plan = classifier_plan(a.data);
  Classifier classifier(entry.shape.dims, entry.classes, a.seed, plan.filters);
  ClassifierTrainingOptions& options = plan.options;
  options.epochs = a.epochs.value_or(options.epochs);
  options.seed = a.seed;
  options.precision = resolve_precision(a.precision);
  options.stop = &stop_on_signals();
  say(fmt::format("training a classifier of {}: {} epochs, {}, {} thread{}\n", a.data,
                  options.epochs, precision_name(options.precision), threads,
                  threads == 1 ? "" : "s"));
  {
    ProgressBar bar("step");
    options.progress = [&](const ClassifierProgress& p) {
      bar.update(p.step, p.steps,
                 fmt::format("loss {:.4f}, accuracy {:.2f}%", p.loss, 100 * p.accuracy));
    };
    if (!train_classifier(classifier, *learned, options)) return kStoppedByUser;
  }
  const std::string accuracy = fmt::format("{:.4f}", classifier_accuracy(classifier, *tested));
  const std::vector<uint8_t> bytes = encode_classifier(classifier, {a.data, accuracy});
  const std::string path = a.out.empty() ? a.data + ".safetensors" : a.out;
  write_file_atomically(path, bytes);
  say(fmt::format("test accuracy {}, {} bytes, sha256 {}\n", accuracy, bytes.size(),
                  sha256_hex(bytes)));
  fmt::print("{}\n", path);
  return 0;
}

int list() {
  for (const BuiltinWeights& weights : builtin_weights()) {
    const LoadedClassifier loaded = decode_classifier(weights.bytes, "built-in " + weights.data);
    fmt::print("{:<16} test accuracy {}  sha256 {}\n", weights.data, loaded.card.test_accuracy,
               sha256_hex(weights.bytes));
  }
  return 0;
}

}  // namespace

Runner add_extractor(CLI::App& app) {
  auto a = std::make_shared<ExtractorArguments>();
  app.require_subcommand(1);
  CLI::App* listing = app.add_subcommand("list", "The classifiers that are built in");
  CLI::App* training = app.add_subcommand("train", "Train a classifier to extract features with");
  training->add_option("--data", a->data, "A labelled data set of `belamy data list`")
      ->required()
      ->type_name("NAME");
  training->add_option("--out", a->out, "File to write [NAME.safetensors]")->type_name("FILE");
  training
      ->add_option("--epochs", a->epochs,
                   "Passes over the training split [10; 30 of fashion-mnist]")
      ->type_name("N")
      ->check(CLI::Range(1, 10'000));
  training->add_option("--seed", a->seed, "The same seed gives the same bytes [1]")->type_name("N");
  training->add_option("--threads", a->threads, "Threads; 0 is one a core")
      ->type_name("N")
      ->check(CLI::Range(0, 4096));
  training->add_option("--precision", a->precision, "auto, fp32 or bf16 [auto]")->type_name("P");
  app.footer(
      "\nExample:\n"
      "  belamy extractor train --data mnist --out mnist.safetensors\n"
      "  belamy evaluate latest --data mnist --extractor mnist.safetensors\n"
      "\nThe built-in classifiers were made by `belamy extractor train --data NAME`.");
  return [=] { return listing->parsed() ? list() : train(*a); };
}

}  // namespace belamy::cli
