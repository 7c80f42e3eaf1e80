#include "belamy/metrics/evaluation.h"

#include <algorithm>

#include "belamy/core/error.h"
#include "belamy/core/nearest_name.h"
#include "belamy/metrics/class_consistency.h"
#include "belamy/metrics/class_histogram.h"
#include "belamy/metrics/density_coverage.h"
#include "belamy/metrics/frechet_distance.h"
#include "belamy/metrics/inception_score.h"
#include "belamy/metrics/intra_class_diversity.h"
#include "belamy/metrics/intra_class_frechet.h"
#include "belamy/metrics/kernel_distance.h"
#include "belamy/metrics/memorization.h"
#include "belamy/metrics/pixel_statistics.h"
#include "belamy/metrics/precision_recall.h"
#include "belamy/metrics/resampling.h"

namespace belamy {
namespace {

using Input = EvaluationInput;

NamedScore against_all(const Input& in, Score score) {
  return {"", score, in.fake->count(), in.real->count()};
}

NamedScore of_fakes(const Input& in, Score score) {
  return {"", score, in.fake->count(), 0};
}

/// Both sides, made small enough for looking at every pair.
struct Neighbors {
  explicit Neighbors(const Input& in)
      : real(limited(*in.real, in.seed)), fake(limited(*in.fake, in.seed)) {}

  static FeatureTable limited(const FeatureTable& table, uint64_t seed) {
    if (table.count() <= kMostNeighbors) return table;
    return table.rows(random_subset(table.count(), kMostNeighbors, seed));
  }
  NamedScore named(Score score) const { return {"", score, fake.count(), real.count()}; }

  FeatureTable real, fake;
};

NamedScore fid(const Input& in) {
  return against_all(in, frechet_distance_score(*in.real, *in.fake, in.seed));
}
NamedScore kid(const Input& in) {
  const KernelDistanceScore found = kernel_distance_score(*in.real, *in.fake, in.seed);
  return {"", found.score, found.images, found.images};
}
NamedScore inception(const Input& in) {
  return of_fakes(in, inception_score_of(*in.fake, in.seed));
}
NamedScore precision(const Input& in) {
  const Neighbors n(in);
  return n.named(improved_precision(n.real, n.fake, in.seed));
}
NamedScore recall(const Input& in) {
  const Neighbors n(in);
  return n.named(improved_recall(n.real, n.fake, in.seed));
}
NamedScore density(const Input& in) {
  const Neighbors n(in);
  return n.named(density_coverage(n.real, n.fake, in.seed).density);
}
NamedScore coverage(const Input& in) {
  const Neighbors n(in);
  return n.named(density_coverage(n.real, n.fake, in.seed).coverage);
}
NamedScore class_kl(const Input& in) {
  return against_all(in, class_histogram_score(*in.real, *in.fake, in.seed));
}
NamedScore intra_fid(const Input& in) {
  return against_all(in, intra_class_frechet(*in.real, *in.fake, in.seed));
}
NamedScore consistency(const Input& in) {
  return of_fakes(in, class_consistency(*in.fake, in.seed));
}
NamedScore intra_diversity(const Input& in) {
  return against_all(in, intra_class_diversity(*in.real, *in.fake, in.seed));
}
NamedScore copies(const Input& in) {
  if (in.held_out == nullptr) {
    fail(ErrorKind::kUsage,
         "memorization needs held-out real images; use a data set with a test split");
  }
  return against_all(in, memorization(*in.real, *in.held_out, *in.fake, in.seed).score);
}
NamedScore pixel_mean(const Input& in) {
  return of_fakes(in, pixel_statistics(*in.fake, in.seed).mean);
}
NamedScore pixel_std(const Input& in) {
  return of_fakes(in, pixel_statistics(*in.fake, in.seed).standard_deviation);
}

std::vector<std::string> metric_names() {
  std::vector<std::string> names;
  for (const Metric& metric : metrics()) names.emplace_back(metric.name);
  return names;
}

}  // namespace

const std::vector<Metric>& metrics() {
  static const std::vector<Metric> all = {
      {"fid", "Fréchet distance of features (Heusel 2017); 0 is best", false, false, true, fid},
      {"kid", "kernel distance, unbiased (Bińkowski 2018); 0 is best", false, false, true, kid},
      {"is", "inception score (Salimans 2016); high is good", true, false, false, inception},
      {"precision", "generated images that look real (Kynkäänniemi 2019)", false, false, false,
       precision},
      {"recall", "real images that the generator reaches (Kynkäänniemi 2019)", false, false, false,
       recall},
      {"density", "as precision, robust (Naeem 2020); may exceed 1", false, false, false, density},
      {"coverage", "as recall, robust (Naeem 2020)", false, false, false, coverage},
      {"class-kl", "KL of class histograms (VEEGAN 2017); 0 is best", true, false, true, class_kl},
      {"intra-fid", "fid within classes, mean (Miyato 2018); 0 is best", true, false, true,
       intra_fid},
      {"intra-diversity", "distances within classes over those of real images; 1 is best", true,
       false, false, intra_diversity},
      {"class-consistency", "images that show the class asked for (Shmelkov 2018)", true, false,
       false, consistency, true},
      {"memorization", "nearer to training than held-out images are (Meehan 2020); 0.5 is best",
       false, true, true, copies},
      {"pixel-mean", "mean of all pixels, -1..1", false, false, true, pixel_mean},
      {"pixel-std", "standard deviation of all pixels", false, false, true, pixel_std},
  };
  return all;
}

const Metric& find_metric(const std::string& name) {
  for (const Metric& metric : metrics()) {
    if (metric.name == name) return metric;
  }
  fail(ErrorKind::kUsage, "there is no metric '{}'{}", name, suggestion(name, metric_names()));
}

}  // namespace belamy
