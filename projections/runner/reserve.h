// Room that the store keeps for the day its disk is full. Giving up a version frees disk, but a row
// that says so has to be written before anything is dropped, and a full disk has no room for that
// row. So the store holds a table of 8 MiB that nothing reads: it is dropped first, the row is
// written, and the table is made again at the next start or once the version's tables are gone.
// Free functions; any thread.
#pragma once

#include "base/result.h"
#include "clickhouse/store.h"

namespace clientele::projections::runner {

// Makes the reserve unless it is there. It may fail where the disk is nearly full: nothing else is
// lost by that.
[[nodiscard]] base::Status FillReserve(clickhouse::Store& store);

// Drops it; its room is free on return. To drop a table needs no room.
[[nodiscard]] base::Status SpendReserve(clickhouse::Store& store);

}  // namespace clientele::projections::runner
