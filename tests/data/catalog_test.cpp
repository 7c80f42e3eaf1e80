#include "belamy/data/catalog.h"

#include <gtest/gtest.h>

#include <set>

#include "tests/support/errors.h"

namespace belamy {
namespace {

TEST(Catalog, names_are_unique_and_entries_say_where_they_come_from) {
  std::set<std::string> names;
  for (const CatalogEntry& entry : catalog()) {
    EXPECT_TRUE(names.insert(entry.name).second) << entry.name;
    EXPECT_FALSE(entry.title.empty() || entry.origin.empty() || entry.licence.empty());
    EXPECT_EQ(&find_in_catalog(entry.name), &entry);
  }
  EXPECT_TRUE(names.contains("mnist") && names.contains("fashion-mnist"));
}

TEST(Catalog, files_have_the_sizes_that_their_counts_and_shapes_give) {
  for (const CatalogEntry& entry : catalog()) {
    if (entry.files.size() != 4) continue;  // images and labels, training and test
    const auto images = [&](int64_t count) {
      return static_cast<uint64_t>(16 + count * entry.shape.values());
    };
    EXPECT_EQ(entry.files[0].bytes, images(entry.train_count));
    EXPECT_EQ(entry.files[1].bytes, static_cast<uint64_t>(8 + entry.train_count));
    EXPECT_EQ(entry.files[2].bytes, images(entry.test_count));
    EXPECT_EQ(entry.files[3].bytes, static_cast<uint64_t>(8 + entry.test_count));
    std::set<std::string> sums;
    for (const CatalogFile& file : entry.files) {
      EXPECT_EQ(file.sha256.size(), 64u);
      EXPECT_EQ(file.sha256.find_first_not_of("0123456789abcdef"), std::string::npos);
      EXPECT_TRUE(sums.insert(file.sha256).second);
    }
  }
}

TEST(Catalog, an_unknown_name_is_refused_with_the_nearest) {
  testing::expect_error(ErrorKind::kUsage, {"'fashion-mnits'", "'fashion-mnist'"},
                        [] { find_in_catalog("fashion-mnits"); });
  testing::expect_error(ErrorKind::kUsage, {"mnist", "ring", "grid"},
                        [] { find_in_catalog("photographs"); });
}

}  // namespace
}  // namespace belamy
