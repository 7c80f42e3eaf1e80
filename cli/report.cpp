// belamy report RUN
#include "belamy/report/report.h"

#include <fmt/format.h>

#include <memory>

#include "belamy/core/file.h"
#include "cli/command.h"

namespace belamy::cli {
namespace {

struct ReportArguments {
  std::string run;
  std::string out;
};

int report(const ReportArguments& arguments) {
  const Run run = Run::open(arguments.run);
  const std::string out =
      arguments.out.empty() ? (run.folder() / "report.html").string() : arguments.out;
  write_file_atomically(out, std::string_view(report_html(run)));
  fmt::print("{}\n", out);
  return 0;
}

}  // namespace

Runner add_report(CLI::App& app) {
  auto a = std::make_shared<ReportArguments>();
  app.add_option("run", a->run, "A run folder, or latest")->required()->type_name("RUN");
  app.add_option("--out", a->out, "Page to write [RUN/report.html]")->type_name("FILE.html");
  app.footer(
      "\nExamples:\n"
      "  belamy report latest\n"
      "  belamy report runs/s1 --out s1.html\n"
      "\nOne HTML page without anything outside it: samples over time, curves, diagnoses, "
      "metrics,\n"
      "networks and recipe. It may be written while the run is being trained.\n"
      "The page's path is printed on standard output.");
  return [a] { return report(*a); };
}

}  // namespace belamy::cli
