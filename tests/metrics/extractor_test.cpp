#include "belamy/metrics/extractor.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <torch/script.h>

#include <limits>

#include "belamy/core/file.h"
#include "belamy/data/open.h"
#include "belamy/metrics/builtin_weights.h"
#include "belamy/metrics/classifier.h"
#include "belamy/metrics/classifier_training.h"
#include "belamy/weights/safetensors.h"
#include "tests/metrics/tables.h"
#include "tests/support/errors.h"
#include "tests/support/places.h"
#include "tests/support/temporary_folder.h"

namespace belamy {
namespace {

using testing::expect_error;
using testing::fixture;
using testing::TemporaryFolder;

std::unique_ptr<ImageBytes> thousand_digits() {
  const std::filesystem::path folder = fixture("mnist-1000");
  return open_idx(folder / "images-idx3-ubyte.gz", folder / "labels-idx1-ubyte.gz", {});
}

at::Tensor noise(std::vector<int64_t> shape) {
  int64_t count = 1;
  for (const int64_t side : shape) count *= side;
  return testing::normal_features(count, 1, 1, 0, 0.3).to(at::kFloat).clamp(-1, 1).view(shape);
}

/// A module of that source, saved as torch.jit.save would.
std::string save_module(const TemporaryFolder& folder, const std::string& source) {
  torch::jit::Module module("Extractor");
  module.define(source);
  const std::string path = (folder / "extractor.pt").string();
  module.save(path);
  return path;
}

TEST(Extractor, the_classifier_of_mnist_knows_its_digits) {
  const auto digits = thousand_digits();
  std::vector<int64_t> indices(200);
  at::Tensor images = at::empty({200, 1, 28, 28}, at::kFloat);
  for (size_t i = 0; i < indices.size(); ++i) indices[i] = static_cast<int64_t>(i);
  digits->gather(indices, images.data_ptr<float>());
  const Extractor extractor = Extractor::for_data("mnist");
  const auto [features, logits] = extractor(images);
  ASSERT_EQ(features.sizes(), at::IntArrayRef({200, 128}));
  ASSERT_EQ(logits.sizes(), at::IntArrayRef({200, 10}));
  const at::Tensor seen = logits.argmax(1);
  int right = 0;
  for (size_t i = 0; i < indices.size(); ++i) {
    right += seen[static_cast<int64_t>(i)].item<int64_t>() == digits->label(indices[i]) ? 1 : 0;
  }
  EXPECT_GE(right, 196);
}

TEST(Extractor, every_built_in_classifier_is_small_and_as_good_as_was_promised) {
  ASSERT_FALSE(builtin_weights().empty());
  for (const BuiltinWeights& weights : builtin_weights()) {
    EXPECT_LE(weights.bytes.size(), size_t{2} << 20) << weights.data;
    const LoadedClassifier loaded = decode_classifier(weights.bytes, weights.data);
    EXPECT_EQ(loaded.card.data, weights.data);
    EXPECT_GE(std::stod(loaded.card.test_accuracy), weights.data == "mnist" ? 0.993 : 0.925);
  }
}

TEST(Extractor, data_without_a_classifier_are_named_with_those_that_have_one) {
  expect_error(ErrorKind::kUsage, {"'mnis'", "mnist", "random"},
               [] { Extractor::for_data("mnis"); });
}

TEST(Extractor, images_of_another_size_are_refused_or_resized_as_told) {
  const Extractor exact = Extractor::for_data("mnist");
  expect_error(ErrorKind::kShape, {"1×28×28", "3×32×32", "--resize bilinear"}, [&] {
    exact(noise({2, 3, 32, 32}));
  });
  expect_error(ErrorKind::kShape, {"float32"}, [&] { exact(noise({2, 28, 28})); });
  const Extractor fitted = exact.with_resize(ResizeRule::kBilinear);
  EXPECT_EQ(fitted(noise({2, 3, 32, 32})).features.sizes(), at::IntArrayRef({2, 128}));
  EXPECT_EQ(fitted.resize_text(), "1×28×28 bilinear");
  // What has the size already is left as it is.
  const at::Tensor digits = noise({2, 1, 28, 28});
  EXPECT_TRUE(at::equal(fitted(digits).features, exact(digits).features));
}

TEST(Extractor, pixels_that_are_no_numbers_are_refused) {
  at::Tensor images = noise({3, 1, 28, 28});
  images[1][0][4][4] = std::numeric_limits<float>::quiet_NaN();
  expect_error(ErrorKind::kData, {"not finite"}, [&] { Extractor::for_data("mnist")(images); });
}

TEST(Extractor, random_features_are_always_the_same_and_tell_images_apart) {
  const at::Tensor images = noise({2, 1, 28, 28});
  const Extractor a = Extractor::random_features(), b = Extractor::random_features();
  EXPECT_EQ(a.hash(), b.hash());
  const auto found = a(images);
  EXPECT_TRUE(at::equal(found.features, b(images).features));
  EXPECT_FALSE(found.logits.defined());
  EXPECT_GT((found.features[0] - found.features[1]).norm().item<double>(), 1e-3);
}

TEST(Extractor, lets_gradients_flow_to_images) {
  const at::Tensor images = noise({2, 1, 28, 28}).set_requires_grad(true);
  const Extractor extractor = Extractor::for_data("mnist");  // outlives its graph
  extractor(images).features.sum().backward();
  EXPECT_GT(images.grad().abs().sum().item<double>(), 0);
}

TEST(Extractor, a_torchscript_module_gets_images_in_its_range) {
  const TemporaryFolder folder;
  const std::string path = save_module(folder, R"(
    def forward(self, x):
      return x.flatten(1)[:, 0:3], x.flatten(1)[:, 3:5]
  )");
  const Extractor extractor = Extractor::load_torchscript(path, {{1, 4, 4}, 0, 255});
  EXPECT_EQ(extractor.classes(), 2);
  EXPECT_EQ(extractor.hash().size(), 64u);
  at::Tensor image = at::zeros({1, 1, 4, 4}, at::kFloat);
  image[0][0][0][0] = -1;
  image[0][0][0][1] = 1;
  const auto found = extractor(image);
  EXPECT_TRUE(at::allclose(found.features, at::tensor({0.0f, 255.0f, 127.5f}).view({1, 3})));
}

TEST(Extractor, a_torchscript_module_with_the_wrong_output_is_refused_at_once) {
  const TemporaryFolder folder;
  const TorchScriptInput input{{1, 4, 4}};
  const auto load = [&](const char* source) {
    return [&folder, &input, path = save_module(folder, source)] {
      Extractor::load_torchscript(path, input)(at::zeros({3, 1, 4, 4}, at::kFloat));
    };
  };
  expect_error(ErrorKind::kData, {"[N, D]", "3×1×4×4"},
               load("def forward(self, x):\n  return x\n"));
  expect_error(ErrorKind::kData, {"tensor [N, D]"}, load("def forward(self, x):\n  return 5\n"));
  expect_error(ErrorKind::kData, {"failed on images of 1×4×4"},
               load("def forward(self, x):\n  return x.view(7, 13)\n"));
  write_file_atomically(folder / "no.pt", std::string_view("not a module"));
  expect_error(ErrorKind::kCheckpoint, {"no.pt", "TorchScript"},
               [&] { Extractor::load_torchscript(folder / "no.pt", input); });
}

TEST(Classifier, a_file_of_it_comes_back_with_the_same_bytes) {
  const Classifier classifier({1, 12, 12}, 3, 5);
  const std::vector<uint8_t> bytes = encode_classifier(classifier, {"shapes", "0.5"});
  const LoadedClassifier loaded = decode_classifier(bytes, "shapes");
  EXPECT_EQ(encode_classifier(loaded.classifier, loaded.card), bytes);
  const at::Tensor images = noise({2, 1, 12, 12});
  EXPECT_TRUE(at::equal(loaded.classifier.features(images, {}), classifier.features(images, {})));
}

TEST(Classifier, a_file_tells_its_filters) {
  const Classifier classifier({1, 12, 12}, 3, 1, {8, 12, 16});
  const std::vector<uint8_t> bytes = encode_classifier(classifier, {"shapes", "0.5"});
  const LoadedClassifier loaded = decode_classifier(bytes, "shapes");
  EXPECT_EQ(loaded.classifier.filters(), (ClassifierFilters{8, 12, 16}));
  EXPECT_EQ(encode_classifier(loaded.classifier, loaded.card), bytes);
}

// 1,024 × 1,024 images would ask for a dense layer of a gigabyte.
TEST(Classifier, sizes_that_only_the_metadata_claim_are_refused_before_anything_is_built) {
  const std::vector<uint8_t> bytes = encode_classifier(Classifier({1, 8, 8}, 2, 1), {"x", ""});
  const Safetensors honest = decode_safetensors(bytes, "x");
  for (const auto& [key, value, part] : std::vector<std::array<std::string, 3>>{
           {"height", "1024", "body"}, {"channels", "3", "body"}, {"classes", "100000", "head"}}) {
    Safetensors claims = honest;
    claims.metadata[key] = value;
    const std::vector<uint8_t> file = encode_safetensors(claims);
    expect_error(ErrorKind::kCheckpoint, {"x.safetensors", "metadata", "values in " + part},
                 [&] { decode_classifier(file, "x.safetensors"); });
  }
}

TEST(Classifier, a_file_changed_anywhere_is_refused_or_still_a_classifier) {
  const std::vector<uint8_t> bytes = encode_classifier(Classifier({1, 8, 8}, 2, 1), {"x", ""});
  RandomStream random(3, "mutations");
  for (int i = 0; i < 300; ++i) {
    std::vector<uint8_t> mutated = bytes;
    const uint64_t reach = i % 2 == 0 ? 2000 : mutated.size();  // the header is what can break
    mutated[random.below(std::min<uint64_t>(reach, mutated.size()))] ^=
        static_cast<uint8_t>(1 + random.below(255));
    if (i % 5 == 0) mutated.resize(random.below(mutated.size()));
    try {
      EXPECT_GE(decode_classifier(mutated, "mutated").classifier.classes(), 1);
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kCheckpoint) << error.what();
    }
  }
}

TEST(Classifier, learns_the_same_bits_from_the_same_seed) {
  const auto digits = thousand_digits();
  const auto trained = [&](uint64_t seed) {
    Classifier classifier({1, 28, 28}, 10, seed);
    ClassifierTrainingOptions options;
    options.epochs = 1;
    options.seed = seed;
    options.precision = resolve_precision("auto");
    options.augmentation = augmentation_for("mnist");
    EXPECT_TRUE(train_classifier(classifier, *digits, options));
    return encode_classifier(classifier, {});
  };
  const std::vector<uint8_t> once = trained(1);
  EXPECT_EQ(once, trained(1));
  EXPECT_NE(once, trained(2));
}

TEST(Classifier, learns_digits) {
  const auto digits = thousand_digits();
  Classifier classifier({1, 28, 28}, 10, 1);
  ClassifierTrainingOptions options;
  options.epochs = 8;
  options.precision = resolve_precision("auto");
  ASSERT_TRUE(train_classifier(classifier, *digits, options));
  EXPECT_GT(classifier_accuracy(classifier, *digits), 0.9);
}

TEST(Classifier, data_of_another_kind_are_refused) {
  Classifier classifier({1, 8, 8}, 10, 1);
  expect_error(ErrorKind::kData, {"1×8×8"},
               [&] { train_classifier(classifier, *thousand_digits(), {}); });
  Classifier fewer({1, 28, 28}, 4, 1);
  expect_error(ErrorKind::kData, {"4 classes", "10 classes"},
               [&] { train_classifier(fewer, *thousand_digits(), {}); });
}

TEST(Augmentation, of_nothing_changes_nothing_and_a_flip_turns_images_around) {
  at::Tensor images = noise({8, 1, 5, 5});
  const at::Tensor before = images.clone();
  RandomStream random(1, "augmentation");
  augment({8, 1, 5, 5, images.data_ptr<float>()}, {}, random);
  EXPECT_TRUE(at::equal(images, before));
  augment({8, 1, 5, 5, images.data_ptr<float>()}, {.flip = true}, random);
  int flipped = 0;
  for (int64_t i = 0; i < 8; ++i) {
    const bool same = at::allclose(images[i], before[i]);
    const bool turned = at::allclose(images[i], before[i].flip({2}));
    EXPECT_TRUE(same || turned) << i;
    flipped += turned ? 1 : 0;
  }
  EXPECT_GT(flipped, 0);
  EXPECT_LT(flipped, 8);
}

TEST(Augmentation, of_whole_pixels_moves_values_and_makes_no_new_ones) {
  at::Tensor images = noise({20, 1, 7, 7});
  const at::Tensor before = images.clone();
  RandomStream random(1, "augmentation");
  augment({20, 1, 7, 7, images.data_ptr<float>()}, {.shift = 1.49, .whole_pixels = true}, random);
  int moved = 0;
  for (int64_t i = 0; i < 20; ++i) {
    bool found = false;
    for (int64_t down = -1; down <= 1; ++down) {
      for (int64_t right = -1; right <= 1; ++right) {
        const auto inner = [&](const at::Tensor& image, int64_t top, int64_t left) {
          return image[0].narrow(0, 1 + top, 5).narrow(1, 1 + left, 5);
        };
        found = found || at::equal(inner(images[i], 0, 0), inner(before[i], down, right));
      }
    }
    EXPECT_TRUE(found) << i;
    moved += at::equal(images[i], before[i]) ? 0 : 1;
  }
  EXPECT_GT(moved, 10);
}

}  // namespace
}  // namespace belamy
