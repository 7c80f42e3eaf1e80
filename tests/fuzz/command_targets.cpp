// The words after `belamy`, before anything is run.
#include "cli/command_line.h"
#include "tests/fuzz/target.h"

namespace belamy::testing {
namespace {

using Input = std::span<const uint8_t>;

// A word a line; a word cannot hold what ends it for the system.
std::vector<std::string> words_of(Input bytes) {
  std::vector<std::string> words(1);
  for (const uint8_t byte : bytes) {
    if (byte == '\n') {
      words.emplace_back();
    } else if (byte != 0) {
      words.back().push_back(static_cast<char>(byte));
    }
  }
  return words;
}

bool takes_command_line(Input bytes) {
  return parses({ErrorKind::kUsage, ErrorKind::kRecipe}, [&] {
    const cli::Request request = cli::parse_command_line(words_of(bytes));
    if (request.run) return;
    require(!request.answer.empty() || !request.complaint.empty(), "command line: nothing said");
    require(request.exit_code == 2 || request.complaint.empty(), "command line: odd exit code");
    if (!request.complaint.empty()) fail(ErrorKind::kUsage, "{}", request.complaint);
  });
}

std::vector<FuzzBytes> command_line_seeds() {
  return {as_bytes("--version"),
          as_bytes("train\ns1-mlp\n--set\ntrain.steps=10\n--set=loss.name=minimax\n--out\na\n"
                   "--threads\n2\n--precision\nbf16\n--seed\n3\n--dry-run"),
          as_bytes("sample\nlatest\n--count\n64\n--class\n7"),
          as_bytes("evaluate\nlatest\n--metrics\nfid,kid\n--extractor-input\n3\n64\n64\n--json"),
          as_bytes("benchmark\nmodes\n--which\nring\n--runs\n3"),
          as_bytes("translate\nrun\nin\nout\n--direction\nb2a"),
          as_bytes("data\nfetch\n--help")};
}

}  // namespace

std::vector<FuzzTarget> command_targets() {
  return {{"command_line", takes_command_line, command_line_seeds}};
}

}  // namespace belamy::testing
