#include "belamy/image/gif.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "belamy/core/file.h"
#include "belamy/image/gif_reader.h"
#include "belamy/image/resize.h"
#include "tests/data/byte_files.h"
#include "tests/support/errors.h"
#include "tests/support/temporary_folder.h"

namespace belamy {
namespace {

using testing::Bytes;
using ::testing::ElementsAre;
using testing::expect_error;

Image counting_image(int64_t height, int64_t width, int64_t channels) {
  return {height, width, channels,
          testing::counting_bytes(static_cast<size_t>(height * width * channels))};
}

std::vector<Image> grey_levels(size_t count) {
  std::vector<Image> frames;
  for (size_t i = 0; i < count; ++i)
    frames.push_back(blank_image(4, 4, 1, static_cast<uint8_t>(i)));
  return frames;
}

GifAnimation there_and_back(const std::vector<Image>& frames, const GifOptions& options = {}) {
  return decode_gif(encode_gif(frames, options), "memory.gif");
}

TEST(Gif, all_256_greys_come_back_exactly) {
  Image falling = counting_image(16, 16, 1);
  for (uint8_t& value : falling.pixels) value = static_cast<uint8_t>(255 - value);
  const std::vector<Image> frames = {counting_image(16, 16, 1), falling};
  const GifAnimation animation = there_and_back(frames);
  ASSERT_EQ(animation.frames.size(), 2u);
  EXPECT_EQ(animation.frames[0], to_channels(frames[0], 3));
  EXPECT_EQ(animation.frames[1], to_channels(frames[1], 3));
}

TEST(Gif, up_to_256_colours_a_frame_come_back_exactly) {
  const Image first = counting_image(16, 16, 3);
  Image second = first;
  for (size_t i = 0; i < second.pixels.size(); i += 3) second.pixels[i] = 77;
  const GifAnimation animation = there_and_back({first, second});
  EXPECT_EQ(animation.frames[0], first);
  EXPECT_EQ(animation.frames[1], second);
}

TEST(Gif, a_single_pixel_and_a_single_frame_are_an_animation) {
  const GifAnimation animation = there_and_back({blank_image(1, 1, 3, 9)});
  ASSERT_EQ(animation.frames.size(), 1u);
  EXPECT_EQ(animation.frames[0], blank_image(1, 1, 3, 9));
}

TEST(Gif, alpha_is_composed_on_white) {
  const GifAnimation animation = there_and_back({{1, 2, 2, {0, 0, 0, 255}}});
  EXPECT_EQ(animation.frames[0].pixels, (Bytes{255, 255, 255, 0, 0, 0}));
}

TEST(Gif, frames_last_their_delay_and_the_last_one_is_held) {
  const GifAnimation animation = there_and_back(grey_levels(3), {.delay_ms = 80, .hold_ms = 1500});
  EXPECT_THAT(animation.delays_ms, ElementsAre(80, 80, 1500));
}

TEST(Gif, is_played_for_ever_or_as_often_as_asked_for) {
  EXPECT_EQ(there_and_back(grey_levels(2)).plays, 0);
  EXPECT_EQ(there_and_back(grey_levels(2), {.plays = 1}).plays, 1);
  EXPECT_EQ(there_and_back(grey_levels(2), {.plays = 300}).plays, 300);
}

TEST(Gif, larger_frames_are_scaled_down_to_the_cap_with_their_proportions) {
  Image halves = blank_image(20, 40, 1);
  for (size_t i = 0; i < halves.pixels.size(); ++i) halves.pixels[i] = i % 40 < 20 ? 0 : 200;
  const Image frame = there_and_back({halves}, {.max_side = 10}).frames[0];
  EXPECT_EQ(frame.height, 5);
  EXPECT_EQ(frame.width, 10);
  EXPECT_EQ(frame.pixels[0], 0);
  EXPECT_EQ(frame.pixels[27], 200);
  EXPECT_EQ(there_and_back({halves}, {.max_side = 40}).frames[0], to_channels(halves, 3));
  EXPECT_EQ(there_and_back({blank_image(100, 1, 1)}, {.max_side = 10}).frames[0].width, 1);
}

TEST(Gif, too_many_frames_are_thinned_and_the_others_never_asked_for) {
  const std::vector<Image> frames = grey_levels(100);
  std::vector<size_t> asked;
  const FrameSource source = [&](size_t index) {
    asked.push_back(index);
    return frames[index];
  };
  const GifAnimation animation =
      decode_gif(encode_gif(frames.size(), source, {.max_frames = 4}), "thin.gif");
  EXPECT_THAT(asked, ElementsAre(0, 33, 66, 99));
  EXPECT_EQ(animation.frames.at(2).pixels[0], 66);
  EXPECT_EQ(animation.frames.size(), 4u);
}

TEST(Gif, thinning_keeps_first_and_last_and_leaves_even_gaps) {
  EXPECT_THAT(spread_indices(5, 2), ElementsAre(0, 4));
  EXPECT_THAT(spread_indices(3, 5), ElementsAre(0, 1, 2));
  EXPECT_THAT(spread_indices(1, 2), ElementsAre(0));
  EXPECT_TRUE(spread_indices(0, 2).empty());
  for (size_t count = 2; count < 60; ++count) {
    for (size_t limit = 2; limit <= count; ++limit) {
      const auto indices = spread_indices(count, limit);
      ASSERT_EQ(indices.size(), limit);
      EXPECT_EQ(indices.front(), 0u);
      EXPECT_EQ(indices.back(), count - 1);
      const size_t gap = (count - 1) / (limit - 1);
      for (size_t i = 1; i < limit; ++i) {
        EXPECT_GE(indices[i] - indices[i - 1], gap) << limit << " of " << count;
        EXPECT_LE(indices[i] - indices[i - 1], gap + 1) << limit << " of " << count;
      }
    }
  }
}

TEST(Gif, a_written_file_reads_back_and_leaves_nothing_beside_it) {
  const testing::TemporaryFolder folder;
  write_gif(folder / "a.gif", grey_levels(2));
  EXPECT_EQ(read_gif(folder / "a.gif").frames.size(), 2u);
  write_gif(folder / "a.gif", 3, [](size_t) { return blank_image(2, 2, 3); });
  EXPECT_EQ(read_gif(folder / "a.gif").frames.size(), 3u);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
}

TEST(Gif, a_source_that_fails_leaves_the_old_file) {
  const testing::TemporaryFolder folder;
  write_file_atomically(folder / "a.gif", "old");
  const FrameSource source = [](size_t index) -> Image {
    if (index == 1) fail(ErrorKind::kData, "no such frame");
    return blank_image(2, 2, 1);
  };
  expect_error(ErrorKind::kData, {"no such frame"},
               [&] { write_gif(folder / "a.gif", 2, source); });
  EXPECT_EQ(read_text(folder / "a.gif", 10), "old");
}

TEST(Gif, no_frames_frames_that_differ_and_options_out_of_range_are_refused) {
  expect_error(ErrorKind::kUsage, {"at least one frame"}, [] { encode_gif({}); });
  const std::vector<Image> sizes = {blank_image(2, 2, 1), blank_image(2, 3, 1)};
  expect_error(ErrorKind::kShape, {"2x2x1", "2x3x1"}, [&] { encode_gif(sizes); });
  const std::vector<Image> kinds = {blank_image(2, 2, 1), blank_image(2, 2, 3)};
  expect_error(ErrorKind::kShape, {"2x2x1", "2x2x3"}, [&] { encode_gif(kinds); });
  const auto frames = grey_levels(1);
  expect_error(ErrorKind::kUsage, {"delay_ms", "-1"},
               [&] { encode_gif(frames, {.delay_ms = -1}); });
  expect_error(ErrorKind::kUsage, {"max_side", "0"}, [&] { encode_gif(frames, {.max_side = 0}); });
  expect_error(ErrorKind::kUsage, {"max_frames", "2..", "1"},
               [&] { encode_gif(frames, {.max_frames = 1}); });
}

TEST(GifReader, garbage_and_a_cut_file_are_refused_with_the_file_name) {
  const auto decode = [](const Bytes& bytes) { decode_gif(bytes, "broken.gif"); };
  expect_error(ErrorKind::kData, {"broken.gif"}, [&] { decode({}); });
  expect_error(ErrorKind::kData, {"broken.gif"}, [&] { decode(testing::counting_bytes(100)); });
  Bytes cut = encode_gif(grey_levels(3));
  cut.resize(cut.size() - 10);
  expect_error(ErrorKind::kData, {"broken.gif"}, [&] { decode(cut); });
}

TEST(GifReader, a_mutated_file_decodes_or_is_refused) {
  const Bytes valid = encode_gif(std::vector<Image>{counting_image(6, 7, 3), blank_image(6, 7, 3)});
  EXPECT_GT(testing::count_refused(valid, "gif",
                                   [](const Bytes& bytes) { decode_gif(bytes, "mutated.gif"); }),
            500);
}

}  // namespace
}  // namespace belamy
