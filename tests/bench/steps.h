// The steps of the benchmark that have to be fast: each is a subcommand of clientele_bench, run by
// tests/bench/run, and prints one line of JSON. One thread calls them.
#pragma once

#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <functional>

#include "base/result.h"

namespace clientele::bench {

// What a subcommand does once its options are read.
using Step = std::function<base::Status()>;

void AddPayload(CLI::App& root, Step& chosen);
void AddStream(CLI::App& root, Step& chosen);
void AddVisible(CLI::App& root, Step& chosen);
void AddCapture(CLI::App& root, Step& chosen);
void AddProduce(CLI::App& root, Step& chosen);
void AddInsert(CLI::App& root, Step& chosen);
void AddAsk(CLI::App& root, Step& chosen);
void AddMetrics(CLI::App& root, Step& chosen);

// Of this process, user and system.
[[nodiscard]] inline double CpuSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

using Clock = std::chrono::steady_clock;

[[nodiscard]] inline double SecondsSince(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

}  // namespace clientele::bench
