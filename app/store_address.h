// Where the store of a configuration is: the server that it names, else the engine's socket. Pure.
#pragma once

#include "base/config.h"
#include "clickhouse/store.h"

namespace clientele::app {

[[nodiscard]] inline clickhouse::Address StoreAddress(const base::Config& config) {
  if (config.clickhouse.url.empty()) {
    return {"unix:" + config.EngineSocket(), "default", config.engine.password};
  }
  return {config.clickhouse.url, config.clickhouse.user, config.clickhouse.password};
}

}  // namespace clientele::app
