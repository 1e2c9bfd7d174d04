// The program: all of its subcommands.
#include "app/command.h"
#include "app/config_command.h"
#include "app/engine_command.h"
#include "app/import_command.h"
#include "app/keys_command.h"
#include "app/metrics_command.h"
#include "app/publish_command.h"
#include "app/quarantine_command.h"
#include "app/query_command.h"
#include "app/replay_command.h"
#include "app/run_command.h"
#include "app/simulate_command.h"
#include "app/status_command.h"
#include "app/topics_command.h"
#include "app/verify_command.h"

int main(int argc, char** argv) {
  using namespace clientele::app;
  return RunProgram(
      argc, argv,
      {AddRun, AddStatus, AddPublish, AddImport, AddSimulate, AddQuery, AddEngine, AddMetrics,
       AddKeys, AddTopics, AddQuarantine, AddReplay, AddVerify, AddConfig});
}
