// Weight initialisers under Keras's names and with Keras's definitions.
#pragma once

#include <ATen/core/Tensor.h>

#include <variant>

#include "belamy/core/options.h"
#include "belamy/core/rng.h"

namespace belamy {

/// Options without fields.
struct PlainInitializer {
  void visit(OptionsVisitor&) {}
};

/// U(-l, l) with l = sqrt(6 / (fan_in + fan_out)). Glorot and Bengio 2010. Keras's default.
struct GlorotUniform : PlainInitializer {
  static constexpr const char* kType = "glorot_uniform";
};
/// Truncated normal of variance 2 / (fan_in + fan_out).
struct GlorotNormal : PlainInitializer {
  static constexpr const char* kType = "glorot_normal";
};
/// U(-l, l) with l = sqrt(6 / fan_in). He et al. 2015.
struct HeUniform : PlainInitializer {
  static constexpr const char* kType = "he_uniform";
};
struct HeNormal : PlainInitializer {
  static constexpr const char* kType = "he_normal";
};
/// U(-l, l) with l = sqrt(3 / fan_in).
struct LecunUniform : PlainInitializer {
  static constexpr const char* kType = "lecun_uniform";
};
struct LecunNormal : PlainInitializer {
  static constexpr const char* kType = "lecun_normal";
};
struct RandomNormal {
  static constexpr const char* kType = "random_normal";
  double mean = 0.0;
  double stddev = 0.05;
  void visit(OptionsVisitor& v) {
    v.number("mean", mean, {-1e3, 1e3}, "mean of the weights");
    v.number("stddev", stddev, {0, 1e3}, "standard deviation; the DCGAN paper uses 0.02");
  }
};
struct RandomUniform {
  static constexpr const char* kType = "random_uniform";
  double minval = -0.05;
  double maxval = 0.05;
  void visit(OptionsVisitor& v) {
    v.number("minval", minval, {-1e3, 1e3}, "lower bound");
    v.number("maxval", maxval, {-1e3, 1e3}, "upper bound");
  }
};
/// Normal, redrawn beyond two standard deviations.
struct TruncatedNormal {
  static constexpr const char* kType = "truncated_normal";
  double mean = 0.0;
  double stddev = 0.05;
  void visit(OptionsVisitor& v) {
    v.number("mean", mean, {-1e3, 1e3}, "mean of the weights");
    v.number("stddev", stddev, {0, 1e3}, "standard deviation before truncation");
  }
};
struct Zeros : PlainInitializer {
  static constexpr const char* kType = "zeros";
};
struct Ones : PlainInitializer {
  static constexpr const char* kType = "ones";
};

using InitializerOptions =
    std::variant<GlorotUniform, GlorotNormal, HeUniform, HeNormal, LecunUniform, LecunNormal,
                 RandomNormal, RandomUniform, TruncatedNormal, Zeros, Ones>;

/// How many inputs feed one output of a layer, and how many outputs one input feeds.
struct Fans {
  int64_t in = 1;
  int64_t out = 1;
};

/// Fills `weights` (float32, contiguous) in place.
void initialize(at::Tensor& weights, const InitializerOptions& initializer, Fans fans,
                RandomStream& random);

}  // namespace belamy
