#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>
#include <string>

#include "tests/cli/command.h"

namespace belamy::testing {
namespace {

struct Totals {
  const char* total;
  const char* trainable;
  const char* non_trainable;
};

struct RecipeTotals {
  const char* recipe;
  Totals generator;
  Totals discriminator;
};

void PrintTo(const RecipeTotals& totals, std::ostream* out) {
  *out << totals.recipe;
}

// By hand, from recipes/*.toml: a dense layer has in·out + out parameters, a convolution (either
// way) k²·in·out + out, less the out where it has no bias; batch normalisation has 4·channels, half
// of them (moving mean and variance) not trainable.
const RecipeTotals kTotals[] = {
    // generator:      100·256+256 = 25,856      4·256 = 1,024
    //                 256·512+512 = 131,584     4·512 = 2,048
    //                 512·1024+1024 = 525,312   4·1024 = 4,096
    //                 1024·784+784 = 803,600    not trainable: 2·(256+512+1024) = 3,584
    // discriminator:  784·512+512 = 401,920     512·256+256 = 131,328     256+1 = 257
    {"s1-mlp", {"1,493,520", "1,489,936", "3,584"}, {"533,505", "533,505", "0"}},
    {"s1-mlp-fashion", {"1,493,520", "1,489,936", "3,584"}, {"533,505", "533,505", "0"}},
    // generator:      100·100352+100352 = 10,135,552   9·128·128+128 = 147,584   4·128 = 512
    //                 9·128·64+64 = 73,792             4·64 = 256                9·64+1 = 577
    //                 not trainable: 2·(128+64) = 384
    // discriminator:  9·32+32 = 320                    9·32·64+64 = 18,496       4·64 = 256
    //                 9·64·128+128 = 73,856            4·128 = 512
    //                 9·128·256+256 = 295,168          4·256 = 1,024
    //                 sides 28, 14, 7, padded 8, 4, 4: 256·4·4+1 = 4,097
    //                 not trainable: 2·(64+128+256) = 896
    {"s2-dcgan-transpose", {"10,358,273", "10,357,889", "384"}, {"393,729", "392,833", "896"}},
    // generator:      100·512+512 = 51,712      512·784+784 = 402,192
    // discriminator:  784·512+512 = 401,920     512+1 = 513
    {"s3-scratch", {"453,904", "453,904", "0"}, {"402,433", "402,433", "0"}},
    // generator:      100·1024+1024 = 103,424   1024·6272+6272 = 6,428,800   4·6272 = 25,088
    //                 25·128·64+64 = 204,864    25·64+1 = 1,601   not trainable: 2·6272 = 12,544
    // discriminator:  25·64+64 = 1,664          25·64·128+128 = 204,928
    //                 sides 28, 14, 10, 5: 128·5·5·1024+1024 = 3,277,824     1024+1 = 1,025
    {"s4-dcgan-rmsprop", {"6,763,777", "6,751,233", "12,544"}, {"3,485,441", "3,485,441", "0"}},
    {"s0-dcgan-sgd", {"6,763,777", "6,751,233", "12,544"}, {"3,485,441", "3,485,441", "0"}},
    // generator:      64·3136 = 200,704         4·3136 = 12,544
    //                 16·64·32 = 32,768         4·32 = 128        16·32+1 = 513
    //                 not trainable: 2·(3136+32) = 6,336
    // discriminator:  16·32+32 = 544            16·32·64+64 = 32,832    64·7·7+1 = 3,137
    {"demo", {"246,657", "240,321", "6,336"}, {"36,513", "36,513", "0"}},
    // generator:      16·100·256 = 409,600      4·256 = 1,024
    //                 9·256·128 = 294,912       4·128 = 512
    //                 16·128·64 = 131,072       4·64 = 256       16·64 = 1,024
    //                 not trainable: 2·(256+128+64) = 896
    // discriminator:  16·64 = 1,024             16·64·128 = 131,072      4·128 = 512
    //                 16·128·256 = 524,288      4·256 = 1,024            9·256 = 2,304
    //                 not trainable: 2·(128+256) = 768
    {"dcgan-28", {"838,400", "837,504", "896"}, {"660,224", "659,456", "768"}},
    // generator:      8·128+128 = 1,152         128·128+128 = 16,512         128·2+2 = 258
    // discriminator:  2·128+128 = 384           128·128+128 = 16,512         128+1 = 129
    {"ring", {"17,922", "17,922", "0"}, {"17,025", "17,025", "0"}},
};

void expect_totals(const std::string& table, const Totals& totals) {
  const auto line = [](const char* what, const char* count) {
    return std::string("\n") + what + ": " + count + "\n";
  };
  for (const std::string& text :
       {line("Total params", totals.total), line("Trainable params", totals.trainable),
        line("Non-trainable params", totals.non_trainable)}) {
    EXPECT_NE(table.find(text), std::string::npos) << text << "is not in\n" << table;
  }
}

class SummaryTotals : public ::testing::TestWithParam<RecipeTotals> {};

TEST_P(SummaryTotals, are_those_computed_by_hand) {
  const RecipeTotals& expected = GetParam();
  const TemporaryFolder folder;  // no data set is needed, and none is fetched
  const CommandResult result =
      run_command({"summary", expected.recipe}, folder.path(), "export BELAMY_DATA=\"$PWD/none\";");
  expect_success(result);
  EXPECT_FALSE(std::filesystem::exists(folder / "none"));
  const size_t second = result.out.find("Network: \"discriminator\"");
  ASSERT_NE(second, std::string::npos) << result.out;
  expect_totals(result.out.substr(0, second), expected.generator);
  expect_totals(result.out.substr(second), expected.discriminator);
}

INSTANTIATE_TEST_SUITE_P(Recipes, SummaryTotals, ::testing::ValuesIn(kTotals),
                         [](const auto& chosen) {
                           std::string name = chosen.param.recipe;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

TEST(SummaryCommand, an_override_changes_the_table) {
  const CommandResult result =
      run_command({"summary", "s3-scratch", "--set", "generator.layers.1.units=10"});
  expect_success(result);
  // 100·10+10 = 1,010 and 10·784+784 = 8,624
  EXPECT_NE(result.out.find("\nTotal params: 9,634\n"), std::string::npos) << result.out;
}

}  // namespace
}  // namespace belamy::testing
