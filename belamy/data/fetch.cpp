#include "belamy/data/fetch.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <vector>

#include "belamy/core/error.h"
#include "belamy/core/file.h"
#include "belamy/data/cache.h"
#include "belamy/data/gzip.h"
#include "belamy/data/sha256.h"

namespace belamy {
namespace fs = std::filesystem;
namespace {

// One process fetches a data set at a time. The kernel frees the lock when its holder dies.
class FetchLock {
 public:
  FetchLock(const fs::path& cache, const std::string& name, const FetchProgress& progress) {
    const fs::path path = cache / ("." + name + ".lock");
    descriptor_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (descriptor_ < 0) fail_lock(path);
    if (::flock(descriptor_, LOCK_EX | LOCK_NB) == 0) return;
    if (errno == EWOULDBLOCK && progress) {
      progress(name + ": waiting for another process that fetches it");
    }
    while (::flock(descriptor_, LOCK_EX) != 0) {
      if (errno != EINTR) fail_lock(path);
    }
  }
  ~FetchLock() { ::close(descriptor_); }
  FetchLock(const FetchLock&) = delete;
  FetchLock& operator=(const FetchLock&) = delete;

 private:
  [[noreturn]] void fail_lock(const fs::path& path) {
    const int code = errno;
    if (descriptor_ >= 0) ::close(descriptor_);
    fail(ErrorKind::kIo, "cannot lock {}: {}; set BELAMY_DATA to a folder you may write to",
         path.string(), std::strerror(code));
  }

  int descriptor_ = -1;
};

// A folder for what a source delivers, empty at first and gone at the end.
class Scratch {
 public:
  explicit Scratch(fs::path path) : path_(std::move(path)) {
    remove();  // left by a process that was killed
    make_folder(path_);
  }
  ~Scratch() { remove(); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  const fs::path& path() const { return path_; }

 private:
  void remove() {
    std::error_code code;
    fs::remove_all(path_, code);
  }

  fs::path path_;
};

// Folders appear whole, so files of the right size are the right files.
bool is_complete(const CatalogEntry& entry, const fs::path& folder) {
  return std::all_of(entry.files.begin(), entry.files.end(), [&](const CatalogFile& file) {
    std::error_code code;
    return fs::file_size(folder / file.name, code) == file.bytes && !code;
  });
}

std::vector<uint8_t> read_delivered(const CatalogFile& file, const fs::path& folder) {
  const uint64_t most = file.bytes + 4096;  // gzip of noise is a little larger than the noise
  const fs::path zipped = folder / (file.name + ".gz");
  std::vector<uint8_t> bytes = read_bytes(fs::exists(zipped) ? zipped : folder / file.name, most);
  return is_gzip(bytes) ? gunzip(bytes, file.bytes, file.name) : bytes;
}

// Moves what a source delivered into `folder`, verified. Throws Error.
void accept(const CatalogEntry& entry, const fs::path& delivered, const fs::path& folder) {
  for (const CatalogFile& file : entry.files) {
    const std::vector<uint8_t> bytes = read_delivered(file, delivered);
    const std::string sum = sha256_hex(bytes);
    if (sum != file.sha256) {
      fail(ErrorKind::kDownload, "{}: expected {} bytes with SHA-256 {}, got {} bytes with {}",
           file.name, file.bytes, file.sha256, bytes.size(), sum);
    }
    write_file_atomically(folder / file.name, std::span<const uint8_t>(bytes));
  }
}

// Throws the source's or the verification's Error.
void fetch_one(const Source& source, const CatalogEntry& entry, const fs::path& cache) {
  const Scratch scratch(cache / ("." + entry.name + ".scratch"));
  source.deliver(entry, scratch.path());
  AtomicFolder target(cache / entry.name);
  accept(entry, scratch.path(), target.path());
  target.commit();
}

}  // namespace

bool is_fetched(const std::string& name) {
  const CatalogEntry& entry = find_in_catalog(name);
  if (!entry.base.empty()) return is_fetched(entry.base);
  return !entry.needs_files() || is_complete(entry, data_cache_folder() / name);
}

fs::path fetch(const std::string& name, const FetchProgress& progress) {
  const CatalogEntry& entry = find_in_catalog(name);
  if (!entry.base.empty()) return fetch(entry.base, progress);
  return fetch_from(default_sources(entry), entry, data_cache_folder(), progress);
}

fs::path fetch_from(std::span<const Source> sources, const CatalogEntry& entry,
                    const fs::path& cache, const FetchProgress& progress) {
  const fs::path folder = cache / entry.name;
  if (!entry.needs_files() || is_complete(entry, folder)) return folder;
  make_folder(cache);
  const FetchLock lock(cache, entry.name, progress);
  if (is_complete(entry, folder)) return folder;

  std::string failures;
  for (const Source& source : sources) {
    if (progress) progress(fmt::format("{}: trying {}", entry.name, source.label));
    try {
      fetch_one(source, entry, cache);
      if (progress) progress(fmt::format("{}: verified, in {}", entry.name, folder.string()));
      return folder;
    } catch (const Error& error) {
      failures += fmt::format("\n  {}: {}", source.label, error.what());
    }
  }
  fail(ErrorKind::kDownload,
       "{} could not be fetched; tried:{}\ncheck the network, or put its plain IDX files into {} "
       "yourself, or name files of your own with data.path",
       entry.name, failures, folder.string());
}

}  // namespace belamy
