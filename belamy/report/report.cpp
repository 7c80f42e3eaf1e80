#include "belamy/report/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "belamy/core/error.h"
#include "belamy/core/file.h"
#include "belamy/core/version.h"
#include "belamy/data/catalog.h"
#include "belamy/health/vitals.h"
#include "belamy/nn/network.h"
#include "belamy/nn/summary.h"
#include "belamy/report/assets.h"
#include "belamy/report/chart.h"
#include "belamy/report/html.h"
#include "belamy/report/tables.h"
#include "belamy/report/timeline.h"
#include "belamy/train/run_log.h"
#include "belamy/train/training_plots.h"

namespace belamy {
namespace {

// "3 h 12 min", "4 min 5 s", "12 s"
std::string duration_text(double seconds) {
  const int64_t rounded = std::llround(std::clamp(seconds, 0.0, 1e12));
  if (rounded >= 3600) return fmt::format("{} h {} min", rounded / 3600, rounded / 60 % 60);
  if (rounded >= 60) return fmt::format("{} min {} s", rounded / 60, rounded % 60);
  return fmt::format("{} s", rounded);
}

std::optional<double> last_of(const RunLog& log, const char* name) {
  const auto column = log.values.find(name);
  if (column == log.values.end()) return std::nullopt;
  for (auto value = column->second.rbegin(); value != column->second.rend(); ++value) {
    if (std::isfinite(*value)) return *value;
  }
  return std::nullopt;
}

std::optional<double> median_of(const RunLog& log, const char* name) {
  const auto column = log.values.find(name);
  std::vector<double> values;
  if (column != log.values.end()) values = column->second;
  std::erase_if(values, [](double value) { return !std::isfinite(value); });
  if (values.empty()) return std::nullopt;
  std::ranges::nth_element(values, values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2));
  return values[values.size() / 2];
}

/// What the data set's size must be known for is known of named ones alone; 0 otherwise.
int64_t wanted_steps(const Recipe& recipe) {
  if (recipe.train.steps > 0) return recipe.train.steps;
  for (const CatalogEntry& entry : catalog()) {
    if (entry.name != recipe.data.name) continue;
    return total_steps(recipe, recipe.data.split == "test" ? entry.test_count : entry.train_count);
  }
  return 0;
}

class Figures {
 public:
  void add(const char* name, const std::string& value, const std::string& unit = "") {
    const std::string small = unit.empty() ? "" : " <small>" + escape_html(unit) + "</small>";
    items_ += fmt::format("<div><dt>{}</dt><dd>{}{}</dd></div>", name, escape_html(value), small);
  }
  std::string html() const { return "<dl class=\"card figures\">" + items_ + "</dl>"; }

 private:
  std::string items_;
};

// Of what a log says, which may be anything.
std::string whole(double value) {
  return with_thousands(std::llround(std::clamp(value, -1e15, 1e15)));
}

std::string figures_html(const Run& run, const RunLog& log) {
  Figures figures;
  const int64_t wanted = wanted_steps(run.recipe());
  const int64_t step = log.steps.empty() ? 0 : std::llround(log.steps.back());
  const std::string of = wanted > 0 && wanted != step ? "of " + with_thousands(wanted) : "";
  figures.add("Steps", with_thousands(step), of);
  if (const auto images = last_of(log, "images")) figures.add("Images seen", whole(*images));
  if (const auto seconds = last_of(log, "seconds")) {
    figures.add("Time trained", duration_text(*seconds));
  }
  if (const auto rate = median_of(log, "images_per_second")) {
    figures.add("Images a second", whole(*rate), "median");
  }
  if (const auto real = last_of(log, "d_accuracy_real"); real) {
    const double fake = last_of(log, "d_accuracy_fake").value_or(NAN);
    figures.add("D right on real, generated",
                fmt::format("{:.0f}%, {:.0f}%", 100 * *real, 100 * fake));
  }
  if (const auto diversity = last_of(log, "diversity")) {
    figures.add("Diversity", fmt::format("{:.0f}%", 100 * *diversity), "of the data's");
  }
  return figures.html();
}

std::string note_html(const RunLog::Note& note) {
  const std::string when =
      note.over_at > 0
          ? fmt::format("steps {} to {}", with_thousands(note.step), with_thousands(note.over_at))
          : fmt::format("since step {}", with_thousands(note.step));
  const std::string advice =
      note.advice.empty() ? "" : fmt::format("<p>Try {}.</p>", escape_html(note.advice));
  return fmt::format("<li><strong>{}<span>{}</span></strong><p>{}.</p>{}</li>",
                     escape_html(diagnosis_words(note.name)),
                     note.name == "rolled_back" ? "" : when, escape_html(note.finding), advice);
}

std::string health_html(const RunLog& log) {
  const auto checks = log.values.find("diversity");
  if (log.notes.empty() && checks == log.values.end()) {
    return "<section class=\"card health\"><h3>Health was not watched</h3></section>";
  }
  if (log.notes.empty()) {
    const auto count =
        std::ranges::count_if(checks->second, [](double v) { return !std::isnan(v); });
    return fmt::format(
        "<section class=\"card health good\"><h3>Nothing wrong in {} check{}</h3>"
        "</section>",
        count, count == 1 ? "" : "s");
  }
  std::string notes;
  for (const RunLog::Note& note : log.notes) notes += note_html(note);
  return fmt::format(
      "<section class=\"card health warn\"><h3>{} finding{}</h3><ul>{}</ul></section>",
      log.notes.size(), log.notes.size() == 1 ? "" : "s", notes);
}

std::string curves_html(const RunLog& log) {
  std::string charts;
  for (const TrainingPlot& entry : training_plots(log)) charts += chart_html(entry.plot);
  if (charts.empty()) return "";
  return "<h2>Curves</h2><div class=\"charts\">" + charts + "</div>";
}

std::string networks_html(const Recipe& recipe) {
  const auto game = make_game(recipe, recipe_sample_shape(recipe));
  std::string tables;
  for (const Network* network : game->networks()) tables += network_table(*network);
  return "<h2>Networks</h2><div class=\"networks\">" + tables + "</div>";
}

std::string log_note(const RunLog& log) {
  if (log.steps.empty()) return "<p class=\"note\">log.jsonl has no numbers yet.</p>";
  if (log.damaged_lines == 0) return "";
  return fmt::format("<p class=\"note\">{} line{} of log.jsonl could not be read.</p>",
                     log.damaged_lines, log.damaged_lines == 1 ? "" : "s");
}

}  // namespace

std::string report_html(const Run& run) {
  const Recipe& recipe = run.recipe();
  const RunLog log = read_run_log(run.log_path());
  const std::string name = escape_html(recipe.name);
  return fmt::format(
             "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
             "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
             "<title>{0} · Belamy</title><style>{1}</style></head><body><main>"
             "<header><p class=\"eyebrow\">Belamy training report</p><h1>{0}</h1>"
             "<p class=\"lead\">{2}</p></header>\n",
             name, kReportStyle, escape_html(recipe.description)) +
         "<div class=\"hero\">" + timeline_html(run, kReportPictureBytes) + "<div>" +
         figures_html(run, log) + log_note(log) + health_html(log) + "</div></div>\n" +
         curves_html(log) + metrics_table(run.folder() / "metrics.jsonl") + networks_html(recipe) +
         "<h2>Recipe</h2><details class=\"card\"><summary>Every key with its value</summary><pre>" +
         escape_html(recipe_toml(recipe)) + "</pre></details>\n" +
         fmt::format("<footer>{} · Belamy {}</footer></main><script>{}</script></body></html>\n",
                     escape_html(run.folder().string()), kVersion, kReportScript);
}

}  // namespace belamy
