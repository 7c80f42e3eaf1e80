#include "belamy/report/html.h"

#include <gtest/gtest.h>

namespace belamy {
namespace {

std::vector<uint8_t> bytes(const std::string& text) {
  return {text.begin(), text.end()};
}

TEST(Html, what_means_something_to_a_browser_is_escaped) {
  EXPECT_EQ(escape_html("<script>alert('a' & \"b\")</script>"),
            "&lt;script&gt;alert(&#39;a&#39; &amp; &quot;b&quot;)&lt;/script&gt;");
  EXPECT_EQ(escape_html("5×5 – é"), "5×5 – é");
}

TEST(Html, bytes_that_are_no_text_are_replaced) {
  EXPECT_EQ(escape_html("a\xff<"), "a\xef\xbf\xbd&lt;");
}

TEST(Html, base64_gives_rfc_4648s_examples) {
  EXPECT_EQ(base64(bytes("")), "");
  EXPECT_EQ(base64(bytes("f")), "Zg==");
  EXPECT_EQ(base64(bytes("fo")), "Zm8=");
  EXPECT_EQ(base64(bytes("foo")), "Zm9v");
  EXPECT_EQ(base64(bytes("foob")), "Zm9vYg==");
  EXPECT_EQ(base64(bytes("foobar")), "Zm9vYmFy");
  EXPECT_EQ(base64(std::vector<uint8_t>{0xff, 0xfe, 0xfd}), "//79");
}

}  // namespace
}  // namespace belamy
