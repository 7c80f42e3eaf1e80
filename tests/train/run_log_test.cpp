#include "belamy/train/run_log.h"

#include "belamy/core/file.h"
#include "belamy/train/json_lines.h"
#include "tests/support/errors.h"
#include "tests/support/temporary_folder.h"

namespace belamy {
namespace {

using testing::TemporaryFolder;

RunLog log_of(const std::string& text) {
  const TemporaryFolder folder;
  write_file_atomically(folder / "log.jsonl", std::string_view(text));
  return read_run_log(folder / "log.jsonl");
}

size_t cells(const RunLog& log) {
  size_t count = 0;
  for (const auto& [name, column] : log.values) count += column.size();
  return count;
}

TEST(RunLog, broken_lines_are_counted_but_one_that_is_being_written) {
  const RunLog log = log_of("{\"step\":1,\"a\":2}\nnot json\n\n{\"a\":3}\n{\"step\":2,\"a\"");
  EXPECT_EQ(log.steps, std::vector<double>{1});
  EXPECT_EQ(log.damaged_lines, 3);
  EXPECT_EQ(log_of("{\"step\":1}").steps.size(), 1u) << "whole, but for the end of its line";
}

TEST(RunLog, a_line_of_more_than_a_mebibyte_is_passed_over) {
  const auto line = [](size_t length) {
    const std::string begin = "{\"step\":1,\"a\":\"";
    return begin + std::string(length - begin.size() - 2, 'x') + "\"}\n";
  };
  EXPECT_EQ(log_of(line(kLongestJsonLine)).damaged_lines, 0);
  const RunLog log = log_of(line(kLongestJsonLine + 1) + "{\"step\":2}\n");
  EXPECT_EQ(log.damaged_lines, 1);
  EXPECT_EQ(log.steps, std::vector<double>{2});
}

// Short lines after one with all names would each take 8 KiB.
TEST(RunLog, many_steps_of_many_columns_are_bounded_together) {
  std::string text = "{\"step\":0";
  for (int i = 0; i < 1100; ++i) text += fmt::format(",\"n{}\":1", i);
  text += "}\n";
  constexpr int kSteps = 40'000;
  for (int step = 1; step < kSteps; ++step) text += fmt::format("{{\"step\":{}}}\n", step);
  const RunLog log = log_of(text);
  EXPECT_EQ(log.values.size(), 1024u);
  EXPECT_EQ(log.steps.size(), 32768u);
  EXPECT_EQ(cells(log), size_t{1} << 25);
  EXPECT_EQ(log.damaged_lines, 1 + kSteps - 32768);
}

TEST(RunLog, no_more_notes_are_kept_than_any_training_writes) {
  std::string text;
  for (int i = 0; i < 5000; ++i) text += "{\"step\":1,\"health\":\"a\"}\n";
  const RunLog log = log_of(text + "{\"step\":2,\"health\":\"a\",\"over\":true}\n");
  EXPECT_EQ(log.notes.size(), 4096u);
  EXPECT_EQ(log.notes.back().over_at, 2);
  EXPECT_EQ(log.damaged_lines, 5000 - 4096);
}

TEST(RunLog, a_file_larger_than_any_training_writes_is_refused_unread) {
  const TemporaryFolder folder;
  const auto path = folder / "log.jsonl";
  write_file_atomically(path, std::string_view(""));
  std::filesystem::resize_file(path, kLargestJsonLines + 1);  // a hole: takes no room
  testing::expect_error(ErrorKind::kIo, {path.string(), "larger than"},
                        [&] { read_run_log(path); });
  testing::expect_error(ErrorKind::kIo, {path.string(), "larger than"},
                        [&] { drop_lines_after(path, 1); });
}

// A year of steps, each with a line, must not keep a run from being resumed.
TEST(RunLog, a_file_of_hundreds_of_mebibytes_is_read_and_cut) {
  const TemporaryFolder folder;
  const auto path = folder / "log.jsonl";
  LineFile(path).append("{\"step\":1}");
  std::filesystem::resize_file(path, uint64_t{300} << 20);  // a hole: takes no room
  LineFile(path).append("\n{\"step\":2}\n{\"step\":3}");
  const RunLog log = read_run_log(path);
  EXPECT_EQ(log.steps, (std::vector<double>{1, 2, 3}));
  EXPECT_EQ(log.damaged_lines, 1);
  drop_lines_after(path, 2);
  EXPECT_EQ(read_text(path, 100), "{\"step\":1}\n{\"step\":2}\n");
}

TEST(RunLog, lines_after_a_step_are_dropped_and_the_time_of_the_last_kept_is_told) {
  const TemporaryFolder folder;
  const auto path = folder / "log.jsonl";
  write_file_atomically(path, std::string_view("{\"step\":1,\"seconds\":2.5}\n{\"step\":5}\nx\n"
                                               "{\"step\":7,\"seconds\":9}\n{\"step\":5,\"se"));
  EXPECT_EQ(drop_lines_after(path, 5), 2.5);
  EXPECT_EQ(read_text(path, 1000), "{\"step\":1,\"seconds\":2.5}\n{\"step\":5}\n");
}

}  // namespace
}  // namespace belamy
