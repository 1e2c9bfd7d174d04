// What the rows of an event must be: the meaning of the tables' columns, written down a second time
// on purpose. Pure functions, any thread.
#pragma once

#include <cstdint>
#include <string_view>

#include "clientele/event/v1/event.pb.h"
#include "verify/row.h"

namespace clientele::verify {

// The row of `events`. `value`: the record's bytes; the row holds their hash.
void EventRow(const event::v1::Event& event, uint32_t entity_kind, uint64_t takes_back,
              std::string_view value, Row& row);
// The row of `calls`, and of `call_legs` for the leg with this index. The event tells a call.
void CallRow(const event::v1::Event& event, Row& row);
void LegRow(const event::v1::Event& event, int leg, Row& row);
// The row of `quarantine`.
void QuarantineRow(std::string_view reason, size_t value_bytes, Row& row);

// What a call comes to in figures; wait_ms is -1 where it is not known.
struct CallWork {
  int64_t queued_at = 0;
  int64_t wait_ms = -1;
  int64_t talk_ms = 0;
  int64_t hold_ms = 0;
  int64_t wrap_ms = 0;
  int64_t legs = 0;
  int64_t transfers = 0;
};
[[nodiscard]] CallWork WorkOf(const event::v1::Call& call);

}  // namespace clientele::verify
