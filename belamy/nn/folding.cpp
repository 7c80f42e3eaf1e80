#include "belamy/nn/folding.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <mutex>

namespace belamy {
namespace {

/// y = scale * x + shift, a number of each for every channel of an image or feature of a vector.
/// float64: the products with weights are rounded once.
struct ChannelAffine {
  at::Tensor scale;
  at::Tensor shift;
};

/// A layer on its way into the folded network.
struct Piece {
  ListedLayer layer;
  std::vector<at::Tensor> tensors;  // replace the layer's
};

template <class Options>
const Options* options_of(const Piece& piece) {
  return std::get_if<Options>(&piece.layer.options);
}

ChannelAffine affine_of(const Piece& piece) {
  const double epsilon = options_of<BatchNormOptions>(piece)->epsilon;
  const auto wide = [&](size_t i) { return piece.tensors.at(i).to(at::kDouble); };
  const at::Tensor scale = wide(0) / (wide(3) + epsilon).sqrt();
  return {scale, wide(1) - wide(2) * scale};
}

// One number a channel of `from`, as one a channel of `to`, a shape of as many values: nothing when
// a channel of `to` would take different ones.
std::optional<at::Tensor> reshaped(const at::Tensor& channels, const Shape& from, const Shape& to) {
  const at::Tensor all = channels.unsqueeze(1).expand({from[0], elements(from) / from[0]});
  const at::Tensor rows = all.reshape({to[0], -1});
  const at::Tensor first = rows.select(1, 0);
  if (!at::equal(rows, first.unsqueeze(1).expand_as(rows))) return std::nullopt;
  return first.contiguous();
}

// Whether a scale and shift a channel may be applied after the layer as well as before it.
bool works_on_channels_alike(const Piece& piece) {
  if (const auto* activation = options_of<ActivationLayerOptions>(piece)) {
    return std::holds_alternative<Linear>(activation->function);
  }
  return options_of<CropOptions>(piece) != nullptr ||
         options_of<UpsampleOptions>(piece) != nullptr ||
         options_of<AveragePoolOptions>(piece) != nullptr;
}

// Moves the affine from one side of the layer to the other; false when it cannot pass.
bool carry(ChannelAffine& affine, const Piece& piece, const Shape& from, const Shape& to) {
  if (works_on_channels_alike(piece)) return true;
  if (!options_of<ReshapeOptions>(piece) && !options_of<FlattenOptions>(piece)) return false;
  const auto scale = reshaped(affine.scale, from, to), shift = reshaped(affine.shift, from, to);
  if (!scale || !shift) return false;
  affine = {*scale, *shift};
  return true;
}

/// Folds affines into the dense and convolution layers before and after them.
struct FoldBefore {  // affine(layer(x))
  const ChannelAffine& affine;
  Piece& piece;

  bool operator()(DenseOptions& o) const { return fold(o, 0); }
  bool operator()(ConvOptions& o) const { return fold(o, 0); }
  bool operator()(ConvTransposeOptions& o) const { return fold(o, 1); }
  template <class Other>
  bool operator()(Other&) const {
    return false;
  }

 private:
  template <class Options>
  bool fold(Options& options, int64_t output_dimension) const;
};

struct FoldAfter {  // layer(affine(x))
  const ChannelAffine& affine;
  Piece& piece;

  bool operator()(DenseOptions& o) const { return fold(o); }
  // Where zeros are padded, they would have to be shifted too.
  bool operator()(ConvOptions& o) const { return o.padding_rule() == Padding::kValid && fold(o); }
  template <class Other>
  bool operator()(Other&) const {
    return false;
  }

 private:
  template <class Options>
  bool fold(Options& options) const;
};

at::Tensor along(const at::Tensor& values, const at::Tensor& weight, int64_t dimension) {
  std::vector<int64_t> sizes(static_cast<size_t>(weight.dim()), 1);
  sizes[static_cast<size_t>(dimension)] = -1;
  return values.view(sizes);
}

template <class Options>
at::Tensor wide_bias(const Options& options, const Piece& piece, int64_t count) {
  return options.use_bias ? piece.tensors.at(1).to(at::kDouble) : at::zeros({count}, at::kDouble);
}

template <class Options>
void replace(Options& options, Piece& piece, const at::Tensor& weight, const at::Tensor& bias) {
  options.use_bias = true;
  piece.tensors = {weight.to(at::kFloat), bias.to(at::kFloat)};
}

template <class Options>
bool FoldBefore::fold(Options& options, int64_t output_dimension) const {
  if (!std::holds_alternative<Linear>(options.activation)) return false;
  const at::Tensor weight = piece.tensors.at(0).to(at::kDouble);
  const at::Tensor bias = wide_bias(options, piece, weight.size(output_dimension));
  replace(options, piece, weight * along(affine.scale, weight, output_dimension),
          bias * affine.scale + affine.shift);
  return true;
}

template <class Options>
bool FoldAfter::fold(Options& options) const {
  const at::Tensor weight = piece.tensors.at(0).to(at::kDouble);
  const at::Tensor bias = wide_bias(options, piece, weight.size(0));
  const at::Tensor shifted = (weight * along(affine.shift, weight, 1)).flatten(1).sum(1);
  replace(options, piece, weight * along(affine.scale, weight, 1), bias + shifted);
  return true;
}

bool folds_before(std::vector<Piece>& pieces, size_t norm) {
  ChannelAffine affine = affine_of(pieces[norm]);
  for (size_t i = norm; i-- > 0;) {
    Piece& piece = pieces[i];
    if (std::visit(FoldBefore{affine, piece}, piece.layer.options)) return true;
    if (!carry(affine, piece, piece.layer.output, piece.layer.input)) return false;
  }
  return false;
}

bool folds_after(std::vector<Piece>& pieces, size_t norm) {
  ChannelAffine affine = affine_of(pieces[norm]);
  for (size_t i = norm + 1; i < pieces.size(); ++i) {
    Piece& piece = pieces[i];
    if (std::visit(FoldAfter{affine, piece}, piece.layer.options)) return true;
    if (!carry(affine, piece, piece.layer.input, piece.layer.output)) return false;
  }
  return false;
}

std::vector<Piece> inference_pieces(const Network& network) {
  std::vector<Piece> pieces;
  for (ListedLayer& layer : network.listed_layers()) {
    if (std::holds_alternative<DropoutOptions>(layer.options)) continue;
    Piece piece{std::move(layer), {}};
    for (const LayerTensor& held : piece.layer.tensors) {
      piece.tensors.push_back(held.tensor.detach());
    }
    pieces.push_back(std::move(piece));
  }
  return pieces;
}

// The same options, but that making the layer draws no random weights, which will be overwritten.
LayerOptions without_initializer(LayerOptions options) {
  std::visit(
      [](auto& o) {
        if constexpr (requires { o.kernel_initializer; }) o.kernel_initializer = Zeros{};
      },
      options);
  return options;
}

Network assemble(const Network& network, const std::vector<Piece>& pieces) {
  std::vector<LayerOptions> layers;
  for (const Piece& piece : pieces) layers.push_back(without_initializer(piece.layer.options));
  Network folded(network.name(), layers, network.input_shape(), /*seed=*/0);
  const std::vector<ListedLayer> made = folded.listed_layers();
  for (size_t i = 0; i < pieces.size(); ++i) {
    for (size_t k = 0; k < made[i].tensors.size(); ++k) {
      made[i].tensors[k].tensor.copy_(pieces[i].tensors.at(k));
    }
  }
  return folded;
}

bool is_spectrally_normalized(const Piece& piece) {
  return std::visit(
      [](const auto& o) {
        if constexpr (requires { o.spectral_norm; }) return o.spectral_norm;
        return false;
      },
      piece.layer.options);
}

}  // namespace

std::optional<Network> fold_batch_norm(const Network& network) {
  if (!network.is_chain()) return std::nullopt;
  const at::NoGradGuard no_grad;
  std::vector<Piece> pieces = inference_pieces(network);
  if (std::ranges::any_of(pieces, is_spectrally_normalized)) return std::nullopt;
  bool folded = false;
  for (size_t i = 0; i < pieces.size();) {
    const bool norm = options_of<BatchNormOptions>(pieces[i]) != nullptr;
    if (norm && (folds_before(pieces, i) || folds_after(pieces, i))) {
      pieces.erase(pieces.begin() + static_cast<std::ptrdiff_t>(i));
      folded = true;
    } else {
      ++i;
    }
  }
  // A list of nothing but a batch normalisation does not get here: there is no layer to fold into.
  if (!folded) return std::nullopt;
  return assemble(network, pieces);
}

namespace {

// What tells a network and its weights from others. The tensor is kept, so that no other one can
// take its place in memory.
struct Fingerprint {
  const Network* network = nullptr;
  at::Tensor first;
  uint64_t version = 0;

  explicit Fingerprint(const Network& of) : network(&of) {
    // Each counter only grows, so the sum is another one after any change.
    for (const NamedTensor& held : of.state()) {
      version += static_cast<uint64_t>(held.tensor._version());
    }
    if (!of.state().empty()) first = of.state().front().tensor;
  }
  bool operator==(const Fingerprint& other) const {
    return network == other.network && version == other.version && first.is_same(other.first);
  }
};

}  // namespace

struct FoldedNetwork::Cache {
  std::mutex mutex;
  std::optional<Fingerprint> fingerprint;
  std::shared_ptr<const Network> network;
};

FoldedNetwork::FoldedNetwork() : cache_(std::make_unique<Cache>()) {}
FoldedNetwork::~FoldedNetwork() = default;
FoldedNetwork::FoldedNetwork(FoldedNetwork&&) noexcept = default;
FoldedNetwork& FoldedNetwork::operator=(FoldedNetwork&&) noexcept = default;

std::shared_ptr<const Network> FoldedNetwork::of(const Network& network) const {
  const Fingerprint fingerprint(network);
  const std::lock_guard lock(cache_->mutex);
  if (cache_->fingerprint != fingerprint) {
    std::optional<Network> folded = fold_batch_norm(network);
    cache_->network = folded ? std::make_shared<const Network>(std::move(*folded))
                             : std::shared_ptr<const Network>(std::shared_ptr<void>(), &network);
    cache_->fingerprint = fingerprint;
  }
  return cache_->network;
}

}  // namespace belamy
