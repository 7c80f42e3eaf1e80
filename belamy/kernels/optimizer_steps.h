// One pass over the parameters a training step, with Keras's conventions. Pointers need no
// alignment and must not overlap.
//
// Each rule has two forms with the same bits: over one array, and over many parameters that lie in
// flat arrays of one layout (FlatGradient), still in one pass and one parallel region.
//
// Each result is within 4 roundings of the formula evaluated in float; instruction sets differ by
// fused multiply-add only. A gradient that is not finite ends up in the parameter: check it first
// (belamy/kernels/finite.h).
#pragma once

#include <cstddef>
#include <span>

#include "belamy/kernels/late_gradient.h"

namespace belamy::kernels {

/// Where one parameter lies in the flat arrays, and where its gradient comes from.
struct GradientPiece {
  size_t begin;
  size_t count;
  const float* source;  // values + begin when it is in its place already
};

/// Where one parameter lies in the flat arrays, when its gradient is only computed in the step.
struct LatePiece {
  size_t begin;
  LateGradient gradient;
};

/// The gradients of parameters that lie in flat arrays. A step copies what is not yet in `values`
/// there on its way, which makes it a quarter slower; late ones never get there. `pieces` are in
/// rising order; with `late_pieces` they are disjoint, and gaps between them are neither read nor
/// written, in none of the arrays.
struct FlatGradient {
  float* values;
  std::span<const GradientPiece> pieces;
  std::span<const LatePiece> late_pieces = {};
};

struct SgdStep {
  float learning_rate = 0.01f;
  float momentum = 0.0f;
  bool nesterov = false;
};

/// velocity = momentum * velocity - learning_rate * gradient;
/// parameter += nesterov ? momentum * velocity - learning_rate * gradient : velocity.
/// `velocity` may be null when momentum is 0, and is then neither read nor written; otherwise
/// throws kUsage.
/// Sutskever et al., "On the importance of initialization and momentum in deep learning" (2013).
void sgd_step(float* parameter, const float* gradient, float* velocity, size_t count,
              const SgdStep& step);
void sgd_step(float* parameter, const FlatGradient& gradient, float* velocity, const SgdStep& step);

struct AdamStep {
  /// Already corrected for bias: learning rate * sqrt(1 - beta2^t) / (1 - beta1^t) at step t.
  float learning_rate = 0.001f;
  float beta1 = 0.9f;
  float beta2 = 0.999f;
  float epsilon = 1e-7f;
};

/// first = beta1 * first + (1 - beta1) * gradient;
/// second = beta2 * second + (1 - beta2) * gradient^2;
/// parameter -= learning_rate * first / (sqrt(second) + epsilon).
/// Kingma and Ba, "Adam: a method for stochastic optimization" (2015), the form before section 2.1.
void adam_step(float* parameter, const float* gradient, float* first_moment, float* second_moment,
               size_t count, const AdamStep& step);
void adam_step(float* parameter, const FlatGradient& gradient, float* first_moment,
               float* second_moment, const AdamStep& step);

struct RmspropStep {
  float learning_rate = 0.001f;
  float rho = 0.9f;
  float momentum = 0.0f;
  float epsilon = 1e-7f;
};

/// mean_square = rho * mean_square + (1 - rho) * gradient^2;
/// velocity = momentum * velocity + learning_rate * gradient / (sqrt(mean_square) + epsilon);
/// parameter -= velocity.
/// `velocity` may be null when momentum is 0, and is then neither read nor written; otherwise
/// throws kUsage.
/// Tieleman and Hinton, "Lecture 6.5: rmsprop", Neural networks for machine learning (2012).
void rmsprop_step(float* parameter, const float* gradient, float* mean_square, float* velocity,
                  size_t count, const RmspropStep& step);
void rmsprop_step(float* parameter, const FlatGradient& gradient, float* mean_square,
                  float* velocity, const RmspropStep& step);

/// average += (1 - decay) * (parameter - average): an exponential moving average of weights. Equal
/// values stay exactly as they are. Yazıcı et al., "The unusual effectiveness of averaging in GAN
/// training" (2019).
void average_step(float* average, const float* parameter, size_t count, double decay);

}  // namespace belamy::kernels
