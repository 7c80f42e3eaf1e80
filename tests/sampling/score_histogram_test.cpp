#include "belamy/sampling/score_histogram.h"

#include <gtest/gtest.h>

namespace belamy {
namespace {

TEST(ScoreText, has_a_line_a_bin_with_the_kept_among_the_drawn) {
  // Bins of 1 from 0 to 2: three values below 1, one above, which was kept.
  const std::string text = score_text({0, 0.1, 0.9, 2}, {2}, 2, 6);
  EXPECT_EQ(text,
            "   logit       D    drawn    kept\n"
            "    1.50  0.8176        1       1  ##\n"
            "    0.50  0.6225        3       0  ......\n");
}

TEST(ScoreText, equal_values_make_one_bar) {
  EXPECT_NE(score_text({1, 1, 1}, {1}, 3, 9).find("...."), std::string::npos);
  EXPECT_EQ(score_text({}, {}), "");
}

TEST(ScorePicture, is_drawn_of_both_sets) {
  const Image both = score_picture({"scores", {{"drawn", {0, 1, 2}}, {"kept", {2}}}});
  const Image drawn = score_picture({"scores", {{"drawn", {0, 1, 2}}}});
  EXPECT_EQ(both.channels, 3);
  EXPECT_NE(both.pixels, drawn.pixels);
}

}  // namespace
}  // namespace belamy
