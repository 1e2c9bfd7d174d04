// The contract of a projection: a named, versioned set of tables and one pure, total function from
// a telling to its rows. Made once by the registry, const from then on, used by any thread. The
// runner writes the columns that carry a row's lineage; a projection writes its own behind them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/uuid.h"
#include "clickhouse/native_block.h"
#include "clientele/event/v1/event.pb.h"

namespace clientele::projections {

// Why a row or an event is what it is. The numbers are the tables' Enum8.
enum class Cause : int8_t {
  kTold = 1,        // counts from now on, nothing counted before
  kCorrection = 2,  // counts from now on, another telling of the entity is taken back
  kRetraction = 3,  // bars tellings of an entity; may take one back
  kDuplicate = 4,   // of the revision that counts already
  kStale = 5,       // a higher revision counts, or a retraction bars it
  kUnknown = 6,     // of a kind that this build does not know
};

// Which event wrote a row, and for which telling.
struct Origin {
  uint16_t src_partition = 0;
  uint64_t src_offset = 0;
  int64_t recorded_at_ms = 0;  // of the event at src_offset
  uint64_t retires = 0;        // offset + 1 of the telling taken back, else 0
  int8_t sign = 1;
  Cause cause = Cause::kTold;
};

// A record of the log as the retirement step leaves it.
struct Record {
  const event::v1::Event& event;
  std::string_view value;  // its bytes as they are in the log
  uint32_t entity_kind = 0;
  uint64_t takes_back = 0;  // offset + 1 of the telling that it took back, else 0
};

// How a table carries lineage. Its columns, in this order, stand before the projection's own:
// kTelling: tenant, customer, occurred_at, recorded_at, src_partition, src_offset, retires, row,
// sign, cause, purpose. kRecord (one row an offset): tenant, customer, occurred_at, recorded_at,
// src_partition, src_offset, cause.
enum class Lineage : uint8_t { kTelling, kRecord };

struct Table {
  std::string name;  // without its version: calls -> clientele.calls_v<version>
  Lineage lineage = Lineage::kTelling;
  std::vector<clickhouse::BlockWriter::ColumnType> columns;  // the projection's own
};

// The lineage's columns and then the table's own: what its blocks are made of.
[[nodiscard]] std::vector<clickhouse::BlockWriter::ColumnType> ColumnsOf(const Table& table);

// One row being written: own columns from left to right, then End.
class RowWriter {
 public:
  RowWriter(clickhouse::BlockWriter& block, size_t first_own_column)
      : block_(block), next_(first_own_column) {}

  template <typename T>
  RowWriter& Add(const T& value) {
    block_.column(next_++).Append(value);
    return *this;
  }
  // Of an Array(UUID) column: all of its elements.
  RowWriter& AddAll(const std::vector<base::Uuid>& values);
  // Of an Array(String) column: all of its elements.
  RowWriter& AddAll(const std::vector<std::string>& values) {
    clickhouse::ColumnWriter& column = block_.column(next_++);
    column.AppendArraySize(values.size());
    for (const std::string& value : values) column.Append(value);
    return *this;
  }
  // Every column has its value; anything else is a programming error and aborts.
  void End();

 private:
  clickhouse::BlockWriter& block_;
  size_t next_;
};

// Takes the rows of one telling (or record) into the blocks of one projection's tables, numbered in
// the order of the calls over all of its tables.
class RowSink {
 public:
  // `blocks` in the order of `tables`; both must outlive this. `event` gives tenant, customer,
  // occurred_at and purpose.
  RowSink(const std::vector<Table>& tables, std::vector<clickhouse::BlockWriter>& blocks,
          const event::v1::Event& event, const Origin& origin);

  // Begins a row of the table with this number in tables().
  [[nodiscard]] RowWriter Begin(size_t table);

 private:
  const std::vector<Table>& tables_;
  std::vector<clickhouse::BlockWriter>& blocks_;
  const event::v1::Event& event_;
  const Origin origin_;
  std::optional<base::Uuid> customer_;  // read from the event for the first row
  uint32_t row_ = 0;
};

class Projection {
 public:
  virtual ~Projection() = default;

  [[nodiscard]] virtual std::string_view name() const = 0;
  // The number that its tables have in a store that begins with it. A store may hold them under
  // other numbers too, each built by a replay; of two codes of one name the one with the greater
  // number is the newer.
  [[nodiscard]] virtual uint32_t version() const = 0;
  [[nodiscard]] virtual const std::vector<Table>& tables() const = 0;
  // Creates its tables: statements separated by lines of only ";", with {version} in place of the
  // number. Tables are never altered: another schema is another code, under another number.
  [[nodiscard]] virtual std::string_view schema() const = 0;
  // Hash of mapping and schema at build time: what a store remembers of who made its tables.
  [[nodiscard]] virtual std::string_view code_hash() const = 0;

  // Rows of a telling: called when it begins to count, and again with the same telling when it is
  // taken back. A kind that it does not read gives none. Pure, total, never decrypts.
  virtual void Project(const event::v1::Event& telling, RowSink& rows) const = 0;
  // Of `events` alone, which has one row an offset: called once for every decodable record.
  virtual void Journal(const Record& /*record*/, RowSink& /*rows*/) const {}
};

}  // namespace clientele::projections
