// The subcommands: one file each, one row each in the table of command_line.cpp.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>

namespace belamy::cli {

/// Runs a parsed command and returns the exit code: 0 done, 1 the work failed, 2 the request was
/// wrong, 130 stopped by the user. Errors are thrown.
using Runner = std::function<int()>;

/// Each adds its options to its subcommand. Results go to standard output, talk to standard error.
Runner add_recipes(CLI::App& app);
Runner add_summary(CLI::App& app);
Runner add_data(CLI::App& app);
Runner add_train(CLI::App& app);
Runner add_sample(CLI::App& app);
Runner add_report(CLI::App& app);
Runner add_export(CLI::App& app);
Runner add_evaluate(CLI::App& app);
Runner add_compare(CLI::App& app);
Runner add_extractor(CLI::App& app);
Runner add_benchmark(CLI::App& app);
Runner add_latent(CLI::App& app);
Runner add_translate(CLI::App& app);
Runner add_bench(CLI::App& app);
Runner add_doctor(CLI::App& app);

}  // namespace belamy::cli
