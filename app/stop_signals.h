// The signals by which a process is asked to end. Called by a command's main thread before any other
// thread starts, so that all of them leave these signals to the one that waits for them.
#pragma once

#include <signal.h>

namespace clientele::app {

// SIGTERM and SIGINT, blocked from now on; a peer that has gone is an error of the write.
[[nodiscard]] inline sigset_t BlockStopSignals() {
  sigset_t stops;
  sigemptyset(&stops);
  sigaddset(&stops, SIGTERM);
  sigaddset(&stops, SIGINT);
  pthread_sigmask(SIG_BLOCK, &stops, nullptr);
  signal(SIGPIPE, SIG_IGN);
  return stops;
}

}  // namespace clientele::app
