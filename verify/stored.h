// What the store says of itself: marks, active versions, ledgers, tables. Read once at the start,
// in this order: mark, then ledgers, so that no ledger may be behind the mark. Plain values; one
// thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/uuid.h"
#include "clickhouse/store.h"

namespace clientele::verify {

struct Mark {
  uint64_t id = 0;
  int64_t known_at = 0;        // microseconds
  std::vector<uint64_t> next;  // by partition
};

struct Ledger {
  uint64_t next_offset = 0;
  uint64_t gaps = 0;
  uint64_t genesis = 0;
  uint64_t quarantined = 0;
  base::Uuid log_id;
};

struct Version {
  std::string projection;
  uint32_t number = 0;
  std::string code_hash;                   // of what made its rows
  std::map<int32_t, Ledger> ledgers;       // by partition; none: all of them are lost
  [[nodiscard]] std::string Name() const;  // calls_v1
  [[nodiscard]] std::string TableName(std::string_view table) const;  // call_legs_v1
  // Its tables hold everything below the mark.
  [[nodiscard]] bool Covers(const Mark& mark) const;
};

struct Stored {
  std::map<std::string, uint32_t> active;     // by projection
  std::vector<Version> versions;              // that are checked: active, or with a ledger
  std::vector<std::string> left_out;          // of a part of the log, or given up: calls_v3
  std::map<std::string, std::string> tables;  // columns by table
  // The active version of a projection; null if it has none.
  [[nodiscard]] const Version* Active(const std::string& projection) const;
};

// The mark with this id, or the newest. NOT_FOUND if there is none.
[[nodiscard]] base::Result<Mark> ReadMark(clickhouse::Store& store, std::optional<uint64_t> id);
// FAILED_PRECONDITION if these are no tables of ours.
[[nodiscard]] base::Result<Stored> ReadStored(clickhouse::Store& store);

// Names of versions of `stored` whose tables the store no longer keeps.
[[nodiscard]] base::Result<std::set<std::string>> DroppedSince(clickhouse::Store& store,
                                                               const Stored& stored);

// A select that reads much: it may take minutes.
[[nodiscard]] clickhouse::Statement LongSelect(std::string_view sql,
                                               clickhouse::Parameters parameters = {});

}  // namespace clientele::verify
