// The fence: who may write. A process takes a partition group over by a record in
// clientele.owners.v1, whose offset is its epoch; every insert's query id carries it, the engine
// refuses lower ones, and what older epochs still run is killed before anything is read. A plain
// value once taken; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "clickhouse/store.h"
#include "kafka/producer.h"
#include "projections/runner/genesis.h"

namespace clientele::projections::runner {

struct Fence {
  std::string group;
  uint64_t epoch = 0;

  // w:<writer>:<group>:<epoch>:<number of 12 digits>; `writer` is a projection with its version, or
  // one of the runner's own ("ledger", "marks").
  [[nodiscard]] std::string QueryId(std::string_view writer, uint64_t number) const;
};

// Of this machine; empty if it has none.
[[nodiscard]] std::string HostName();

// Writes the ownership record, announces its epoch to the store and ends what older epochs of these
// writers run there; on return nothing of theirs can land any more. UNAVAILABLE, DEADLINE_EXCEEDED:
// not taken; try again.
[[nodiscard]] base::Result<Fence> TakeOver(clickhouse::Store& store, kafka::Producer& producer,
                                           const base::Clock& clock, const LogIdentity& log,
                                           std::string_view group,
                                           const std::vector<std::string>& writers);

}  // namespace clientele::projections::runner
