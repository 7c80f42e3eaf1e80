// belamy data list | info NAME | fetch NAME
#include <fmt/format.h>

#include "belamy/data/cache.h"
#include "belamy/data/catalog.h"
#include "belamy/data/fetch.h"
#include "belamy/nn/summary.h"
#include "cli/command.h"
#include "cli/say.h"

namespace belamy::cli {
namespace {

const char* presence(const CatalogEntry& entry) {
  if (!entry.needs_files() && entry.base.empty()) return "made when used";
  return is_fetched(entry.name) ? "fetched" : "not fetched";
}

void list() {
  for (const CatalogEntry& entry : catalog()) {
    fmt::print("{:<16} {:<15} {}\n", entry.name, presence(entry), entry.title);
  }
}

void info(const std::string& name) {
  const CatalogEntry& entry = find_in_catalog(name);
  fmt::print("{}: {}\n", entry.name, entry.title);
  fmt::print("  origin    {}\n  licence   {}\n", entry.origin, entry.licence);
  fmt::print("  sample    {}\n", entry.shape.text());
  fmt::print("  samples   {} to train, {} to test\n", with_thousands(entry.train_count),
             with_thousands(entry.test_count));
  if (entry.classes > 0) fmt::print("  classes   {}\n", entry.classes);
  if (!entry.base.empty()) fmt::print("  made of   {}\n", entry.base);
  fmt::print("  status    {}\n", presence(entry));
  if (!entry.needs_files()) return;
  fmt::print("  folder    {}\n", (data_cache_folder() / entry.name).string());
  for (const CatalogFile& file : entry.files) {
    fmt::print("  file      {}  {} bytes\n            sha256 {}\n", file.name,
               with_thousands(static_cast<int64_t>(file.bytes)), file.sha256);
  }
}

}  // namespace

Runner add_data(CLI::App& app) {
  auto name = std::make_shared<std::string>();
  app.require_subcommand(1);
  CLI::App* listing = app.add_subcommand("list", "The data sets known by name");
  CLI::App* describing = app.add_subcommand("info", "Origin, licence, sizes and checksums of one");
  CLI::App* fetching = app.add_subcommand("fetch", "Fetch one into the cache, verified");
  for (CLI::App* sub : {describing, fetching}) {
    sub->add_option("name", *name, "A data set of `belamy data list`")
        ->required()
        ->type_name("NAME");
  }
  app.footer(
      "\nThe cache is $BELAMY_DATA, else $XDG_CACHE_HOME/belamy/data, else ~/.cache/belamy/data.\n"
      "Images of your own need no fetching: --set data.name=folder --set data.path=DIR.");
  return [=] {
    if (listing->parsed()) list();
    if (describing->parsed()) info(*name);
    if (fetching->parsed()) {
      const auto folder =
          fetch(*name, [](const std::string& line) { say(fmt::format("{}\n", line)); });
      fmt::print("{}\n", folder.string());
    }
    return 0;
  };
}

}  // namespace belamy::cli
