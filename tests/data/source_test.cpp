#include "belamy/data/source.h"

#include <gtest/gtest.h>

#include <fstream>

#include "belamy/core/file.h"
#include "belamy/core/subprocess.h"
#include "belamy/data/sha256.h"
#include "tests/support/errors.h"
#include "tests/support/scoped_variable.h"
#include "tests/support/temporary_folder.h"

namespace belamy {
namespace {

namespace fs = std::filesystem;
using testing::expect_error;
using testing::ScopedVariable;
using testing::TemporaryFolder;

CatalogEntry entry_of_two() {
  CatalogEntry entry;
  entry.name = "two";
  entry.files = {{"images", 1, ""}, {"labels", 1, ""}};
  return entry;
}

// A program of that name, first on the PATH, that runs `script` in place of the real one.
void put_program(const fs::path& folder, const std::string& name, const std::string& script) {
  std::ofstream(folder / name) << "#!/bin/sh\n" << script << "\n";
  fs::permissions(folder / name, fs::perms::owner_all);
}

TEST(FolderSource, files_are_copied_zipped_or_plain) {
  const TemporaryFolder origin, target;
  write_file_atomically(origin / "images.gz", "zipped");
  write_file_atomically(origin / "labels", "plain");
  folder_source(origin.path(), "").deliver(entry_of_two(), target.path());
  EXPECT_EQ(read_text(target / "images.gz", 100), "zipped");
  EXPECT_EQ(read_text(target / "labels", 100), "plain");
}

TEST(FolderSource, a_missing_folder_or_file_is_refused_with_the_hint) {
  const TemporaryFolder origin, target;
  expect_error(ErrorKind::kDownload, {"no such folder", "install it"}, [&] {
    folder_source(origin / "nowhere", "install it").deliver(entry_of_two(), target.path());
  });
  expect_error(ErrorKind::kDownload, {"images"},
               [&] { folder_source(origin.path(), "").deliver(entry_of_two(), target.path()); });
}

TEST(MirrorSource, curl_is_asked_for_each_zipped_file) {
  const TemporaryFolder programs, target;
  put_program(programs.path(), "curl", R"(for last; do :; done
case "$last" in */labels.gz) echo "got $last" > labels.gz;; *) echo "got $last" > images.gz;; esac)");
  const ScopedVariable path("PATH", programs.path().string() + ":/usr/bin:/bin");
  mirror_source("https://example.org/x/").deliver(entry_of_two(), target.path());
  EXPECT_EQ(read_text(target / "images.gz", 100), "got https://example.org/x/images.gz\n");
  EXPECT_EQ(read_text(target / "labels.gz", 100), "got https://example.org/x/labels.gz\n");
}

TEST(MirrorSource, what_curl_says_becomes_the_error) {
  const TemporaryFolder programs, target;
  put_program(programs.path(), "curl", "echo 'curl: (6) Could not resolve host' >&2; exit 6");
  const ScopedVariable path("PATH", programs.path().string());
  expect_error(ErrorKind::kDownload, {"curl ended with 6", "Could not resolve host"}, [&] {
    mirror_source("https://example.org/").deliver(entry_of_two(), target.path());
  });
}

/// An npm that hands out one archive, of two files.
class FakeNpm {
 public:
  FakeNpm() {
    fs::create_directories(folder_ / "package/data");
    write_file_atomically(folder_ / "package/data/images", "i");
    write_file_atomically(folder_ / "package/data/labels", "l");
    run_process({"tar", "-czf", "archive", "package"}, folder_.path());
    put_program(programs_.path(), "npm",
                R"([ "$1 $2" = "pack some-data@1.2.3" ] || exit 1
cp )" + (folder_ / "archive").string() +
                    " some-data-1.2.3.tgz");
  }
  std::string path() const { return programs_.path().string() + ":/usr/bin:/bin"; }
  std::string sha256() const { return sha256_hex(read_bytes(folder_ / "archive", 1 << 20)); }

 private:
  TemporaryFolder folder_, programs_;
};

TEST(NpmSource, the_package_is_unpacked_and_its_files_are_taken) {
  if (!program_exists("tar") || !program_exists("gzip")) GTEST_SKIP() << "needs tar and gzip";
  const TemporaryFolder target;
  const FakeNpm npm;
  const ScopedVariable path("PATH", npm.path());
  npm_source({"some-data@1.2.3", npm.sha256()}, "data").deliver(entry_of_two(), target.path());
  EXPECT_EQ(read_text(target / "images", 100), "i");
  EXPECT_EQ(read_text(target / "labels", 100), "l");
}

TEST(NpmSource, an_archive_that_is_not_the_known_one_is_not_even_unpacked) {
  if (!program_exists("tar") || !program_exists("gzip")) GTEST_SKIP() << "needs tar and gzip";
  const TemporaryFolder target;
  const FakeNpm npm;
  const ScopedVariable path("PATH", npm.path());
  const std::string other(64, '0');
  expect_error(ErrorKind::kDownload, {"some-data@1.2.3", other, npm.sha256()}, [&] {
    npm_source({"some-data@1.2.3", other}, "data").deliver(entry_of_two(), target.path());
  });
  EXPECT_FALSE(fs::exists(target / "package"));
}

TEST(NpmSource, npm_not_installed_is_said) {
  const TemporaryFolder empty, target;
  const ScopedVariable path("PATH", empty.path().string());
  expect_error(ErrorKind::kDownload, {"npm is not installed"}, [&] {
    npm_source({"some-data@1.2.3", ""}, "data").deliver(entry_of_two(), target.path());
  });
}

TEST(DefaultSources, every_data_set_with_files_has_some_and_mnist_more_than_one) {
  for (const CatalogEntry& entry : catalog()) {
    EXPECT_EQ(!default_sources(entry).empty(), entry.needs_files()) << entry.name;
  }
  EXPECT_GE(default_sources(find_in_catalog("mnist")).size(), 2u);
  EXPECT_GE(default_sources(find_in_catalog("fashion-mnist")).size(), 2u);
}

}  // namespace
}  // namespace belamy
