#include "belamy/report/chart.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

namespace belamy {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

nlohmann::json data_of(const std::string& html) {
  const std::string opening = "<script type=\"application/json\">";
  const size_t from = html.find(opening) + opening.size();
  return nlohmann::json::parse(html.substr(from, html.find("</script>", from) - from));
}

LinePlot plot_of(PlotLine line) {
  LinePlot plot;
  plot.title = "Losses";
  plot.lines.push_back(std::move(line));
  return plot;
}

TEST(Chart, holds_each_point_where_it_is_and_what_it_is) {
  PlotLine line;
  line.name = "generator";
  line.x = {0, 50, 100};
  line.y = {1.5, NAN, 0.123456};
  const std::string html = chart_html(plot_of(line));
  const auto data = data_of(html);
  ASSERT_EQ(data.size(), 1u);
  EXPECT_EQ(data[0]["name"], "generator");
  EXPECT_EQ(data[0]["places"], nlohmann::json::parse("[0.0, 0.5, 1.0]"));
  EXPECT_EQ(data[0]["steps"], nlohmann::json::parse("[0.0, 50.0, 100.0]"));
  EXPECT_EQ(data[0]["values"], nlohmann::json::parse(R"(["1.5", null, "0.1235"])"));
  EXPECT_THAT(html, HasSubstr("<h3>Losses</h3>"));
}

TEST(Chart, several_lines_have_a_legend) {
  LinePlot plot = plot_of({"generator", {0, 1}, {0, 1}, 0, {}, false});
  EXPECT_THAT(chart_html(plot), Not(HasSubstr("legend")));
  plot.lines.push_back({"discriminator", {0, 1}, {1, 0}, 0, {}, false});
  EXPECT_THAT(chart_html(plot), HasSubstr("generator</li>"));
  EXPECT_THAT(chart_html(plot), HasSubstr("discriminator</li>"));
}

TEST(Chart, long_lines_are_thinned_to_means) {
  PlotLine line;
  line.name = "long";
  for (int i = 0; i < 4000; ++i) {
    line.x.push_back(i);
    line.y.push_back(i % 2);
  }
  const auto data = data_of(chart_html(plot_of(line)));
  EXPECT_EQ(data[0]["values"].size(), kChartPoints);
  for (const auto& value : data[0]["values"]) EXPECT_EQ(value, "0.5");
}

TEST(Chart, names_cannot_leave_their_place) {
  PlotLine line;
  line.name = "</script><b>\"";
  line.x = {0, 1};
  line.y = {0, 1};
  const std::string html = chart_html(plot_of(line));
  EXPECT_THAT(html, Not(HasSubstr("</script><b>")));
  EXPECT_EQ(data_of(html)[0]["name"], line.name);
}

TEST(Chart, a_plot_without_numbers_is_a_chart_without_lines) {
  EXPECT_THAT(chart_html(LinePlot{}), HasSubstr("<figure"));
  PlotLine line;
  line.name = "nothing";
  line.x = {1, 2};
  line.y = {NAN, NAN};
  EXPECT_THAT(chart_html(plot_of(line)), Not(HasSubstr("nan")));
}

}  // namespace
}  // namespace belamy
