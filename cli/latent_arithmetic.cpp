// belamy latent arithmetic
#include <ATen/ATen.h>
#include <fmt/format.h>

#include <map>
#include <optional>
#include <sstream>

#include "belamy/core/error.h"
#include "belamy/core/rng.h"
#include "belamy/kernels/random.h"
#include "cli/latent.h"
#include "cli/latent_classes.h"
#include "cli/say.h"

namespace belamy::cli {
namespace {

struct ArithmeticArguments {
  LatentArguments latent;
  ClassArguments classes;
  std::string of;
  std::string minus;
  std::string plus;
  int64_t count = 4;
};

bool is_file(const std::string& operand) {
  return operand.find_first_not_of("0123456789") != std::string::npos;
}

/// "z.npy:3,7,12": the mean of these vectors of a file, as the DCGAN paper takes three; or all.
struct LatentFile {
  std::string path;
  std::vector<int64_t> rows;  // none: not a mean, but each
};

LatentFile latent_file(const std::string& operand) {
  const size_t colon = operand.rfind(':');
  if (colon == std::string::npos ||
      operand.find_first_not_of("0123456789,", colon + 1) != std::string::npos) {
    return {operand, {}};
  }
  LatentFile file{operand.substr(0, colon), {}};
  std::istringstream words(operand.substr(colon + 1));
  for (std::string word; std::getline(words, word, ',');) {
    if (word.empty() || word.size() > 9) break;
    file.rows.push_back(std::stoll(word));
  }
  if (file.rows.empty()) {
    fail(ErrorKind::kUsage, "{}: expected rows of {} after the colon, such as :3,7,12", operand,
         file.path);
  }
  return file;
}

bool is_mean_of_rows(const std::string& operand) {
  return is_file(operand) && !latent_file(operand).rows.empty();
}

// The paper's neighbours of a result (Radford et al. 2016, figure 7): all rows but the first moved
// by uniform noise within ±0.25.
void disturb_repeats(at::Tensor& z, uint64_t seed) {
  constexpr float kNoise = 0.25f;
  RandomStream random(seed, "latent.neighbours");
  at::Tensor repeats = z.narrow(0, 1, z.size(0) - 1);
  at::Tensor noise = at::empty(repeats.sizes(), at::kFloat);
  const auto count = static_cast<size_t>(noise.numel());
  kernels::fill_uniform(noise.data_ptr<float>(), count, -kNoise, kNoise, random.key(),
                        random.position());
  repeats += noise;
}

// [1, latent_size]
at::Tensor mean_of_rows(const LatentFile& file, const at::Tensor& z) {
  for (const int64_t row : file.rows) {
    if (row < z.size(0)) continue;
    fail(ErrorKind::kUsage, "{} holds vectors 0..{}, there is no {}", file.path, z.size(0) - 1,
         row);
  }
  return z.index_select(0, at::tensor(file.rows)).mean(0, /*keepdim=*/true);
}

// Turns operands into latent vectors; the classifier is only opened when one is a class.
class Operands {
 public:
  Operands(const OpenGenerator& generator, const LatentSampler& sampler,
           const ArithmeticArguments& arguments)
      : generator_(generator),
        sampler_(sampler),
        arguments_(arguments),
        random_(arguments.latent.generator.seed, "latent.arithmetic") {}

  /// [count, latent_size]; a file with fewer vectors begins again, a mean of some is repeated.
  at::Tensor vectors(const std::string& operand) {
    if (is_file(operand)) {
      const LatentFile file = latent_file(operand);
      at::Tensor z = read_latent(file.path, sampler_.latent_size());
      if (!file.rows.empty()) z = typical(mean_of_rows(file, z));
      return z.index_select(0, at::arange(arguments_.count, at::kLong).remainder(z.size(0)));
    }
    if (!classifier_) {
      classifier_ = open_classifier(generator_, arguments_.classes.classifier);
      found_ = sort_by_class(sampler_, arguments_.classes, *classifier_, random_);
    }
    return means_of_class(found_, std::stoll(operand), arguments_.count, arguments_.classes,
                          sampler_.latent_prior(), random_);
  }

  /// What the classifier makes of the results, when there is one: "4 ×3, 9 ×1"
  std::string reading(const at::Tensor& z) const {
    if (!classifier_) return "";
    std::map<int64_t, int> counts;
    for (const int64_t c : classify_latent(sampler_, z, *classifier_).predicted) ++counts[c];
    std::string text;
    for (const auto& [c, count] : counts) {
      text += fmt::format("{}{} ×{}", text.empty() ? "" : ", ", c, count);
    }
    return text;
  }

 private:
  // Means are short, and the generator has seen no short ones.
  at::Tensor typical(const at::Tensor& mean) const {
    return arguments_.classes.raw ? mean : at_prior_length(mean, sampler_.latent_prior());
  }

  const OpenGenerator& generator_;
  const LatentSampler& sampler_;
  const ArithmeticArguments& arguments_;
  RandomStream random_;
  std::optional<ClassReader> classifier_;
  ClassifiedLatent found_;
};

int arithmetic_command(const ArithmeticArguments& arguments) {
  for (const std::string* operand : {&arguments.of, &arguments.minus, &arguments.plus}) {
    if (operand->empty() || (!is_file(*operand) && operand->size() > 6)) {
      fail(ErrorKind::kUsage, "there is no class '{}'", *operand);
    }
  }
  const OpenGenerator generator(arguments.latent.generator);
  const auto sampler = generator.sampler(arguments.latent.label);
  Operands operands(generator, *sampler, arguments);
  const at::Tensor a = operands.vectors(arguments.of), b = operands.vectors(arguments.minus),
                   c = operands.vectors(arguments.plus);
  at::Tensor result = a - b + c;
  if (!arguments.classes.raw) result = at_prior_length(result, sampler->latent_prior());
  if (is_mean_of_rows(arguments.of) && is_mean_of_rows(arguments.minus) &&
      is_mean_of_rows(arguments.plus)) {
    disturb_repeats(result, arguments.latent.generator.seed);
  }
  const std::string reading = operands.reading(result);
  if (!reading.empty()) say(fmt::format("the results are read as class {}\n", reading));
  const at::Tensor rows = at::stack({a, b, c, result}, 1).flatten(0, 1);
  write_results(generator, arguments.latent, "latent_arithmetic.png",
                strip_picture(generator, *sampler, rows, 4), result);
  return 0;
}

}  // namespace

Runner add_latent_arithmetic(CLI::App& app) {
  auto a = std::make_shared<ArithmeticArguments>();
  a->classes.average = 32;
  a->latent.add_to(app, "latent_arithmetic.png");
  const char* kOperand = "CLASS|FILE.npy[:ROWS]";
  app.add_option("--of", a->of, "A in A - B + C")->required()->type_name(kOperand);
  app.add_option("--minus", a->minus, "B")->required()->type_name(kOperand);
  app.add_option("--plus", a->plus, "C")->required()->type_name(kOperand);
  app.add_option("--count", a->count, "Rows: the means of all, then further means or vectors [4]")
      ->type_name("N")
      ->check(CLI::Range(1, 1000));
  a->classes.add_to(app);
  app.footer(
      "\nEach operand is a class (the mean of z that yield it, as in `belamy latent mean`), a "
      "file\n"
      "of latent vectors, or the mean of some of them, counted from 0. Columns of the picture: A,\n"
      "B, C, A - B + C. Radford et al. (2016) found smiling woman - woman + man to be a smiling\n"
      "man, each the mean of three samples. Of three such means, one row is the result; the "
      "others\n"
      "are the paper's neighbours of it, moved by noise within ±0.25.\n"
      "\nExamples:\n"
      "  belamy latent arithmetic latest --of 8 --minus 3 --plus 7\n"
      "  belamy latent arithmetic latest --of a.npy --minus b.npy --plus 4\n"
      "  belamy sample latest --save-z z.npy       then, of what the picture shows, row by row:\n"
      "  belamy latent arithmetic latest --of z.npy:3,7,12 --minus z.npy:0,9,21 --plus "
      "z.npy:5,6,30");
  return [a] { return arithmetic_command(*a); };
}

}  // namespace belamy::cli
