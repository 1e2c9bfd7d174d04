// The frame of every subcommand. A subcommand's file offers `void AddX(CLI::App& root,
// CommandLine& line)`: it adds its CLI11 subcommand with help texts and sets `line.run` in the
// subcommand's callback. main.cc lists them all. Exit status: 0 done, 1 failed, 2 wrong usage.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>

#include "base/config.h"

namespace clientele::app {

struct CommandLine {
  std::string config_file;          // --config FILE
  base::ConfigOverrides overrides;  // --set kafka.brokers=host:port, repeatable
  std::function<int()> run;         // what the chosen subcommand does; its value is the exit status

  // Defaults, file, environment, flags.
  [[nodiscard]] base::Result<base::Config> Load() const {
    return base::LoadConfig(config_file, base::ConfigEnvironment(), overrides);
  }
};

// Prints "clientele: <message>" on standard error and gives 1.
[[nodiscard]] int PrintError(const base::Error& error);

using AddCommand = void(CLI::App& root, CommandLine& line);

// Reads the command line, runs one subcommand; the process's exit status.
[[nodiscard]] int RunProgram(int argc, char** argv, std::initializer_list<AddCommand*> commands);

// A subcommand without options of its own, run with the configuration in force.
inline CLI::App* AddWithConfig(CLI::App& parent, CommandLine& line, const char* name,
                               const char* text, int (*run)(const base::Config&)) {
  CLI::App* const command = parent.add_subcommand(name, text);
  command->callback([&line, run] {
    line.run = [&line, run] {
      const auto config = line.Load();
      return config ? run(*config) : PrintError(config.error());
    };
  });
  return command;
}

}  // namespace clientele::app
