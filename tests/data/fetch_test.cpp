#include "belamy/data/fetch.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "belamy/core/file.h"
#include "belamy/data/sha256.h"
#include "tests/data/byte_files.h"
#include "tests/support/errors.h"
#include "tests/support/scoped_variable.h"
#include "tests/support/temporary_folder.h"

namespace belamy {
namespace {

namespace fs = std::filesystem;
using testing::Bytes;
using testing::expect_error;
using testing::TemporaryFolder;

const Bytes kImages = testing::idx_bytes({2, 2, 2}, testing::counting_bytes(8));
const Bytes kLabels = testing::idx_bytes({2}, {0, 1});

CatalogEntry tiny_entry() {
  CatalogEntry entry;
  entry.name = "tiny";
  entry.files = {{"images", kImages.size(), sha256_hex(kImages)},
                 {"labels", kLabels.size(), sha256_hex(kLabels)}};
  return entry;
}

void put(const fs::path& path, const Bytes& bytes) {
  write_file_atomically(path, std::span<const uint8_t>(bytes));
}

Source good_source(std::atomic<int>* calls = nullptr) {
  return {"good", [calls](const CatalogEntry&, const fs::path& folder) {
            if (calls != nullptr) ++*calls;
            put(folder / "images.gz", testing::gzip_bytes(kImages));
            put(folder / "labels", kLabels);
          }};
}

Source failing_source(const std::string& label) {
  return {label, [](const CatalogEntry&, const fs::path&) {
            fail(ErrorKind::kDownload, "no route to host");
          }};
}

// Delivers the right labels and other images of the same size.
Source forged_source() {
  return {"forged", [](const CatalogEntry&, const fs::path& folder) {
            Bytes images = kImages;
            images.at(20) ^= 1;
            put(folder / "images", images);
            put(folder / "labels", kLabels);
          }};
}

std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) {
    names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

fs::path fetch_tiny(const std::vector<Source>& sources, const fs::path& cache) {
  return fetch_from(sources, tiny_entry(), cache);
}

TEST(Fetch, files_arrive_unpacked_and_nothing_else_stays) {
  const TemporaryFolder cache;
  const fs::path folder = fetch_tiny({good_source()}, cache.path());
  EXPECT_EQ(folder, cache / "tiny");
  EXPECT_EQ(read_bytes(folder / "images", 100), kImages);
  EXPECT_EQ(read_bytes(folder / "labels", 100), kLabels);
  EXPECT_EQ(names_in(folder), (std::vector<std::string>{"images", "labels"}));
  EXPECT_EQ(names_in(cache.path()), (std::vector<std::string>{".tiny.lock", "tiny"}));
}

TEST(Fetch, what_is_there_is_never_fetched_again) {
  const TemporaryFolder cache;
  std::atomic<int> calls = 0;
  fetch_tiny({good_source(&calls)}, cache.path());
  fetch_tiny({good_source(&calls)}, cache.path());
  EXPECT_EQ(calls, 1);
}

TEST(Fetch, a_file_that_went_missing_or_was_cut_is_fetched_again) {
  const TemporaryFolder cache;
  const fs::path folder = fetch_tiny({good_source()}, cache.path());
  fs::remove(folder / "labels");
  fetch_tiny({good_source()}, cache.path());
  EXPECT_EQ(read_bytes(folder / "labels", 100), kLabels);
  fs::resize_file(folder / "images", 5);
  fetch_tiny({good_source()}, cache.path());
  EXPECT_EQ(read_bytes(folder / "images", 100), kImages);
}

TEST(Fetch, the_next_source_is_tried_when_one_fails_or_lies) {
  const TemporaryFolder cache;
  std::vector<std::string> lines;
  const std::vector<Source> sources = {failing_source("broken"), forged_source(), good_source()};
  const fs::path folder = fetch_from(sources, tiny_entry(), cache.path(),
                                     [&](const std::string& line) { lines.push_back(line); });
  EXPECT_EQ(read_bytes(folder / "images", 100), kImages);
  ASSERT_EQ(lines.size(), 4u);
  EXPECT_EQ(lines[0], "tiny: trying broken");
  EXPECT_EQ(lines[2], "tiny: trying good");
}

TEST(Fetch, a_failure_names_every_source_and_reason_and_leaves_nothing) {
  const TemporaryFolder cache;
  expect_error(ErrorKind::kDownload,
               {"tiny could not be fetched", "first", "no route to host", "forged", "SHA-256",
                tiny_entry().files[0].sha256, "data.path"},
               [&] {
                 fetch_tiny({failing_source("first"), forged_source()}, cache.path());
               });
  EXPECT_EQ(names_in(cache.path()), (std::vector<std::string>{".tiny.lock"}));
}

TEST(Fetch, a_source_that_forgets_a_file_or_sends_a_bomb_is_refused) {
  const Source forgetful = {"forgetful", [](const CatalogEntry&, const fs::path& folder) {
                              put(folder / "images", kImages);
                            }};
  const Source bomb = {"bomb", [](const CatalogEntry&, const fs::path& folder) {
                         put(folder / "images.gz", testing::gzip_bytes(Bytes(100'000)));
                         put(folder / "labels", kLabels);
                       }};
  const TemporaryFolder cache;
  expect_error(ErrorKind::kDownload, {"forgetful", "labels", "bomb", "more than"}, [&] {
    fetch_tiny({forgetful, bomb}, cache.path());
  });
  EXPECT_FALSE(fs::exists(cache / "tiny"));
}

TEST(Fetch, leftovers_of_a_killed_fetch_are_cleared) {
  const TemporaryFolder cache;
  for (const char* leftover : {".tiny.scratch", ".tiny.partial"}) {
    fs::create_directories(cache / leftover);
    put(cache.path() / leftover / "images", {1, 2, 3});
  }
  const fs::path folder = fetch_tiny({good_source()}, cache.path());
  EXPECT_EQ(names_in(folder), (std::vector<std::string>{"images", "labels"}));
  EXPECT_EQ(names_in(cache.path()), (std::vector<std::string>{".tiny.lock", "tiny"}));
}

TEST(Fetch, eight_at_once_fetch_only_once) {
  const TemporaryFolder cache;
  std::atomic<int> calls = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] { fetch_tiny({good_source(&calls)}, cache.path()); });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(read_bytes(cache.path() / "tiny" / "images", 100), kImages);
}

TEST(Fetch, a_cache_that_cannot_be_made_is_an_io_error) {
  const TemporaryFolder folder;
  put(folder / "file", {1});
  expect_error(ErrorKind::kIo, {"file"}, [&] { fetch_tiny({good_source()}, folder / "file"); });
}

TEST(Fetch, mixtures_count_as_fetched_and_unknown_names_are_refused) {
  const TemporaryFolder cache;
  const testing::ScopedVariable variable("BELAMY_DATA", cache.path().string());
  EXPECT_TRUE(is_fetched("ring"));
  EXPECT_FALSE(is_fetched("mnist"));
  expect_error(ErrorKind::kUsage, {"'mnits'"}, [] { fetch("mnits"); });
}

}  // namespace
}  // namespace belamy
