// What the tables must hold of a stretch of one partition, told by the log alone: `Teller` takes
// the partition's records in order and says which rows each of them writes. One thread.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "clientele/event/v1/event.pb.h"
#include "kafka/consumer.h"
#include "verify/envelope.h"
#include "verify/figures.h"
#include "verify/row.h"
#include "verify/rule.h"
#include "verify/telling_rows.h"

namespace clientele::verify {

// The rows that one record writes into one table for one telling: all of +1 or all of -1.
struct Group {
  int32_t partition = 0;
  uint64_t offset = 0;   // of the record
  uint64_t retires = 0;  // offset + 1 of the telling taken back, else 0
  int64_t recorded_ms = 0;
  Cause cause = Cause::kNone;
  int8_t sign = 1;
  uint32_t first_row = 0;  // their numbers are first_row, first_row + 1, ..
  uint32_t rows = 0;
  base::Hash128 content;    // of what they say, one after another
  uint64_t takes_back = 0;  // of a row of `events`
};

// Offsets [from, to) of a partition.
struct Range {
  int32_t partition = 0;
  uint64_t from = 0;
  uint64_t to = 0;
};

// Ranges of rising partitions, one of each at most, and all rows that must be of their offsets.
struct Stretch {
  std::vector<Range> ranges;
  std::vector<Group> groups[kParts];  // by Part, by rising (partition, offset, retires)
  [[nodiscard]] std::vector<Group>& of(Part part) { return groups[static_cast<size_t>(part)]; }
  [[nodiscard]] const std::vector<Group>& of(Part part) const {
    return groups[static_cast<size_t>(part)];
  }
  void Clear();
};

// What the records up to an offset are.
struct Counts {
  uint64_t next = 0;
  uint64_t gaps = 0;
  uint64_t genesis = 0;
  uint64_t quarantined = 0;
  uint64_t events = 0;
};

class Teller {
 public:
  explicit Teller(int32_t partitions) : partitions_(partitions) {}

  enum class Kind : uint8_t { kGenesis, kQuarantined, kEvent };
  // Counts the record, and appends the rows that it writes to `stretch`.
  Kind Take(const kafka::Record& record, Stretch& stretch);
  // The last record, if it was an event.
  [[nodiscard]] const event::v1::Event& event() const { return event_; }
  [[nodiscard]] const Counts& counts() const { return counts_; }
  // Adds the tellings that count now to the figures.
  void AddTo(Figures& figures) const;

 private:
  // A counting telling: what its rows say, by table, and what it adds to figures.
  struct Telling {
    struct Table {
      PartRows rows;
      base::Hash128 content;
    };
    std::vector<Table> tables;
    std::vector<Fact> facts;
  };
  struct Known {
    Entity entity;
    uint32_t telling = 0;  // number in tellings_ + 1; 0: none with rows counts
  };
  struct KeyHash {
    size_t operator()(const base::Hash128& key) const { return key.low; }
  };

  void Quarantine(const kafka::Record& record, std::string_view reason, Stretch& stretch);
  void Tell(const kafka::Record& record, const Reading& reading, Stretch& stretch);
  [[nodiscard]] Telling TellingOf(const std::vector<PartRows>& rows);
  static void Append(const Telling& telling, const Group& head, Stretch& stretch);
  [[nodiscard]] uint32_t Keep(Telling telling);
  base::Hash128 DigestOf(const Row& row);

  const int32_t partitions_;
  Counts counts_;
  event::v1::Event event_;
  std::unordered_map<base::Hash128, Known, KeyHash> entities_;
  std::vector<Telling> tellings_;
  std::vector<uint32_t> free_tellings_;  // numbers that are not in use
  Names names_;
  Row row_;
  std::string bytes_;
};

}  // namespace clientele::verify
