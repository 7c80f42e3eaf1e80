#include "belamy/image/histogram.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/image/pixels.h"
#include "tests/support/errors.h"

namespace belamy {
namespace {

using testing::bounds_of;
using testing::expect_error;
using testing::is_close;

Histogram histogram_of(std::vector<HistogramSeries> series) {
  Histogram histogram;
  histogram.series = std::move(series);
  histogram.x.low = 0;
  histogram.x.high = 4;
  histogram.bins = 4;
  histogram.height = 300;
  histogram.width = 500;
  return histogram;
}

Rectangle bars_of(const Image& image, size_t index) {
  return bounds_of(image, [&](const Colour& c) { return is_close(c, series_colour(index), 12); });
}

// The highest pixel of the outline in that column.
int64_t top_at(const Image& image, int64_t x, size_t index) {
  for (int64_t y = 0; y < image.height; ++y) {
    if (is_close(testing::colour_at(image, x, y), series_colour(index), 12)) return y;
  }
  return image.height;
}

TEST(Histogram, bars_stand_where_the_values_lie_and_as_high_as_their_share) {
  const Image image =
      draw_histogram(histogram_of({{"", {0.5, 1.5, 1.5, 1.6, 1.7, 3.5, 3.5, NAN}}}));
  const Rectangle bars = bars_of(image, 0);
  const double bin = (bars.right - bars.left) / 4;
  const auto height = [&](double place) {
    return bars.bottom -
           static_cast<double>(top_at(image, static_cast<int64_t>(bars.left + place * bin), 0));
  };
  EXPECT_NEAR(height(1.5) / height(0.5), 4, 0.4);
  EXPECT_NEAR(height(3.5) / height(0.5), 2, 0.3);
  EXPECT_LT(height(2.5), 5);
}

TEST(Histogram, sets_of_different_sizes_compare_by_their_shares) {
  const std::vector<double> few = {0.5, 0.5}, many(1000, 3.5);
  const Image image = draw_histogram(histogram_of({{"", few}, {"", many}}));
  EXPECT_NEAR(bars_of(image, 0).top, bars_of(image, 1).top, 1);
  EXPECT_LT(bars_of(image, 0).left, 100);
}

TEST(Histogram, values_at_the_ends_of_the_axis_are_counted_and_those_beyond_are_not) {
  const Image at_ends = draw_histogram(histogram_of({{"", {0, 4}}}));
  EXPECT_EQ(at_ends, draw_histogram(histogram_of({{"", {0.5, 3.5}}})));
  const Image beyond = draw_histogram(histogram_of({{"", {-1, 5, INFINITY}}}));
  EXPECT_EQ(beyond, draw_histogram(histogram_of({{"", {}}}))) << "it says that there is nothing";
}

TEST(Histogram, equal_values_without_given_ends_are_shown) {
  Histogram histogram = histogram_of({{"", {2, 2, 2}}});
  histogram.x = {};
  EXPECT_GT(bars_of(draw_histogram(histogram), 0).right, 0);
}

TEST(Histogram, options_out_of_range_are_refused) {
  Histogram histogram = histogram_of({});
  histogram.bins = 0;
  expect_error(ErrorKind::kUsage, {"bins", "got 0"}, [&] { draw_histogram(histogram); });
  histogram = histogram_of({});
  histogram.x.scale = Scale::kLog;
  expect_error(ErrorKind::kUsage, {"linear"}, [&] { draw_histogram(histogram); });
  histogram = histogram_of({});
  histogram.height = 10;
  expect_error(ErrorKind::kUsage, {"200..16384"}, [&] { draw_histogram(histogram); });
}

}  // namespace
}  // namespace belamy
