// belamy latent mean
#include <ATen/ATen.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "belamy/core/error.h"
#include "belamy/core/rng.h"
#include "cli/latent.h"
#include "cli/latent_classes.h"

namespace belamy::cli {
namespace {

struct MeanArguments {
  LatentArguments latent;
  ClassArguments classes;
  std::string wanted;
  int64_t count = 16;
  bool json = false;
};

std::vector<int64_t> wanted_classes(const std::string& word, int64_t classes) {
  std::vector<int64_t> wanted;
  if (word == "all") {
    for (int64_t c = 0; c < classes; ++c) wanted.push_back(c);
    return wanted;
  }
  int64_t number = -1;
  const auto [end, code] = std::from_chars(word.data(), word.data() + word.size(), number);
  if (code != std::errc() || end != word.data() + word.size() || number < 0 || number >= classes) {
    fail(ErrorKind::kUsage, "there is no class '{}'; the classifier knows 0..{}, or say all", word,
         classes - 1);
  }
  return {number};
}

struct ClassRow {
  int64_t wanted = 0;
  int64_t found = 0;     // vectors that yield it
  bool mean_is = false;  // the mean of them all yields it
  double share = 0;      // of the pictures from means
};

ClassRow judge(const ClassifiedLatent& made, int64_t wanted) {
  const auto hits = std::count(made.predicted.begin(), made.predicted.end(), wanted);
  return {wanted, 0, made.predicted.front() == wanted,
          static_cast<double>(hits) / static_cast<double>(made.predicted.size())};
}

void print_rows(const std::vector<ClassRow>& rows, int64_t draws, bool json) {
  double sum = 0;
  if (!json) fmt::print("class  found      mean of all  pictures read as the class\n");
  for (const ClassRow& row : rows) {
    const double found = static_cast<double>(row.found) / static_cast<double>(draws);
    sum += row.share;
    if (json) {
      fmt::print("{}\n", nlohmann::ordered_json{{"class", row.wanted},
                                                {"found", found},
                                                {"mean_is_class", row.mean_is},
                                                {"read_as_class", row.share}}
                             .dump());
    } else {
      fmt::print("{:5}  {:6.2f} %   {:11}  {:6.2f} %\n", row.wanted, 100 * found,
                 row.mean_is ? "yes" : "no", 100 * row.share);
    }
  }
  if (!json && rows.size() > 1) {
    fmt::print("{:5}  {:8}   {:11}  {:6.2f} %\n", "all", "", "",
               100 * sum / static_cast<double>(rows.size()));
  }
}

int mean_command(const MeanArguments& arguments) {
  const OpenGenerator generator(arguments.latent.generator);
  const auto sampler = generator.sampler(arguments.latent.label);
  const ClassReader classifier = open_classifier(generator, arguments.classes.classifier);
  RandomStream random(arguments.latent.generator.seed, "latent.mean");
  {
    // One sample tells how many classes there are, before the long work.
    RandomStream probe(0, "latent.mean.probe");
    wanted_classes(arguments.wanted,
                   classify_latent(*sampler, sampler->draw_latent(1, probe), classifier).classes);
  }
  const ClassifiedLatent found = sort_by_class(*sampler, arguments.classes, classifier, random);
  std::vector<ClassRow> rows;
  std::vector<at::Tensor> means;
  for (const int64_t wanted : wanted_classes(arguments.wanted, found.classes)) {
    means.push_back(means_of_class(found, wanted, arguments.count, arguments.classes,
                                   sampler->latent_prior(), random));
    rows.push_back(judge(classify_latent(*sampler, means.back(), classifier), wanted));
    rows.back().found = found.of_class(wanted).size(0);
  }
  print_rows(rows, arguments.classes.draws, arguments.json);
  const at::Tensor z = at::cat(means);
  write_results(generator, arguments.latent, "latent_mean.png",
                strip_picture(generator, *sampler, z, arguments.count), z);
  return 0;
}

}  // namespace

Runner add_latent_mean(CLI::App& app) {
  auto a = std::make_shared<MeanArguments>();
  a->classes.average = 32;
  a->latent.add_to(app, "latent_mean.png");
  app.add_option("--class", a->wanted, "The class's number, or all")->required()->type_name("C");
  app.add_option("--count", a->count,
                 "Pictures a class: of the mean of all, and of further means [16]")
      ->type_name("N")
      ->check(CLI::Range(1, 1000));
  a->classes.add_to(app);
  app.add_flag("--json", a->json, "One JSON object a class");
  app.footer(
      "\nRandom z are drawn, a classifier reads what they become, and those that yield the class\n"
      "are averaged: the generator, which knows no classes, then makes the class on demand. The\n"
      "first picture of a row is of the mean of all, the others of means of --average of them.\n"
      "Means are shorter than random z, so they are brought to their length (--raw does not).\n"
      "\nExamples:\n"
      "  belamy latent mean latest --class 7\n"
      "  belamy latent mean latest --class all --draws 20000 --save-z digits.npy");
  return [a] { return mean_command(*a); };
}

}  // namespace belamy::cli
