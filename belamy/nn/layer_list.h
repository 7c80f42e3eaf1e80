// The layers a recipe can list: the one table of layer types.
#pragma once

#include <memory>
#include <variant>
#include <vector>

#include "belamy/nn/activation.h"
#include "belamy/nn/batch_norm.h"
#include "belamy/nn/convolution.h"
#include "belamy/nn/dense.h"
#include "belamy/nn/dropout.h"
#include "belamy/nn/instance_norm.h"
#include "belamy/nn/maxout.h"
#include "belamy/nn/minibatch_discrimination.h"
#include "belamy/nn/minibatch_std.h"
#include "belamy/nn/pooling.h"
#include "belamy/nn/rearrange.h"
#include "belamy/nn/reflection_pad.h"

namespace belamy {

using LayerOptions =
    std::variant<DenseOptions, ConvOptions, ConvTransposeOptions, UpsampleOptions, MaxPoolOptions,
                 AveragePoolOptions, BatchNormOptions, DropoutOptions, ActivationLayerOptions,
                 FlattenOptions, ReshapeOptions, ZeroPadOptions, CropOptions, InstanceNormOptions,
                 ReflectionPadOptions, MaxoutOptions, MinibatchStdOptions,
                 MinibatchDiscriminationOptions>;

std::unique_ptr<Layer> make_layer(const LayerOptions& options);

/// The type as a recipe writes it: "conv_transpose".
std::string layer_type(const LayerOptions& options);

}  // namespace belamy
