#include "belamy/nn/mode_dependence.h"

#include <gtest/gtest.h>

namespace belamy {
namespace {

bool depends(const LayerOptions& layer) {
  return depends_on_mode(chain({DenseOptions{.units = 4}, layer}, {3}));
}

TEST(ModeDependence, is_of_layers_that_know_training_from_inference) {
  EXPECT_TRUE(depends(BatchNormOptions{}));
  EXPECT_TRUE(depends(DropoutOptions{.rate = 0.5}));
  EXPECT_FALSE(depends(DropoutOptions{.rate = 0}));
  EXPECT_FALSE(depends(ActivationLayerOptions{Tanh{}}));
  EXPECT_FALSE(depends(MinibatchStdOptions{}));
  DenseOptions normalized{.units = 2};
  EXPECT_FALSE(depends(normalized));
  normalized.spectral_norm = true;
  EXPECT_TRUE(depends(normalized));
}

}  // namespace
}  // namespace belamy
