// A recipe whose memory is counted by hand.
#pragma once

#include <string>
#include <vector>

#include "belamy/recipe/recipe.h"

namespace belamy::testing {

// G: 10 -> 4, D: 4 -> 1: weights 44 and 5, kept outputs 4 and 1.
inline Recipe small_recipe(const std::vector<std::string>& overrides = {}) {
  std::vector<std::string> all = {"game.latent_size=10",
                                  "generator.layers=[{type=\"dense\", units=4}, {type=\"reshape\", "
                                  "shape=[1, 2, 2]}]",
                                  "discriminator.layers=[{type=\"flatten\"}, {type=\"dense\", "
                                  "units=1}]",
                                  "optimizer={type=\"adam\"}",
                                  "game.discriminator_batches=two_batches",
                                  "train.precision=fp32",
                                  "train.batch_size=1000"};
  all.insert(all.end(), overrides.begin(), overrides.end());
  return load_recipe("s3-scratch", all);
}

}  // namespace belamy::testing
