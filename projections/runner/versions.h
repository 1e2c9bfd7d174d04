// Which versions of projections a store holds: the table clientele.versions, one row a change.
// Written by the runner (it begins and takes over), by a replay (it builds) and by the commands
// that steer one. A version's number names a set of tables; the code that makes them is found by
// its hash. A number is never used again. Plain values and free functions; any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "clickhouse/store.h"
#include "projections/runner/fenced_store.h"
#include "projections/runner/ledger.h"

namespace clientele::projections::runner {

enum class VersionState : uint8_t {
  kBuilding,   // a replay fills it
  kPaused,     // it shall not go on for now
  kReady,      // at the log's end and following it: the runner shall take it over
  kJoined,     // the runner projects it
  kDone,       // holds a part of the log, never serves
  kCancelled,  // given up before queries read it; its tables go
  kDropped,    // not needed any more; its tables go
};
[[nodiscard]] std::string_view StateName(VersionState state);

struct VersionRow {
  VersionName name;
  uint64_t change = 0;
  VersionState state = VersionState::kBuilding;
  std::string code_hash;
  std::vector<std::string> tables;  // calls_v2
  std::string restriction;          // empty: the whole log
  uint64_t rate = 0;                // events a second, 0: no limit
  // Whether the runner has ever taken it over: its tables are then the runner's to drop.
  bool was_joined = false;

  // The row that follows this one. Of two that follow the same one the greater `change` counts, and
  // they must not have the same, or a merge of the table keeps any of them. So a state that is
  // final lies above every number, joined or done below cancelled or dropped, and a command's
  // change is a step of two: it goes before what a process does at the same moment.
  [[nodiscard]] VersionRow ChangedTo(VersionState next, uint64_t step = 1) const;
  // Whether a replay has built it, if the runner projects it: the first change of every other one
  // is that it joined.
  [[nodiscard]] bool replayed() const { return change > 1; }
  // Whether its tables shall not be there.
  [[nodiscard]] bool gone() const {
    return state == VersionState::kCancelled || state == VersionState::kDropped;
  }
};
using Versions = std::map<VersionName, VersionRow>;

// NOT_FOUND if the store has never been begun.
[[nodiscard]] base::Result<Versions> ReadVersions(clickhouse::Store& store);

// To be inserted into clientele.versions; the same rows again do no harm.
[[nodiscard]] clickhouse::BlockWriter VersionsBlock(const base::Clock& clock,
                                                    const std::vector<VersionRow>& rows);
// By a fenced writer. Not retried.
[[nodiscard]] base::Status WriteVersions(FencedStore& store, const base::Clock& clock,
                                         const std::vector<VersionRow>& rows);

// Takes the writing of a version that is built beside the live ones over: from another replay, or
// for good, as the runner does once it has joined. As TakeOver.
[[nodiscard]] base::Result<Fence> TakeOverReplay(clickhouse::Store& store,
                                                 kafka::Producer& producer,
                                                 const base::Clock& clock, const LogIdentity& log,
                                                 const VersionName& version);

// Drops the tables of versions that are gone, then their ledgers. Again after a crash. Works on a
// full disk: dropping needs no room, and gives the room that changing the ledger takes.
[[nodiscard]] base::Status DropGone(clickhouse::Store& store, const Versions& versions);

// Drops a table of the database, if it is there. `waits`: its room is free on return; it takes as
// long as statements that still read it, so only for what nobody reads.
[[nodiscard]] base::Status DropTable(clickhouse::Store& store, const std::string& table,
                                     std::chrono::milliseconds deadline, bool waits);

}  // namespace clientele::projections::runner
