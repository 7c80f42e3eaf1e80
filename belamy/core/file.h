// Files read whole and written atomically: a reader sees the old file or the new one, never half.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace belamy {

/// The file's bytes. Throws kIo when it cannot be read or is larger than `max_bytes`.
std::vector<uint8_t> read_bytes(const std::filesystem::path& path, uint64_t max_bytes);
std::string read_text(const std::filesystem::path& path, uint64_t max_bytes);

/// Creates the folder and its parents. Throws kIo, naming the path and the reason.
void make_folder(const std::filesystem::path& path);

/// A file written aside (".NAME.partial" in the same folder), synced, and renamed by commit().
/// Without commit() nothing is left behind. Links are replaced. Throws kIo (disk full, ...).
class AtomicFile {
 public:
  explicit AtomicFile(std::filesystem::path target);
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  void write(const void* data, size_t size);
  void write(std::string_view text) { write(text.data(), text.size()); }
  void commit();

 private:
  std::filesystem::path target_;
  std::filesystem::path partial_;
  int descriptor_ = -1;
};

void write_file_atomically(const std::filesystem::path& target, std::string_view content);
void write_file_atomically(const std::filesystem::path& target, std::span<const uint8_t> content);

/// A folder written aside and renamed by commit(): it exists whole or not at all. One that is there
/// already is exchanged for it in one step, or renamed first: see core/replaced_folder.h.
/// Files inside are expected to be written with AtomicFile, so they are synced already.
class AtomicFolder {
 public:
  explicit AtomicFolder(std::filesystem::path target);
  ~AtomicFolder();
  AtomicFolder(const AtomicFolder&) = delete;
  AtomicFolder& operator=(const AtomicFolder&) = delete;

  const std::filesystem::path& path() const { return partial_; }
  void commit();

 private:
  std::filesystem::path target_;
  std::filesystem::path partial_;
  bool committed_ = false;
};

/// A file that grows by records. Each is handed to the kernel whole, so that a killed process
/// leaves at most the last one cut short; one that cannot be written (disk full) is taken back.
/// Throws kIo, for links, too.
class AppendFile {
 public:
  explicit AppendFile(const std::filesystem::path& path);
  ~AppendFile();
  AppendFile(const AppendFile&) = delete;
  AppendFile& operator=(const AppendFile&) = delete;

  void append(std::string_view record);
  /// Cuts off what lies beyond `size` bytes.
  void truncate(uint64_t size);
  uint64_t size() const;

 private:
  std::filesystem::path path_;
  int descriptor_ = -1;
};

/// A text file that grows a line at a time.
class LineFile {
 public:
  explicit LineFile(const std::filesystem::path& path) : file_(path) {}

  void append(std::string_view line) { file_.append(std::string(line) + '\n'); }

 private:
  AppendFile file_;
};

}  // namespace belamy
