#include "belamy/core/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "belamy/core/error.h"
#include "belamy/core/memory.h"
#include "belamy/core/replaced_folder.h"

namespace belamy {
namespace fs = std::filesystem;
namespace {

const char* remedy(int code) {
  switch (code) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return "; free some space or choose another folder";
    case EACCES:
    case EPERM:
    case EROFS:
      return "; choose a folder you may write to";
    case ELOOP:
      return "; it is a link, which is not written through: remove it";
    default:
      return "";
  }
}

[[noreturn]] void fail_io(const char* action, const fs::path& path, int code) {
  fail(ErrorKind::kIo, "cannot {} {}: {}{}", action, path.string(), std::strerror(code),
       remedy(code));
}

[[noreturn]] void fail_size(const fs::path& path, uint64_t max_bytes) {
  fail(ErrorKind::kIo, "{} is larger than the {} bytes allowed for such a file", path.string(),
       max_bytes);
}

// What is larger than memory is not read until the machine swaps.
void require_memory(const fs::path& path, uint64_t bytes) {
  constexpr uint64_t kAlwaysFits = 64 << 20;
  if (bytes <= kAlwaysFits) return;
  const uint64_t free = available_memory();
  if (bytes <= free) return;
  fail(ErrorKind::kIo, "{} is larger than memory: it needs {}, {} are free", path.string(),
       gigabytes_text(static_cast<double>(bytes)), gigabytes_text(static_cast<double>(free)));
}

void write_all(int descriptor, const void* data, size_t size, const fs::path& path) {
  const char* cursor = static_cast<const char*>(data);
  while (size > 0) {
    const ssize_t written = ::write(descriptor, cursor, size);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail_io("write", path, errno);
    cursor += written;
    size -= static_cast<size_t>(written);
  }
}

void sync_folder(const fs::path& folder) {
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;  // the rename stands; only its durability is not asked for
  ::fsync(descriptor);
  ::close(descriptor);
}

fs::path parent_of(const fs::path& path) {
  return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

fs::path partial_name(const fs::path& target) {
  return parent_of(target) / ("." + target.filename().string() + ".partial");
}

constexpr const char* kReplaced = ".replaced";

fs::path replaced_name(const fs::path& target) {
  return parent_of(target) / ("." + target.filename().string() + kReplaced);
}

// Puts `fresh` where `target` is, and returns where what was there lies now: nowhere if there was
// nothing. At every moment one of them is whole under a name that is looked for.
fs::path put_in_place(const fs::path& fresh, const fs::path& target) {
  if (::rename(fresh.c_str(), target.c_str()) == 0) return {};
  if (errno != ENOTEMPTY && errno != EEXIST && errno != ENOTDIR) fail_io("write", target, errno);
  if (::renameat2(AT_FDCWD, fresh.c_str(), AT_FDCWD, target.c_str(), RENAME_EXCHANGE) == 0) {
    return fresh;
  }
  if (errno != EINVAL && errno != ENOSYS) fail_io("write", target, errno);
  // Not every file system can exchange two names: see replaced_folder.h.
  const fs::path old = replaced_name(target);
  std::error_code code;
  fs::remove_all(old, code);
  if (::rename(target.c_str(), old.c_str()) != 0) fail_io("write", target, errno);
  if (::rename(fresh.c_str(), target.c_str()) == 0) return old;
  const int failure = errno;
  ::rename(old.c_str(), target.c_str());
  fail_io("write", target, failure);
}

// A link is replaced like any file: what it points to, which in a folder from elsewhere may be
// anything, is left alone. A device or a pipe cannot be replaced at all.
fs::path replaceable(fs::path target) {
  std::error_code code;
  const fs::file_status status = fs::status(target, code);
  if (fs::exists(status) && !fs::is_regular_file(status) && !fs::is_directory(status)) {
    fail(ErrorKind::kIo, "cannot write {}: it is not a regular file; name another",
         target.string());
  }
  return target;
}

// What lies there was left by a process that was killed, or put there to be written through.
int open_anew(const fs::path& path) {
  ::unlink(path.c_str());
  return ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
}

}  // namespace

std::vector<uint8_t> read_bytes(const fs::path& path, uint64_t max_bytes) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) fail_io("open", path, errno);
  struct Closer {
    int descriptor;
    ~Closer() { ::close(descriptor); }
  } closer{descriptor};

  struct stat status {};
  if (::fstat(descriptor, &status) != 0) fail_io("read", path, errno);
  if (S_ISDIR(status.st_mode)) fail_io("read", path, EISDIR);
  const auto told = static_cast<uint64_t>(std::max<off_t>(status.st_size, 0));
  if (told > max_bytes) fail_size(path, max_bytes);
  require_memory(path, told);
  std::vector<uint8_t> bytes;
  constexpr size_t kChunk = 1 << 20;
  bytes.reserve(told + kChunk);
  while (true) {
    const size_t filled = bytes.size();
    bytes.resize(filled + kChunk);
    const ssize_t got = ::read(descriptor, bytes.data() + filled, kChunk);
    bytes.resize(filled + static_cast<size_t>(std::max<ssize_t>(got, 0)));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail_io("read", path, errno);
    if (got == 0) return bytes;
    if (bytes.size() > max_bytes) fail_size(path, max_bytes);
    if (bytes.size() > told) require_memory(path, bytes.size());
  }
}

std::string read_text(const fs::path& path, uint64_t max_bytes) {
  const std::vector<uint8_t> bytes = read_bytes(path, max_bytes);
  return {bytes.begin(), bytes.end()};
}

void make_folder(const fs::path& path) {
  std::error_code code;
  fs::create_directories(path, code);
  if (code) fail_io("create folder", path, code.value());
  if (!fs::is_directory(path, code)) fail_io("create folder", path, ENOTDIR);
}

AtomicFile::AtomicFile(fs::path target)
    : target_(replaceable(std::move(target))), partial_(partial_name(target_)) {
  descriptor_ = open_anew(partial_);
  if (descriptor_ < 0) fail_io("write", target_, errno);
}

AtomicFile::~AtomicFile() {
  if (descriptor_ < 0) return;
  ::close(descriptor_);
  ::unlink(partial_.c_str());
}

void AtomicFile::write(const void* data, size_t size) {
  write_all(descriptor_, data, size, target_);
}

void AtomicFile::commit() {
  if (::fsync(descriptor_) != 0) fail_io("sync", target_, errno);
  // A target that is a folder is refused by rename; the destructor then removes the partial file.
  if (::rename(partial_.c_str(), target_.c_str()) != 0) fail_io("write", target_, errno);
  ::close(descriptor_);
  descriptor_ = -1;
  sync_folder(parent_of(target_));
}

void write_file_atomically(const fs::path& target, std::string_view content) {
  AtomicFile file(target);
  file.write(content);
  file.commit();
}

void write_file_atomically(const fs::path& target, std::span<const uint8_t> content) {
  AtomicFile file(target);
  file.write(content.data(), content.size());
  file.commit();
}

AtomicFolder::AtomicFolder(fs::path target)
    : target_(std::move(target)), partial_(partial_name(target_)) {
  std::error_code code;
  fs::remove_all(partial_, code);  // left by a process that was killed
  // Not its parents: where those were removed meanwhile, a part of what they held would come back.
  fs::create_directory(partial_, code);
  if (code) fail_io("create folder", partial_, code.value());
}

AtomicFolder::~AtomicFolder() {
  std::error_code code;
  if (!committed_) fs::remove_all(partial_, code);
}

void AtomicFolder::commit() {
  sync_folder(partial_);
  const fs::path old = put_in_place(partial_, target_);
  committed_ = true;
  sync_folder(parent_of(target_));
  std::error_code code;
  if (!old.empty()) fs::remove_all(old, code);
}

void put_back_replaced_folders(const fs::path& parent) {
  std::vector<fs::path> replaced;
  std::error_code code;
  for (const auto& entry : fs::directory_iterator(parent, code)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with(".") && name.ends_with(kReplaced)) replaced.push_back(entry.path());
  }
  for (const fs::path& old : replaced) {
    const std::string name = old.stem().string().substr(1);
    if (name.empty() || fs::exists(parent / name)) continue;
    if (::rename(old.c_str(), (parent / name).c_str()) != 0) fail_io("put back", old, errno);
  }
}

AppendFile::AppendFile(const fs::path& path) : path_(path) {
  descriptor_ = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0644);
  if (descriptor_ < 0) fail_io("write", path, errno);
}

AppendFile::~AppendFile() {
  ::close(descriptor_);
}

void AppendFile::append(std::string_view record) {
  const uint64_t before = size();
  try {
    write_all(descriptor_, record.data(), record.size(), path_);
  } catch (const Error&) {
    // A device has nothing to take back.
    [[maybe_unused]] const int code = ::ftruncate(descriptor_, static_cast<off_t>(before));
    throw;
  }
}

void AppendFile::truncate(uint64_t size) {
  if (::ftruncate(descriptor_, static_cast<off_t>(size)) != 0) fail_io("truncate", path_, errno);
}

uint64_t AppendFile::size() const {
  struct stat status {};
  if (::fstat(descriptor_, &status) != 0) fail_io("read", path_, errno);
  return static_cast<uint64_t>(status.st_size);
}

}  // namespace belamy
