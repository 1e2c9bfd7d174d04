// `clientele engine` and nothing else: what the ubsan build starts, so that it need not build the
// whole program.
#include "app/engine_command.h"

int main(int argc, char** argv) {
  return clientele::app::RunProgram(argc, argv, {clientele::app::AddEngine});
}
