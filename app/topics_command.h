// `clientele topics create|check|list`: Kafka's topics and their settings.
#pragma once

#include "app/command.h"

namespace clientele::app {

void AddTopics(CLI::App& root, CommandLine& line);

}  // namespace clientele::app
