#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <filesystem>

#include "tests/cli/tiny_training.h"

namespace belamy::testing {
namespace {

std::vector<float> floats_of(const std::string& bytes) {
  std::vector<float> values(bytes.size() / sizeof(float));
  std::memcpy(values.data(), bytes.data(), values.size() * sizeof(float));
  return values;
}

namespace fs = std::filesystem;

/// Height and width of a PNG or GIF file.
std::pair<int, int> sides(const fs::path& path) {
  const std::string bytes = file_text(path);
  const auto at = [&](size_t i) { return static_cast<unsigned char>(bytes[i]); };
  if (bytes.starts_with("GIF8")) return {at(8) + 256 * at(9), at(6) + 256 * at(7)};
  return {at(22) * 256 + at(23), at(18) * 256 + at(19)};
}

/// Of a grid of enlarged 28×28 pictures with 2 pixels between them.
std::pair<int, int> grid_sides(int rows, int columns, int zoom) {
  return {28 * zoom * rows + 2 * (rows - 1), 28 * zoom * columns + 2 * (columns - 1)};
}

class Latent : public ::testing::Test {
 protected:
  void SetUp() override { expect_success(run_command(tiny_training(run_, 4))); }

  CommandResult latent(const std::string& command, const Words& more) const {
    return run_command(Words{"latent", command, run_.string(), "--threads", "1"} + more,
                       folder_.path());
  }

  // As if the run had been trained on MNIST, whose classifier is built in.
  void pretend_mnist() const {
    std::string recipe = file_text(run_ / "recipe.toml");
    const size_t at = recipe.find("name = \"idx\"");
    ASSERT_NE(at, std::string::npos);
    recipe.replace(at, 12, "name = \"mnist\"");
    const size_t path = recipe.find("path = ");
    recipe.erase(path, recipe.find('\n', path) + 1 - path);
    write_text(run_ / "recipe.toml", recipe);
  }

  TemporaryFolder folder_;
  fs::path run_ = folder_ / "run";
};

TEST_F(Latent, interpolate_draws_rows_and_an_animation) {
  const CommandResult result = latent("interpolate", {"--count", "3", "--steps", "5"});
  expect_success(result);
  EXPECT_EQ(result.out, (run_ / "latent_interpolate.png").string() + "\n" +
                            (run_ / "latent_interpolate.gif").string() + "\n");
  EXPECT_EQ(sides(run_ / "latent_interpolate.png"), grid_sides(3, 5, 4));
  EXPECT_EQ(file_text(run_ / "latent_interpolate.gif").substr(0, 6), "GIF89a");
}

TEST_F(Latent, interpolate_goes_between_given_vectors_only_where_there_are_two) {
  expect_success(run_command({"sample", run_.string(), "--count", "1", "--save-z", "one.npy"},
                             folder_.path()));
  expect_failure(latent("interpolate", {"--z", "one.npy"}), 2, {"one.npy", "--to"});
  expect_success(latent("interpolate", {"--z", "one.npy", "--to", "one.npy", "--steps", "4",
                                        "--out", "same.png", "--gif", "same.gif"}));
  EXPECT_TRUE(fs::exists(folder_ / "same.gif"));
}

TEST_F(Latent, walk_makes_an_animation) {
  const CommandResult result = latent("walk", {"--count", "4", "--stops", "2", "--steps", "3",
                                               "--out", "w.gif", "--save-z", "w.npy"});
  expect_success(result);
  EXPECT_EQ(result.out, "w.gif\nw.npy\n");
  EXPECT_EQ(sides(folder_ / "w.gif"), grid_sides(2, 2, 4));
}

TEST_F(Latent, directions_have_strips_and_edit_uses_them) {
  const CommandResult result =
      latent("directions", {"--directions", "3", "--steps", "5", "--out", "d.png"});
  expect_success(result);
  EXPECT_NE(result.out.find("direction  share"), std::string::npos) << result.out;
  EXPECT_EQ(sides(folder_ / "d.png"), grid_sides(3, 5, 4));
  expect_success(latent("edit", {"--direction", "2", "--strength", "3", "--count", "4", "--out",
                                 "e.png", "--save-z", "e.npy"}));
  EXPECT_EQ(sides(folder_ / "e.png"), grid_sides(4, 2, 4));
  expect_failure(latent("edit", {"--direction", "100"}), 2, {"no direction 100", "0..99"});
  expect_failure(latent("directions", {"--directions", "101"}), 2, {"100 directions"});
}

TEST_F(Latent, project_finds_a_sample_of_its_own_again) {
  expect_success(
      run_command({"sample", run_.string(), "--count", "1", "--each", "own"}, folder_.path()));
  const CommandResult result =
      latent("project", {"--image", "own/000000.png", "--out", "p.png", "--save-z", "z.npy"});
  expect_success(result);
  EXPECT_NE(result.out.find("own/000000.png\np.png\nz.npy\n"), std::string::npos) << result.out;
  EXPECT_EQ(sides(folder_ / "p.png"), grid_sides(1, 3, 4));
  const CommandResult real =
      latent("project", {"--real", "2", "--steps", "20", "--json", "--out", "r.png"});
  expect_success(real);
  EXPECT_NE(real.out.find("{\"image\":\"training 1\",\"distance\":0."), std::string::npos)
      << real.out;
}

TEST_F(Latent, project_refuses_pictures_of_other_sizes_and_colours) {
  // A grid of four samples is larger, a plot is colour.
  expect_success(
      run_command({"sample", run_.string(), "--count", "4", "--best-of", "2", "--out", "grid.png"},
                  folder_.path()));
  expect_failure(latent("project", {"--image", "grid.png"}), 2,
                 {"grid.png", "226×226, grey", "28×28, grey", "--fit"});
  expect_failure(latent("project", {"--image", "grid_scores.png"}), 2, {"colour", "grey"});
  expect_success(latent(
      "project", {"--image", "grid_scores.png", "--fit", "pad", "--steps", "3", "--out", "p.png"}));
  expect_failure(latent("project", {}), 2, {"--image", "--real"});
  expect_failure(latent("project", {"--image", "none.png"}), 1, {"none.png"});
}

TEST_F(Latent, mean_of_classes_of_unknown_data_says_what_is_missing) {
  expect_failure(latent("mean", {"--class", "1"}), 2, {"'idx'", "--classifier"});
  expect_failure(latent("mean", {}), 2, {"--class"});
}

TEST_F(Latent, mean_refuses_a_class_that_does_not_exist) {
  pretend_mnist();
  for (const char* wrong : {"10", "-1", "seven", "7x"}) {
    expect_failure(latent("mean", {std::string("--class=") + wrong}), 2,
                   {"no class", wrong, "0..9"});
  }
}

TEST_F(Latent, mean_tells_what_is_found_and_read_or_that_nothing_is) {
  pretend_mnist();
  // Four steps make grey mush, which is some class or other.
  bool found = false;
  for (int c = 0; c < 10 && !found; ++c) {
    const CommandResult result = latent("mean", {"--class", std::to_string(c), "--draws", "64",
                                                 "--count", "3", "--out", "m.png", "--json"});
    found = result.exit_code == 0;
    if (!found) {
      expect_failure(result, 1, {"none of 64 samples", "collapsed"});
      continue;
    }
    EXPECT_NE(result.out.find("\"read_as_class\":"), std::string::npos) << result.out;
    EXPECT_EQ(sides(folder_ / "m.png"), grid_sides(1, 3, 4));
  }
  EXPECT_TRUE(found);
}

TEST_F(Latent, arithmetic_takes_files) {
  expect_success(
      run_command({"sample", run_.string(), "--count", "2", "--save-z", "z.npy"}, folder_.path()));
  const CommandResult result =
      latent("arithmetic", {"--of", "z.npy", "--minus", "z.npy", "--plus", "z.npy", "--count", "3",
                            "--out", "a.png", "--save-z", "r.npy", "--raw"});
  expect_success(result);
  EXPECT_EQ(sides(folder_ / "a.png"), grid_sides(3, 4, 4));
  // A - A + A = A, the file's two vectors taken around.
  const std::string z = file_text(folder_ / "z.npy"), r = file_text(folder_ / "r.npy");
  EXPECT_EQ(r.substr(128), z.substr(128) + z.substr(128, 400));
  expect_failure(latent("arithmetic", {"--of", "1", "--minus", "2", "--plus", "3"}), 2,
                 {"'idx'", "--classifier"});
}

TEST_F(Latent, arithmetic_takes_means_of_a_files_rows) {
  expect_success(
      run_command({"sample", run_.string(), "--count", "2", "--save-z", "z.npy"}, folder_.path()));
  const auto arithmetic = [&](const std::string& of) {
    return latent("arithmetic", {"--of", of, "--minus", "z.npy:0,1", "--plus", "z.npy:1,0",
                                 "--count", "1", "--save-z", "r.npy", "--raw"});
  };
  expect_success(arithmetic("z.npy:1"));
  const std::vector<float> made = floats_of(file_text(folder_ / "r.npy").substr(128));
  const std::vector<float> second = floats_of(file_text(folder_ / "z.npy").substr(528));
  EXPECT_THAT(made, ::testing::Pointwise(::testing::FloatNear(1e-5f), second));
  // Further rows are neighbours of the result.
  expect_success(latent("arithmetic", {"--of", "z.npy:1", "--minus", "z.npy:0,1", "--plus",
                                       "z.npy:0,1", "--count", "2", "--save-z", "r.npy", "--raw"}));
  const std::vector<float> rows = floats_of(file_text(folder_ / "r.npy").substr(128));
  ASSERT_EQ(rows.size(), 2 * second.size());
  const std::vector<float> neighbour(rows.begin() + 100, rows.end());
  EXPECT_THAT(neighbour, ::testing::Pointwise(::testing::FloatNear(0.2501f), second));
  EXPECT_THAT(neighbour, ::testing::Not(::testing::Pointwise(::testing::FloatNear(0.1f), second)));
  expect_failure(arithmetic("z.npy:0,2"), 2, {"z.npy holds vectors 0..1", "no 2"});
  expect_failure(arithmetic("z.npy:"), 2, {"rows of z.npy", ":3,7,12"});
}

TEST_F(Latent, wrong_runs_and_checkpoints_are_told) {
  expect_failure(run_command({"latent", "walk", "no/run"}), 2, {"no/run", "not a run folder"});
  expect_failure(latent("walk", {"--checkpoint", "3"}), 1, {"no checkpoint '3'"});
  const fs::path state = checkpoint_of(run_, 4) / "state.json";
  std::string json = file_text(state);
  const size_t at = json.find("\"format_version\": ");
  ASSERT_NE(at, std::string::npos);
  json.insert(at + 18, "99");
  write_text(state, json);
  expect_failure(latent("directions", {}), 1, {"format version", "use a newer one"});
  fs::remove_all(run_ / "checkpoints");
  expect_failure(latent("interpolate", {}), 1, {"has no checkpoint yet"});
}

TEST_F(Latent, mistyped_words_are_named_with_the_right_help) {
  expect_failure(latent("walk", {"--stop", "3"}), 2,
                 {"did you mean '--stops'", "belamy latent walk --help"});
  expect_failure(run_command({"latent", "interpolat", "x"}), 2,
                 {"did you mean 'interpolate'", "belamy latent --help"});
  expect_failure(run_command({"latent"}), 2, {"belamy latent --help"});
}

}  // namespace
}  // namespace belamy::testing
