#include "belamy/core/file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdio>
#include <fstream>
#include <thread>

#include "belamy/core/replaced_folder.h"
#include "tests/support/errors.h"
#include "tests/support/temporary_folder.h"

namespace belamy {
namespace {

namespace fs = std::filesystem;
using testing::expect_error;
using testing::TemporaryFolder;

void write_plainly(const fs::path& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) {
    names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

TEST(ReadBytes, gives_the_whole_file_also_beyond_its_chunk_size) {
  const TemporaryFolder folder;
  std::string text((1 << 20) + 17, 'x');
  text[5] = '\0';
  write_plainly(folder / "a", text);
  EXPECT_EQ(read_text(folder / "a", 1 << 22), text);
  EXPECT_EQ(read_bytes(folder / "a", text.size()).size(), text.size())
      << "the limit itself is fine";
  write_plainly(folder / "empty", "");
  EXPECT_TRUE(read_bytes(folder / "empty", 0).empty());
}

TEST(ReadBytes, a_missing_file_a_folder_and_a_file_too_large_are_refused_by_name) {
  const TemporaryFolder folder;
  expect_error(ErrorKind::kIo, {"cannot open", "missing", "No such file"},
               [&] { read_bytes(folder / "missing", 10); });
  expect_error(ErrorKind::kIo, {"cannot read", "Is a directory"},
               [&] { read_bytes(folder.path(), 10); });
  write_plainly(folder / "large", "12345");
  expect_error(ErrorKind::kIo, {"large", "larger than the 4 bytes"},
               [&] { read_bytes(folder / "large", 4); });
}

TEST(ReadBytes, a_file_without_end_is_cut_off_at_the_limit) {
  expect_error(ErrorKind::kIo, {"/dev/zero", "larger than"}, [] { read_bytes("/dev/zero", 1000); });
}

TEST(MakeFolder, makes_parents_and_is_content_with_what_exists) {
  const TemporaryFolder folder;
  make_folder(folder / "a/b/c");
  make_folder(folder / "a/b/c");
  EXPECT_TRUE(fs::is_directory(folder / "a/b/c"));
}

TEST(MakeFolder, a_file_in_the_way_is_named_with_the_reason) {
  const TemporaryFolder folder;
  write_plainly(folder / "file", "x");
  expect_error(ErrorKind::kIo, {"cannot create folder", "file", "Not a directory"},
               [&] { make_folder(folder / "file"); });
  expect_error(ErrorKind::kIo, {"file/below", "Not a directory"},
               [&] { make_folder(folder / "file/below"); });
}

TEST(AtomicFile, a_link_is_replaced_and_what_it_points_to_stays) {
  const TemporaryFolder folder, elsewhere;
  write_plainly(elsewhere / "precious", "precious");
  fs::create_symlink(elsewhere / "precious", folder / "target");
  write_file_atomically(folder / "target", std::string_view("new"));
  EXPECT_EQ(read_text(folder / "target", 10), "new");
  EXPECT_FALSE(fs::is_symlink(folder / "target"));
  EXPECT_EQ(read_text(elsewhere / "precious", 10), "precious");
}

TEST(AtomicFile, links_under_the_name_that_is_written_aside_are_not_written_through) {
  const TemporaryFolder folder, elsewhere;
  for (const bool is_symbolic : {true, false}) {
    write_plainly(elsewhere / "precious", "precious");
    const fs::path partial = folder / ".target.partial";
    if (is_symbolic) {
      fs::create_symlink(elsewhere / "precious", partial);
    } else {
      fs::create_hard_link(elsewhere / "precious", partial);
    }
    write_file_atomically(folder / "target", std::string_view("new"));
    EXPECT_EQ(read_text(elsewhere / "precious", 10), "precious");
    EXPECT_EQ(names_in(folder.path()), (std::vector<std::string>{"target"}));
  }
}

TEST(AppendFile, a_link_is_refused_with_what_to_do) {
  const TemporaryFolder folder, elsewhere;
  write_plainly(elsewhere / "precious", "precious");
  fs::create_symlink(elsewhere / "precious", folder / "log.jsonl");
  expect_error(ErrorKind::kIo, {"log.jsonl", "it is a link", "remove it"},
               [&] { AppendFile(folder / "log.jsonl").append("line"); });
  EXPECT_EQ(read_text(elsewhere / "precious", 10), "precious");
}

TEST(AtomicFile, shows_nothing_before_commit_and_everything_after) {
  const TemporaryFolder folder;
  write_plainly(folder / "target", "old");
  {
    AtomicFile file(folder / "target");
    file.write("new ");
    file.write("content");
    EXPECT_EQ(read_text(folder / "target", 100), "old");
    file.commit();
    EXPECT_EQ(read_text(folder / "target", 100), "new content");
  }
  EXPECT_EQ(names_in(folder.path()), std::vector<std::string>{"target"});
}

TEST(AtomicFile, without_commit_nothing_is_left_and_the_old_file_stays) {
  const TemporaryFolder folder;
  write_plainly(folder / "target", "old");
  { AtomicFile(folder / "target").write("half"); }
  EXPECT_EQ(names_in(folder.path()), std::vector<std::string>{"target"});
  EXPECT_EQ(read_text(folder / "target", 100), "old");
}

TEST(AtomicFile, what_a_killed_process_left_is_overwritten) {
  const TemporaryFolder folder;
  write_plainly(folder / ".target.partial", "longer than what comes now");
  write_file_atomically(folder / "target", std::string_view("short"));
  EXPECT_EQ(read_text(folder / "target", 100), "short");
  EXPECT_EQ(names_in(folder.path()), std::vector<std::string>{"target"});
}

TEST(AtomicFile, a_missing_folder_or_a_folder_in_the_way_is_refused_and_nothing_left) {
  const TemporaryFolder folder;
  expect_error(ErrorKind::kIo, {"cannot write", "missing/target", "No such file"},
               [&] { write_file_atomically(folder / "missing/target", std::string_view("x")); });
  make_folder(folder / "taken/inside");
  expect_error(ErrorKind::kIo, {"cannot write", "taken"},
               [&] { write_file_atomically(folder / "taken", std::string_view("x")); });
  EXPECT_EQ(names_in(folder.path()), std::vector<std::string>{"taken"});
}

TEST(AtomicFile, a_full_disk_is_an_error_with_advice) {
  // Where the system has /dev/full, every write to it fails as on a full disk.
  if (!fs::exists("/dev/full")) GTEST_SKIP() << "no /dev/full here";
  LineFile full("/dev/full");
  expect_error(ErrorKind::kIo, {"/dev/full", "No space left", "free some space"},
               [&] { full.append("line"); });
}

TEST(AtomicFolder, appears_whole_on_commit_and_replaces_what_was_there) {
  const TemporaryFolder folder;
  make_folder(folder / "target");
  write_plainly(folder / "target/old", "old");
  AtomicFolder aside(folder / "target");
  write_plainly(aside.path() / "new", "new");
  EXPECT_EQ(names_in(folder / "target"), std::vector<std::string>{"old"});
  aside.commit();
  EXPECT_EQ(names_in(folder / "target"), std::vector<std::string>{"new"});
  EXPECT_EQ(names_in(folder.path()), std::vector<std::string>{"target"});
}

// A reader that looks all the while finds one of the two folders, each with its file.
TEST(AtomicFolder, is_there_at_every_moment_while_it_is_replaced) {
  const TemporaryFolder folder;
  const auto replace = [&] {
    AtomicFolder aside(folder / "target");
    write_plainly(aside.path() / "file", "whole");
    aside.commit();
  };
  replace();
  std::atomic<bool> over{false};
  std::atomic<int> looks{0}, missing{0};
  std::thread reader([&] {
    for (; !over; ++looks) missing += ::access((folder / "target").c_str(), F_OK) == 0 ? 0 : 1;
  });
  for (int time = 0; time < 300 || looks < 1000; ++time) replace();
  over = true;
  reader.join();
  EXPECT_EQ(missing, 0) << "of " << looks;
  EXPECT_EQ(names_in(folder.path()), std::vector<std::string>{"target"});
}

// Lets renameat2 fail in this process as on a file system that cannot exchange names.
bool forbid_exchange() {
  sock_filter rules[] = {BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
                         BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_renameat2, 0, 1),
                         BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EINVAL),
                         BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
  const sock_fprog program{std::size(rules), rules};
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

TEST(AtomicFolder, is_replaced_where_names_cannot_be_exchanged) {
  const TemporaryFolder folder;
  make_folder(folder / "target");
  write_plainly(folder / "target/old", "old");
  constexpr int kForbidden = 3;
  const pid_t child = ::fork();
  if (child == 0) {
    if (!forbid_exchange()) ::_exit(kForbidden);
    AtomicFolder aside(folder / "target");
    write_plainly(aside.path() / "new", "new");
    aside.commit();
    const bool is_refused = ::renameat2(AT_FDCWD, folder.path().c_str(), AT_FDCWD,
                                        folder.path().c_str(), RENAME_EXCHANGE) != 0;
    ::_exit(is_refused ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  if (WIFEXITED(status) && WEXITSTATUS(status) == kForbidden) GTEST_SKIP() << "no seccomp here";
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
  EXPECT_EQ(names_in(folder / "target"), std::vector<std::string>{"new"});
  EXPECT_EQ(names_in(folder.path()), std::vector<std::string>{"target"});
}

TEST(AtomicFolder, set_aside_by_a_commit_that_was_killed_is_put_back_unless_replaced) {
  const TemporaryFolder folder;
  for (const char* name : {".lost.replaced", ".kept.replaced", "kept"}) make_folder(folder / name);
  write_plainly(folder / ".lost.replaced/file", "whole");
  put_back_replaced_folders(folder.path());
  EXPECT_EQ(names_in(folder.path()), (std::vector<std::string>{".kept.replaced", "kept", "lost"}));
  EXPECT_EQ(read_text(folder / "lost/file", 10), "whole");
}

TEST(AtomicFolder, without_commit_nothing_is_left) {
  const TemporaryFolder folder;
  {
    AtomicFolder aside(folder / "target");
    write_plainly(aside.path() / "half", "half");
  }
  EXPECT_TRUE(names_in(folder.path()).empty());
}

TEST(AtomicFolder, what_a_killed_process_left_does_not_get_in) {
  const TemporaryFolder folder;
  make_folder(folder / ".target.partial");
  write_plainly(folder / ".target.partial/stale", "stale");
  AtomicFolder aside(folder / "target");
  aside.commit();
  EXPECT_TRUE(names_in(folder / "target").empty());
}

TEST(AtomicFolder, a_parent_that_was_removed_does_not_come_back) {
  const TemporaryFolder folder;
  expect_error(ErrorKind::kIo, {"cannot create folder", "gone", "No such file"},
               [&] { AtomicFolder aside(folder / "gone/target"); });
  EXPECT_FALSE(fs::exists(folder / "gone"));
}

TEST(ReadBytes, a_file_said_to_be_too_large_is_refused_unread) {
  const TemporaryFolder folder;
  write_plainly(folder / "sparse", "x");
  fs::resize_file(folder / "sparse", uint64_t{1} << 40);  // more than memory; takes no disk
  expect_error(ErrorKind::kIo, {"sparse", "larger than memory"},
               [&] { read_bytes(folder / "sparse", uint64_t{1} << 50); });
}

TEST(AppendFile, grows_by_records_and_can_be_cut) {
  const TemporaryFolder folder;
  write_plainly(folder / "a", "one");
  AppendFile file(folder / "a");
  file.append("two");
  EXPECT_EQ(file.size(), 6u);
  file.truncate(4);
  file.append("end");
  EXPECT_EQ(read_text(folder / "a", 100), "onetend");
}

TEST(AppendFile, a_record_that_does_not_fit_is_taken_back) {
  const TemporaryFolder folder;
  AppendFile file(folder / "a");
  file.append("whole");
  // A limit on files' sizes cuts a write short, then refuses the rest, as a full disk does.
  const auto ignored = std::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  const rlimit limit{100, before.rlim_max};
  setrlimit(RLIMIT_FSIZE, &limit);
  const std::string message =
      testing::error_of(ErrorKind::kIo, [&] { file.append(std::string(1000, 'x')); });
  setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, ignored);
  EXPECT_NE(message.find("free some space"), std::string::npos) << message;
  EXPECT_EQ(read_text(folder / "a", 2000), "whole");
}

TEST(LineFile, grows_by_whole_lines_and_keeps_what_was_there) {
  const TemporaryFolder folder;
  { LineFile(folder / "log").append("one"); }
  LineFile file(folder / "log");
  file.append("two");
  EXPECT_EQ(read_text(folder / "log", 100), "one\ntwo\n") << "visible at once, without closing";
}

}  // namespace
}  // namespace belamy
