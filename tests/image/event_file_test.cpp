#include "belamy/image/event_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <filesystem>
#include <fstream>

#include "belamy/image/png.h"
#include "tests/image/event_records.h"
#include "tests/support/errors.h"
#include "tests/support/temporary_folder.h"

namespace belamy {
namespace {

using ::testing::ElementsAre;
using testing::expect_error;
using testing::Message;
using testing::messages_in;
using testing::TemporaryFolder;

const std::vector<TaggedScalar> kLosses = {{"losses/generator", 0.75},
                                           {"losses/discriminator", 1.5}};

std::vector<uint64_t> steps_in(const std::filesystem::path& path) {
  std::vector<uint64_t> steps;
  for (const std::string& bytes : messages_in(path)) {
    const Message message(bytes);
    if (message.numbers.count(2) != 0) steps.push_back(message.numbers.at(2)[0]);
  }
  return steps;
}

void add_steps(EventFile& file, int64_t first, int64_t last) {
  for (int64_t step = first; step <= last; ++step) file.add_scalars(step, kLosses);
}

void append_plainly(const std::filesystem::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::app) << bytes;
}

TEST(TfRecord, frames_a_message_as_the_format_says) {
  // CRC-32C of 9, 0, 0, 0, 0, 0, 0, 0 and of the digits, 0xe3069283, each masked by hand.
  const std::string record = tfrecord("123456789");
  ASSERT_EQ(record.size(), 8u + 4 + 9 + 4);
  EXPECT_EQ(testing::number_at(record, 0, 8), 9u);
  EXPECT_EQ(record.substr(12, 9), "123456789");
  EXPECT_EQ(testing::number_at(record, 21, 4), 0xc78ab0e5u);
}

TEST(EventFile, starts_with_the_version_that_tensorboard_expects) {
  const TemporaryFolder folder;
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  { const EventFile file(folder / "run"); }
  const auto messages = messages_in(folder / "run/events.out.tfevents.belamy");
  ASSERT_EQ(messages.size(), 1u);
  const Message version(messages[0]);
  EXPECT_THAT(version.texts.at(3), ElementsAre("brain.Event:2"));
  EXPECT_NEAR(version.as_double(1), std::chrono::duration<double>(now).count(), 3600);
}

TEST(EventFile, holds_scalars_with_their_tags_and_step) {
  const TemporaryFolder folder;
  EventFile file(folder.path());
  file.add_scalars(70'000'000'000, kLosses);
  const auto messages = messages_in(folder / kEventFileName);  // while the file is still open
  ASSERT_EQ(messages.size(), 2u);
  const Message event(messages[1]);
  EXPECT_EQ(event.numbers.at(2)[0], 70'000'000'000u);
  EXPECT_GT(event.as_double(1), 1.6e9);
  const Message summary(event.texts.at(5).at(0));
  ASSERT_EQ(summary.texts.at(1).size(), 2u);
  const Message first(summary.texts.at(1)[0]), second(summary.texts.at(1)[1]);
  EXPECT_EQ(first.texts.at(1)[0], "losses/generator");
  EXPECT_EQ(first.as_float(2), 0.75f);
  EXPECT_EQ(second.texts.at(1)[0], "losses/discriminator");
  EXPECT_EQ(second.as_float(2), 1.5f);
}

TEST(EventFile, keeps_a_number_that_is_none) {
  const TemporaryFolder folder;
  EventFile file(folder.path());
  file.add_scalars(1, std::vector<TaggedScalar>{{"loss", std::nan("")}});
  const Message event(messages_in(folder / kEventFileName).at(1));
  const Message value(Message(event.texts.at(5)[0]).texts.at(1)[0]);
  EXPECT_TRUE(std::isnan(value.as_float(2)));
}

TEST(EventFile, holds_a_picture_as_png_with_its_size) {
  const TemporaryFolder folder;
  EventFile file(folder.path());
  Image image = blank_image(200, 3, 3, 9);  // a height that takes two bytes
  image.pixels[5] = 200;
  file.add_image(300, "samples", image);
  const Message event(messages_in(folder / kEventFileName).at(1));
  EXPECT_EQ(event.numbers.at(2)[0], 300u);
  const Message value(Message(event.texts.at(5)[0]).texts.at(1)[0]);
  EXPECT_EQ(value.texts.at(1)[0], "samples");
  const Message picture(value.texts.at(4)[0]);
  EXPECT_THAT(picture.numbers.at(1), ElementsAre(200));
  EXPECT_THAT(picture.numbers.at(2), ElementsAre(3));
  EXPECT_THAT(picture.numbers.at(3), ElementsAre(3));
  const std::string& png = picture.texts.at(4)[0];
  EXPECT_EQ(decode_png(std::vector<uint8_t>(png.begin(), png.end()), "event"), image);
}

TEST(EventFile, no_scalars_are_no_event) {
  const TemporaryFolder folder;
  EventFile file(folder.path());
  file.add_scalars(1, {});
  EXPECT_EQ(messages_in(folder / kEventFileName).size(), 1u);
}

TEST(EventFile, goes_on_after_what_is_there) {
  const TemporaryFolder folder;
  {
    EventFile file(folder.path());
    add_steps(file, 1, 2);
  }
  EventFile file(folder.path());
  add_steps(file, 3, 3);
  EXPECT_EQ(messages_in(folder / kEventFileName).size(), 4u) << "one version, three steps";
  EXPECT_THAT(steps_in(folder / kEventFileName), ElementsAre(1, 2, 3));
}

TEST(EventFile, a_resume_drops_what_came_after_its_step) {
  const TemporaryFolder folder;
  {
    EventFile file(folder.path());
    add_steps(file, 0, 5);
    file.add_image(5, "samples", blank_image(2, 2, 1));
  }
  EventFile file(folder.path(), 3);
  EXPECT_THAT(steps_in(folder / kEventFileName), ElementsAre(0, 1, 2, 3));
  add_steps(file, 4, 4);
  EXPECT_THAT(steps_in(folder / kEventFileName), ElementsAre(0, 1, 2, 3, 4));
}

TEST(EventFile, an_event_cut_short_anywhere_by_a_kill_is_dropped) {
  const TemporaryFolder folder;
  {
    EventFile file(folder.path());
    add_steps(file, 1, 1);
  }
  const auto path = folder / kEventFileName;
  const std::string whole = read_text(path, 1 << 20);
  for (size_t size = 0; size < whole.size(); ++size) {
    std::ofstream(path, std::ios::binary) << whole.substr(0, size);
    EventFile file(folder.path());
    add_steps(file, 2, 2);
    EXPECT_THAT(steps_in(path), ElementsAre(2)) << "cut to " << size << " bytes";
    EXPECT_EQ(messages_in(path).size(), 2u);
  }
}

TEST(EventFile, what_lies_behind_damage_is_dropped) {
  const TemporaryFolder folder;
  const auto path = folder / kEventFileName;
  {
    EventFile file(folder.path());
    add_steps(file, 1, 1);
  }
  std::string damaged = tfrecord(encode_scalars_event({2, 0}, kLosses));
  damaged[20] ^= 1;
  append_plainly(path, damaged + tfrecord(encode_scalars_event({3, 0}, kLosses)));
  const EventFile file(folder.path());
  EXPECT_THAT(steps_in(path), ElementsAre(1));
}

// With its checksum right.
std::string record_header(const std::string& length) {
  const uint32_t sum = testing::mask(testing::bitwise_crc32c(length));
  std::string header = length;
  for (int i = 0; i < 4; ++i) header.push_back(static_cast<char>(sum >> (8 * i)));
  return header;
}

TEST(EventFile, a_record_that_claims_to_be_huge_is_damage_too) {
  const TemporaryFolder folder;
  {
    EventFile file(folder.path());
    add_steps(file, 1, 1);
  }
  std::string record = tfrecord("");
  const std::string length(8, '\x7f');
  append_plainly(folder / kEventFileName, record_header(length) + record);
  const EventFile file(folder.path());
  EXPECT_THAT(steps_in(folder / kEventFileName), ElementsAre(1));
}

// A hole in a file takes no room on disk.
TEST(EventFile, a_record_larger_than_any_of_its_own_is_not_read) {
  const TemporaryFolder folder;
  const auto path = folder / kEventFileName;
  {
    EventFile file(folder.path());
    add_steps(file, 1, 1);
  }
  const std::string length("\0\0\0\0\1\0\0\0", 8);  // 4 GiB
  append_plainly(path, record_header(length));
  const auto kept = std::filesystem::file_size(path) - 12;
  std::filesystem::resize_file(path, kept + (uint64_t{5} << 30));
  const EventFile file(folder.path());
  EXPECT_EQ(std::filesystem::file_size(path), kept);
}

TEST(EventFile, a_file_that_is_something_else_is_refused_and_left_alone) {
  const TemporaryFolder folder;
  const std::string text(500, 'x');
  append_plainly(folder / kEventFileName, text);
  expect_error(ErrorKind::kData, {kEventFileName, "500 bytes", "move it away"},
               [&] { EventFile file(folder.path()); });
  EXPECT_EQ(read_text(folder / kEventFileName, 1000), text);
}

TEST(EventMessage, the_step_of_a_strangers_event_is_found_behind_fields_of_every_kind) {
  const std::string stranger = std::string("\x18\x96\x01", 3) + std::string("\x25\1\2\3\4", 5) +
                               std::string("\x31\1\2\3\4\5\6\7\0", 9) +
                               std::string("\x3a\2\x10\x63", 4) + std::string("\x10\xac\x02", 3);
  EXPECT_EQ(read_event_step(stranger), 300);
  EXPECT_EQ(read_event_step(""), 0);
  EXPECT_EQ(read_event_step("\x10"), std::nullopt) << "a step without a value";
  EXPECT_EQ(read_event_step("\x3a\x7f"), std::nullopt) << "a text longer than the message";
  EXPECT_EQ(read_event_step("\x13"), std::nullopt) << "a kind that does not exist";
  EXPECT_EQ(read_event_step(std::string(12, '\xff')), std::nullopt) << "a number without end";
  const std::string negative = encode_scalars_event({-5, 0}, kLosses);
  EXPECT_EQ(read_event_step(negative), -5);
}

}  // namespace
}  // namespace belamy
