// From a record of the log to what it is: a genesis record, an event, or something for the
// quarantine, by the envelope's rules (version 1). The rules are frozen and are written down here a
// second time on purpose: verify shares no code with the runner. Pure functions, any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "clientele/event/v1/event.pb.h"
#include "clientele/log/v1/log.pb.h"
#include "kafka/consumer.h"

namespace clientele::verify {

struct Reading {
  // The name of the broken rule as the quarantine stores it; empty for an event.
  std::string_view reason;
  uint32_t entity_kind = 0;
  bool unknown_kind = false;  // the payload is of a kind that this build does not know
};

// `event` is cleared first and unspecified if there is a reason.
[[nodiscard]] Reading ReadEvent(const kafka::Record& record, int32_t partitions,
                                event::v1::Event& event);

// The genesis record that these bytes are, if they are one.
[[nodiscard]] std::optional<log::v1::Genesis> ReadGenesis(std::string_view key,
                                                          std::string_view value);

}  // namespace clientele::verify
