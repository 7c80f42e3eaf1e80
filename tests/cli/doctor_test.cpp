#include <gtest/gtest.h>

#include "tests/cli/command.h"

namespace belamy::testing {
namespace {

TEST(DoctorCommand, shows_what_it_found_and_what_to_do_about_missing_data) {
  const TemporaryFolder folder;
  const CommandResult result =
      run_command({"doctor"}, folder.path(), "export BELAMY_DATA=\"$PWD/cache\";");
  expect_success(result);
  for (const char* words : {"LibTorch", "threads", "vector code", "bf16", "BLAS", "allocator",
                            "mnist: not fetched", "belamy data fetch mnist"}) {
    EXPECT_NE(result.out.find(words), std::string::npos) << words << " is not in\n" << result.out;
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder.path())) << "it only looks";
}

// What the command is linked with, not what this file was compiled with.
TEST(DoctorCommand, finds_the_allocator_that_the_setup_installs) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "the sanitizer brings an allocator of its own";
#endif
  const CommandResult result = run_command({"doctor"});
  expect_success(result);
  EXPECT_NE(result.out.find("jemalloc, keeping its pages"), std::string::npos) << result.out;
}

TEST(DoctorCommand, warns_of_settings_that_slow_the_machine_down) {
  const CommandResult result = run_command({"doctor"}, ".", "export OPENBLAS_CORETYPE=Haswell;");
  expect_success(result);
  EXPECT_NE(result.out.find("OPENBLAS_CORETYPE=Haswell"), std::string::npos);
  EXPECT_NE(result.out.find("unset it"), std::string::npos);
}

}  // namespace
}  // namespace belamy::testing
