#include "belamy/image/plot.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "tests/image/pixels.h"
#include "tests/support/errors.h"

namespace belamy {
namespace {

using testing::bounds_of;
using testing::colour_at;
using testing::expect_error;
using testing::is_close;

std::vector<double> counted(size_t count) {
  std::vector<double> values(count);
  std::iota(values.begin(), values.end(), 0.0);
  return values;
}

PlotLine line_of(const std::vector<double>& y) {
  PlotLine line;
  line.x = counted(y.size());
  line.y = y;
  return line;
}

// Without names there is no legend: what has a series' colour is the series.
LinePlot plot_of(std::vector<PlotLine> lines) {
  LinePlot plot;
  plot.lines = std::move(lines);
  plot.height = 300;
  plot.width = 500;
  return plot;
}

auto has_colour(size_t index) {
  return [index](const Colour& colour) { return is_close(colour, series_colour(index)); };
}

// The middle of the pixels of a series' colour in that column; NaN where there are none.
double line_height(const Image& image, int64_t x, size_t index) {
  double sum = 0, count = 0;
  for (int64_t y = 0; y < image.height; ++y) {
    if (is_close(colour_at(image, x, y), series_colour(index))) {
      sum += static_cast<double>(y) + 0.5, ++count;
    }
  }
  return sum / count;
}

int64_t inked_columns(const Image& image, size_t index) {
  int64_t count = 0;
  for (int64_t x = 0; x < image.width; ++x) {
    count += std::isnan(line_height(image, x, index)) ? 0 : 1;
  }
  return count;
}

TEST(Plot, a_rising_line_goes_from_bottom_left_to_top_right) {
  const Image image = draw_plot(plot_of({line_of({0, 1, 2, 3})}));
  EXPECT_EQ(image.height, 300);
  EXPECT_EQ(image.width, 500);
  const Rectangle bounds = bounds_of(image, has_colour(0));
  EXPECT_LT(bounds.left, 80);
  EXPECT_GT(bounds.right, 450);
  EXPECT_LT(bounds.top, 60);
  EXPECT_GT(bounds.bottom, 200);
  EXPECT_GT(line_height(image, 120, 0), line_height(image, 250, 0));
  EXPECT_GT(line_height(image, 250, 0), line_height(image, 400, 0));
}

TEST(Plot, an_exponential_is_straight_on_a_log_scale) {
  std::vector<double> y;
  for (int i = 0; i < 50; ++i) y.push_back(std::exp(0.06 * i));
  LinePlot plot = plot_of({line_of(y)});
  plot.y.scale = Scale::kLog;
  const Image image = draw_plot(plot);
  const double middle = (line_height(image, 150, 0) + line_height(image, 350, 0)) / 2;
  EXPECT_NEAR(line_height(image, 250, 0), middle, 1.5);
  plot.y.scale = Scale::kLinear;
  const Image curved = draw_plot(plot);
  EXPECT_GT(line_height(curved, 250, 0),
            (line_height(curved, 150, 0) + line_height(curved, 350, 0)) / 2 + 5);
}

TEST(Plot, several_series_have_colours_of_their_own_and_lie_in_order) {
  const Image image =
      draw_plot(plot_of({line_of(std::vector<double>(10, 1)), line_of(std::vector<double>(10, 2)),
                         line_of(std::vector<double>(10, 3))}));
  EXPECT_GT(line_height(image, 250, 0), line_height(image, 250, 1));
  EXPECT_GT(line_height(image, 250, 1), line_height(image, 250, 2));
}

TEST(Plot, a_nan_leaves_a_gap) {
  std::vector<double> y(101, 1.0);
  const int64_t whole = inked_columns(draw_plot(plot_of({line_of(y)})), 0);
  for (size_t i = 30; i < 70; ++i) y[i] = i % 2 == 0 ? NAN : INFINITY;
  const Image image = draw_plot(plot_of({line_of(y)}));
  EXPECT_NEAR(static_cast<double>(inked_columns(image, 0)), 0.6 * static_cast<double>(whole), 10);
  EXPECT_TRUE(std::isnan(line_height(image, 250, 0)));
}

TEST(Plot, a_spike_among_very_many_points_stays_visible) {
  std::vector<double> y(200'000, 0.0);
  const double flat = bounds_of(draw_plot(plot_of({line_of(y)})), has_colour(0)).top;
  y[123'456] = 1;
  const Rectangle bounds = bounds_of(draw_plot(plot_of({line_of(y)})), has_colour(0));
  EXPECT_LT(bounds.top, 60);
  EXPECT_GT(flat, 100);
}

TEST(Plot, a_smoothed_line_stands_before_its_faint_self) {
  std::vector<double> y(400);
  for (size_t i = 0; i < y.size(); ++i) y[i] = i % 2 == 0 ? 0.0 : 1.0;
  PlotLine line = line_of(y);
  line.smoothing = 0.2;
  const Image image = draw_plot(plot_of({line}));
  const Rectangle strong = bounds_of(image, has_colour(0));
  EXPECT_LT(strong.bottom - strong.top, 15) << "the average is nearly constant";
  const Rectangle faint =
      bounds_of(image, [](const Colour& colour) { return colour[2] > colour[0] + 10; });
  EXPECT_GT(faint.bottom - faint.top, 150) << "and behind it the line as it is";
}

TEST(Plot, a_band_fills_the_area_between_its_lines) {
  LinePlot plot = plot_of({});
  plot.y.low = 0.0;
  plot.y.high = 4.0;
  plot.bands = {{"", {0, 1, 2}, {1, 1, 1}, {3, 3, 3}, {}}};
  const Image image = draw_plot(plot);
  const Colour inside = colour_at(image, 251, 140);
  EXPECT_GT(inside[2], inside[0] + 20) << "bluish";
  const auto same = [&](const Colour& colour) { return is_close(colour, inside); };
  const Rectangle bounds = bounds_of(image, same);
  plot.bands[0].low = {0, 0, 0};
  plot.bands[0].high = {4, 4, 4};
  const Rectangle whole = bounds_of(draw_plot(plot), same);
  EXPECT_NEAR(bounds.bottom - bounds.top, (whole.bottom - whole.top) / 2, 2);
  EXPECT_NEAR(bounds.top + bounds.bottom, whole.top + whole.bottom, 3);
}

TEST(Plot, a_nan_in_a_band_leaves_a_gap) {
  LinePlot plot = plot_of({});
  plot.bands = {{"", counted(5), {0, 0, NAN, 0, 0}, {1, 1, 1, 1, 1}, {}}};
  const Image image = draw_plot(plot);
  const auto bluish = [](const Colour& colour) { return colour[2] > colour[0] + 20; };
  EXPECT_TRUE(bluish(colour_at(image, 100, 133)));
  EXPECT_FALSE(bluish(colour_at(image, 251, 133)));
  EXPECT_TRUE(bluish(colour_at(image, 430, 133)));
}

TEST(Plot, a_level_crosses_the_whole_plot) {
  LinePlot plot = plot_of({line_of({0, 1})});
  const Image without = draw_plot(plot);
  plot.levels = {{"", 0.6}};
  const Image with = draw_plot(plot);
  int64_t left = with.width, right = 0;
  for (int64_t x = 0; x < with.width; ++x) {
    for (int64_t y = 0; y < with.height; ++y) {
      if (colour_at(with, x, y) == colour_at(without, x, y)) continue;
      left = std::min(left, x), right = std::max(right, x);
    }
  }
  EXPECT_LT(left, 80);
  EXPECT_GT(right, 450);
}

TEST(Plot, a_single_point_is_seen) {
  EXPECT_GE(inked_columns(draw_plot(plot_of({line_of({0.5})})), 0), 2);
}

TEST(Plot, a_name_brings_a_legend_and_a_title_stands_above) {
  LinePlot plot = plot_of({line_of({1, 1})});
  const double bare = bounds_of(draw_plot(plot), has_colour(0)).top;
  plot.lines[0].name = "generator";
  EXPECT_LT(bounds_of(draw_plot(plot), has_colour(0)).top, 60) << "its sample in the legend";
  EXPECT_GT(bare, 80);
  const Image untitled = draw_plot(plot);
  plot.title = "Losses";
  EXPECT_NE(draw_plot(plot), untitled);
}

TEST(Plot, data_that_cannot_be_shown_are_said_to_be_missing) {
  const Image empty = draw_plot(plot_of({line_of({})}));
  EXPECT_NE(empty, blank_image(300, 500, 3, 255)) << "there is a message";
  EXPECT_EQ(draw_plot(plot_of({line_of({NAN, NAN})})).pixels.size(), empty.pixels.size());
  LinePlot log = plot_of({line_of({-1, 0})});
  log.y.scale = Scale::kLog;
  EXPECT_EQ(inked_columns(draw_plot(log), 0), 0);
  LinePlot level = plot_of({});
  level.levels = {{"", 1}};
  EXPECT_EQ(draw_plot(level), draw_plot(plot_of({}))) << "a level alone is no data";
}

TEST(Plot, extreme_values_are_drawn_or_left_out) {
  for (const double value : {1e-310, 1e299, -1e299, 1e308}) {
    draw_plot(plot_of({line_of({0, value, 1})}));
    LinePlot log = plot_of({line_of({1, value, 2})});
    log.y.scale = Scale::kLog;
    EXPECT_GT(inked_columns(draw_plot(log), 0), 0) << value;
  }
}

TEST(Plot, lists_of_different_length_and_options_out_of_range_are_refused) {
  LinePlot plot = plot_of({line_of({1, 2})});
  plot.lines[0].name = "generator";
  plot.lines[0].x.pop_back();
  expect_error(ErrorKind::kShape, {"'generator'", "1 and 2"}, [&] { draw_plot(plot); });
  plot.lines[0] = line_of({1, 2});
  plot.lines[0].smoothing = 2;
  expect_error(ErrorKind::kUsage, {"smoothing", "0..1", "2"}, [&] { draw_plot(plot); });
  plot = plot_of({});
  plot.bands = {{"real", {1}, {1, 2}, {1}, {}}};
  expect_error(ErrorKind::kShape, {"'real'", "1, 2 and 1"}, [&] { draw_plot(plot); });
  plot = plot_of({});
  plot.width = 100;
  expect_error(ErrorKind::kUsage, {"200..16384", "300x100"}, [&] { draw_plot(plot); });
}

TEST(Smoothed, is_the_mean_around_each_value_and_keeps_gaps) {
  const auto out = smoothed({0, 3, 6, NAN, 9, 0}, 2.0 / 6);
  EXPECT_THAT(std::vector<double>(out.begin(), out.begin() + 3),
              ::testing::ElementsAre(1.5, 3, 4.5));
  EXPECT_TRUE(std::isnan(out[3]));
  EXPECT_EQ(out[4], 4.5);
  EXPECT_EQ(out[5], 4.5);
  EXPECT_THAT(smoothed({1, 5}, 0), ::testing::ElementsAre(1, 5));
  EXPECT_TRUE(smoothed({}, 0.5).empty());
}

}  // namespace
}  // namespace belamy
