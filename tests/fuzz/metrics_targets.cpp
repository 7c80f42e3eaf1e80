// What metrics read: classifiers, kept features, the values that a training measured.
#include <ATen/ATen.h>

#include "belamy/core/file.h"
#include "belamy/metrics/classifier.h"
#include "belamy/metrics/feature_table.h"
#include "belamy/report/tables.h"
#include "belamy/train/metrics_log.h"
#include "belamy/weights/safetensors.h"
#include "tests/fuzz/target.h"
#include "tests/support/temporary_folder.h"

namespace belamy::testing {
namespace {

using Input = std::span<const uint8_t>;

bool takes_classifier(Input bytes) {
  return parses({ErrorKind::kCheckpoint}, [&] {
    const LoadedClassifier loaded = decode_classifier(bytes, "fuzz");
    const FuzzBytes once = encode_classifier(loaded.classifier, loaded.card);
    const LoadedClassifier again = decode_classifier(once, "again");
    require(encode_classifier(again.classifier, again.card) == once,
            "classifier: other bytes when encoded");
  });
}

std::vector<FuzzBytes> classifier_seeds() {
  return {encode_classifier(Classifier({1, 8, 8}, 2, 1, {1, 1, 1}), {"shapes", "0.5"})};
}

bool takes_features(Input bytes) {
  return parses({ErrorKind::kCheckpoint}, [&] {
    const FeatureTable table = decode_features(bytes, "fuzz");
    require(table.pixel_mean.scalar_type() == at::kDouble, "features: means of another type");
    const std::vector<int64_t> last = {table.count() - 1};
    require(table.rows(last).count() == 1, "features: a row is missing");
    rows_by_class(table.logits.defined() ? known_classes(table) : at::zeros({1}, at::kLong), 3);
  });
}

FuzzBytes features_file(const FeatureTable& table) {
  const TemporaryFolder folder;
  save_features(folder / "features", table);
  return read_bytes(folder / "features", 1 << 20);
}

std::vector<FuzzBytes> features_seeds() {
  const at::Tensor rows = at::arange(6.f).view({3, 2});
  const at::Tensor numbers = at::arange(3, at::kDouble);
  return {features_file({rows, {}, {}, numbers, numbers}),
          features_file({rows, rows, at::arange(3), numbers, numbers})};
}

bool takes_metrics(Input bytes) {
  static const TemporaryFolder folder;
  const std::filesystem::path path = folder / "metrics.jsonl";
  put_bytes(path, bytes);
  size_t points = 0;
  for (const auto& [name, series] : read_metrics_log(path)) {
    require(name.find('/') == std::string::npos, "metrics: a name that leads elsewhere");
    require(series.values.size() == series.steps.size() &&
                series.low.size() == series.steps.size() &&
                series.high.size() == series.steps.size(),
            "metrics: columns of unequal lengths");
    points += series.steps.size();
  }
  require(points == 0 || !metrics_table(path).empty(), "metrics: a point but no row");
  return points == static_cast<size_t>(std::count(bytes.begin(), bytes.end(), '\n'));
}

std::vector<FuzzBytes> metrics_seeds() {
  return {as_bytes(R"({"step":10,"metric":"fid","value":31.5,"ci":[30,33],"count":9}
{"step":10,"metric":"kid","value":0.1,"ci":[0,1e-1]}
{"step":20,"metric":"fid","value":2e1,"ci":[1,2]}
)")};
}

}  // namespace

std::vector<FuzzTarget> metrics_targets() {
  return {{"classifier", takes_classifier, classifier_seeds},
          {"features", takes_features, features_seeds},
          {"metrics", takes_metrics, metrics_seeds}};
}

}  // namespace belamy::testing
