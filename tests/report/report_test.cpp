#include "belamy/report/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "belamy/core/file.h"
#include "belamy/core/rng.h"
#include "belamy/image/png.h"
#include "belamy/report/timeline.h"
#include "belamy/train/training.h"
#include "tests/support/temporary_folder.h"

namespace belamy {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using testing::TemporaryFolder;
namespace fs = std::filesystem;

belamy::Run trained_ring(const fs::path& folder, const std::vector<std::string>& more = {}) {
  std::vector<std::string> all = {"train.steps=8",         "train.batch_size=16",
                                  "train.log_every=2",     "train.sample_every=4",
                                  "train.sample_count=20", "train.precision=fp32",
                                  "train.pictures=false",  "train.health_every=4"};
  all.insert(all.end(), more.begin(), more.end());
  train(load_recipe("ring", all), folder);
  return belamy::Run::open(folder);
}

size_t count_of(const std::string& text, const std::string& part) {
  size_t count = 0;
  for (size_t at = 0; (at = text.find(part, at)) != std::string::npos; ++at) ++count;
  return count;
}

TEST(Report, holds_everything_of_a_run_and_nothing_from_elsewhere) {
  const TemporaryFolder folder;
  const auto run = trained_ring(folder / "run");
  write_file_atomically(
      run.folder() / "metrics.jsonl",
      std::string_view("{\"metric\":\"fid\",\"value\":30,\"ci\":[29,31],\"step\":4}\n"
                       "{\"metric\":\"fid\",\"value\":12.5,\"ci\":[12,13],"
                       "\"step\":8}\n"));
  const std::string page = report_html(run);
  for (const char* part :
       {"<h1>ring</h1>", "Nothing wrong in 2 checks", "Losses", "Discriminator accuracy",
        "Diversity of samples", "Step time", "fid", "12 – 13", "generator", "discriminator",
        "batch_size = 16", "<td class=\"n\">17,922</td>"}) {
    EXPECT_THAT(page, HasSubstr(part));
  }
  EXPECT_THAT(page, Not(HasSubstr("<td class=\"n\">30</td>"))) << "an older value";
  EXPECT_EQ(count_of(page, "\"step\":"), 3u) << "grids of steps 0, 4 and 8";
  EXPECT_EQ(count_of(page, "http"), 0u) << "nothing is loaded";
}

TEST(Report, texts_of_the_run_are_escaped) {
  const TemporaryFolder folder;
  const auto run = trained_ring(folder / "run", {"name=<b>x", "description=\"</title><script>1\""});
  LineFile(run.log_path())
      .append("{\"step\":8,\"health\":\"<i>\",\"finding\":\"<u>\",\"advice\":\"</script>\"}");
  const std::string page = report_html(run);
  for (const char* raw : {"<b>x", "</title><script>1", "<i>", "<u>"}) {
    EXPECT_THAT(page, Not(HasSubstr(raw)));
  }
  EXPECT_THAT(page, HasSubstr("&lt;b&gt;x"));
}

TEST(Report, a_run_that_has_only_begun_has_a_page) {
  const TemporaryFolder folder;
  const auto run = belamy::Run::create(folder / "run", load_recipe("ring"));
  const std::string page = report_html(run);
  EXPECT_THAT(page, HasSubstr("log.jsonl has no numbers yet"));
  EXPECT_THAT(page, HasSubstr("No samples yet"));
  EXPECT_THAT(page, HasSubstr("of 5,000"));
}

TEST(Report, what_cannot_be_read_is_said) {
  const TemporaryFolder folder;
  const auto run = trained_ring(folder / "run");
  const std::string log = read_text(run.log_path(), 1 << 20);
  write_file_atomically(run.log_path(), "{\"step\": 1, torn\n" + log + "{\"step\":9,\"d_lo");
  write_file_atomically(run.samples_folder() / "step_0000004.png", std::string_view("no picture"));
  const std::string page = report_html(run);
  EXPECT_THAT(page, HasSubstr("1 line of log.jsonl could not be read"));
  EXPECT_THAT(page, HasSubstr("1 grid could not be read"));
  EXPECT_EQ(count_of(page, "\"step\":"), 2u);
}

TEST(Report, diagnoses_are_shown_with_their_time_and_advice) {
  const TemporaryFolder folder;
  const auto run = trained_ring(folder / "run");
  LineFile log(run.log_path());
  log.append(R"({"step":8,"health":"mode_collapse","finding":"all alike","advice":"patience"})");
  log.append(R"({"step":1200,"health":"mode_collapse","over":true})");
  const std::string page = report_html(run);
  for (const char* part :
       {"1 finding<", "mode collapse", "steps 8 to 1,200", "all alike", "Try patience."}) {
    EXPECT_THAT(page, HasSubstr(part));
  }
}

TEST(Report, of_too_many_pictures_evenly_spaced_ones_are_taken) {
  const TemporaryFolder folder;
  const auto run = belamy::Run::create(folder / "run", load_recipe("ring"));
  for (int i = 0; i <= 40; ++i) {
    write_png(run.samples_folder() / (step_name(i * 10) + ".png"), blank_image(20, 20, 1, 7));
  }
  const uint64_t size = fs::file_size(run.samples_folder() / "step_0000010.png");
  const std::string html = timeline_html(run, 10 * size);
  EXPECT_THAT(html, HasSubstr("of 41 grids"));
  EXPECT_LE(count_of(html, "\"step\":"), 10u);
  EXPECT_GE(count_of(html, "\"step\":"), 6u);
  EXPECT_THAT(html, HasSubstr("\"step\":0,"));
  EXPECT_THAT(html, HasSubstr("\"step\":400,"));
}

TEST(Report, a_damaged_log_or_metrics_file_still_gives_a_page) {
  const TemporaryFolder folder;
  const auto run = trained_ring(folder / "run", {"train.sample_every=0"});
  const std::string log = read_text(run.log_path(), 1 << 20) +
                          "{\"step\":8,\"health\":\"explosion\",\"finding\":\"f\"}\n"
                          "{\"step\":9,\"health\":\"explosion\",\"over\":true}\n";
  const std::string metrics = "{\"metric\":\"fid\",\"value\":12.5,\"ci\":[12,13],\"step\":8}\n";
  RandomStream random(1, "damage");
  const auto damaged = [&](std::string text) {
    for (uint64_t i = 1 + random.below(4); i > 0; --i) {
      const size_t at = random.below(text.size());
      if (random.below(4) == 0) {
        text.erase(at, 1 + random.below(20));
      } else {
        text[at] = static_cast<char>(random.below(256));
      }
    }
    return text;
  };
  for (int i = 0; i < 100; ++i) {
    write_file_atomically(run.log_path(), std::string_view(damaged(log)));
    write_file_atomically(run.folder() / "metrics.jsonl", std::string_view(damaged(metrics)));
    EXPECT_THAT(report_html(run), HasSubstr("</html>"));
  }
}

}  // namespace
}  // namespace belamy
