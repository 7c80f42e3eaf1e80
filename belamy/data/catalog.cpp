#include "belamy/data/catalog.h"

#include "belamy/core/error.h"
#include "belamy/core/nearest_name.h"

namespace belamy {

const std::vector<CatalogEntry>& catalog() {
  static const std::vector<CatalogEntry> entries = {
      {.name = "mnist",
       .title = "MNIST, handwritten digits 0 to 9",
       .origin = "Y. LeCun, C. Cortes, C. Burges, http://yann.lecun.com/exdb/mnist/",
       .licence = "CC BY-SA 3.0",
       .shape = {{1, 28, 28}},
       .train_count = 60000,
       .test_count = 10000,
       .classes = 10,
       .files = {{kTrainImages, 47040016,
                  "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"},
                 {kTrainLabels, 60008,
                  "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"},
                 {kTestImages, 7840016,
                  "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"},
                 {kTestLabels, 10008,
                  "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"}}},
      {.name = "fashion-mnist",
       .title = "Fashion-MNIST, ten kinds of clothing",
       .origin = "H. Xiao, K. Rasul, R. Vollgraf, https://github.com/zalandoresearch/fashion-mnist",
       .licence = "MIT",
       .shape = {{1, 28, 28}},
       .train_count = 60000,
       .test_count = 10000,
       .classes = 10,
       .files = {{kTrainImages, 47040016,
                  "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888"},
                 {kTrainLabels, 60008,
                  "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9"},
                 {kTestImages, 7840016,
                  "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b"},
                 {kTestLabels, 10008,
                  "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"}}},
      {.name = "ring",
       .title = "Ring of 8 Gaussians in the plane",
       .origin = "made by Belamy after PacGAN, https://arxiv.org/abs/1712.04086",
       .licence = "none needed",
       .shape = {{2}},
       .train_count = 100000,
       .test_count = 100000,
       .classes = 8,
       .files = {}},
      {.name = "grid",
       .title = "Grid of 25 Gaussians in the plane",
       .origin = "made by Belamy after PacGAN, https://arxiv.org/abs/1712.04086",
       .licence = "none needed",
       .shape = {{2}},
       .train_count = 100000,
       .test_count = 100000,
       .classes = 25,
       .files = {}},
  };
  return entries;
}

const CatalogEntry& find_in_catalog(const std::string& name) {
  std::vector<std::string> names;
  for (const CatalogEntry& entry : catalog()) {
    if (entry.name == name) return entry;
    names.push_back(entry.name);
  }
  fail(ErrorKind::kUsage, "no data set is named '{}'{}", name, suggestion(name, names));
}

}  // namespace belamy
