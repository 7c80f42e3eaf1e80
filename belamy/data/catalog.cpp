#include "belamy/data/catalog.h"

#include <algorithm>

#include "belamy/core/error.h"
#include "belamy/core/nearest_name.h"
#include "belamy/data/emoji.h"

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
      {.name = "emoji-twitter",
       .title = "Emoji as Twitter draws them, in 10 categories",
       .origin = "Twitter (Twemoji), https://github.com/iamcal/emoji-data",
       .licence = "CC BY 4.0",
       .shape = {{3, 64, 64}},
       .train_count = 3415,
       .test_count = 371,
       .classes = 10,
       .files = {{kTrainImages, 41963540,
                  "0c28b986dbe705c008855af8c0729eb4f288663f9fc0c28615734dd643651982"},
                 {kTrainLabels, 3423,
                  "43be8bd3f4e224e124adcf483cba22e3b34191c52cf2e67a1a3d2aaa547e058b"},
                 {kTrainNames, 104622,
                  "62ab4a7a3a9af531ee68f9d6d5f703821ac653f3003c148dbe3c5e766abd5224"},
                 {kTestImages, 4558868,
                  "cccc6b336e58f008634c83b7f937f2feff4158f5755eb66d5f2bf872821a0c1a"},
                 {kTestLabels, 379,
                  "3d2ceb9c0044d175d86bf7156dc2acc15a7bceb5b224208595a979454928b485"},
                 {kTestNames, 11004,
                  "a236cb6d56cd4fe66c65ecddd28380b963298c04437a934c510ab4d93fcc000c"}}},
      {.name = "emoji-google",
       .title = "The same emoji as Google draws them",
       .origin = "Google (Noto Emoji), https://github.com/iamcal/emoji-data",
       .licence = "Apache-2.0",
       .shape = {{3, 64, 64}},
       .train_count = 3415,
       .test_count = 371,
       .classes = 10,
       .files = {{kTrainImages, 41963540,
                  "15b864e45a2edd9b1d8d620e7d77a8d7d568b7737533b1591f7d0d9efbe502fd"},
                 {kTrainLabels, 3423,
                  "43be8bd3f4e224e124adcf483cba22e3b34191c52cf2e67a1a3d2aaa547e058b"},
                 {kTrainNames, 104622,
                  "62ab4a7a3a9af531ee68f9d6d5f703821ac653f3003c148dbe3c5e766abd5224"},
                 {kTestImages, 4558868,
                  "68bf9cb7e075dbd8ed77c99cf46dd3afd7a9badda0bafbd90d7880b76e3fa645"},
                 {kTestLabels, 379,
                  "3d2ceb9c0044d175d86bf7156dc2acc15a7bceb5b224208595a979454928b485"},
                 {kTestNames, 11004,
                  "a236cb6d56cd4fe66c65ecddd28380b963298c04437a934c510ab4d93fcc000c"}}},
      {.name = "stacked-mnist",
       .title = "Stacked MNIST, three digits as the channels of one image",
       .origin =
           "made by Belamy of mnist after VEEGAN and PacGAN, https://arxiv.org/abs/1712.04086",
       .licence = "that of mnist",
       .shape = {{3, 28, 28}},
       .train_count = 128000,
       .test_count = 26000,
       .classes = 1000,
       .files = {},
       .base = "mnist"},
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

bool is_in_catalog(const std::string& name) {
  return std::ranges::any_of(catalog(), [&](const CatalogEntry& e) { return e.name == name; });
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
