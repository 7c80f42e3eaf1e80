// Pictures translated by a game, and the translations held against the truth.
#pragma once

#include <string>
#include <vector>

#include "belamy/data/dataset.h"
#include "belamy/games/game.h"
#include "belamy/image/difference.h"
#include "belamy/image/image.h"

namespace belamy {

/// "a2b" or "b2a". Throws kUsage for anything else.
Direction direction_of(const std::string& word);

struct TranslationOptions {
  Direction direction = Direction::kAToB;
  ByteRange range;  // of the game's images
  /// `use.strength` is how far to go: 0 is the picture itself, 1 its translation, between them a
  /// mixture of both; more than 1 exaggerates. Wants 0..2. `use.self_ensemble` is the mean of a
  /// picture's translation and of its mirror image's, mirrored back: the geometric self-ensemble of
  /// EDSR (Lim et al. 2017). Twice the time; what one of the two makes up fades.
  TranslationUse use = {};
};

/// `picture` on the other side, of the same size. Alpha is composed on white; a grey picture is
/// taken as a coloured one where the game's are. A picture whose sides the networks cannot take is
/// continued beyond its edges, and what is made there cut off.
/// Throws kUsage for a game that does not translate, kData for a coloured picture where the game's
/// are grey.
Image translate_picture(const Game& game, const Image& picture, const TranslationOptions& options);

/// Mean differences from the true counterparts over `count` samples.
struct TranslationScore {
  std::string method;  // "translated", "whole", "nothing", "mean_color_shift"
  ImageDifference difference;
  int64_t count = 0;
};

/// Translations of data.shown(), whose true counterparts are its partner's samples, as `options`
/// say; beside them whole ones (of strength 1, no ensemble), doing nothing, and adding to each
/// channel the difference of the two sides' means over what was learnt from. Throws kUsage when the
/// data have no matching other side.
std::vector<TranslationScore> judge_translation(const Game& game, const Dataset& data,
                                                const TranslationOptions& options);

}  // namespace belamy
