#include "projections/projection.h"

#include <cstdlib>

#include "projections/column_values.h"

namespace clientele::projections {

namespace {

using Columns = std::vector<clickhouse::BlockWriter::ColumnType>;

const Columns& TellingColumns() {
  static const Columns columns = {
      {"tenant", "LowCardinality(String)"},
      {"customer", "UUID"},
      {"occurred_at", "DateTime64(6, 'UTC')"},
      {"recorded_at", "DateTime64(3, 'UTC')"},
      {"src_partition", "UInt16"},
      {"src_offset", "UInt64"},
      {"retires", "UInt64"},
      {"row", "UInt32"},
      {"sign", "Int8"},
      {"cause", "Enum8('told' = 1, 'correction' = 2, 'retraction' = 3)"},
      {"purpose", "Enum8('REAL' = 1, 'MYSTERY' = 2, 'TEST' = 3)"},
  };
  return columns;
}

const Columns& RecordColumns() {
  static const Columns columns = {
      {"tenant", "LowCardinality(String)"},
      {"customer", "UUID"},
      {"occurred_at", "DateTime64(6, 'UTC')"},
      {"recorded_at", "DateTime64(3, 'UTC')"},
      {"src_partition", "UInt16"},
      {"src_offset", "UInt64"},
      {"cause",
       "Enum8('told' = 1, 'correction' = 2, 'retraction' = 3, 'duplicate' = 4, 'stale' = 5, "
       "'unknown' = 6)"},
  };
  return columns;
}

const Columns& LineageColumns(Lineage lineage) {
  return lineage == Lineage::kTelling ? TellingColumns() : RecordColumns();
}

// Anything but a UUID is nobody: validation does not quarantine it, and Project is total.
base::Uuid CustomerOf(const event::v1::Event& event) {
  if (event.customer_id().empty()) return {};
  return base::ParseUuid(event.customer_id()).value_or(base::Uuid{});
}

}  // namespace

std::vector<clickhouse::BlockWriter::ColumnType> ColumnsOf(const Table& table) {
  Columns columns = LineageColumns(table.lineage);
  columns.insert(columns.end(), table.columns.begin(), table.columns.end());
  return columns;
}

RowWriter& RowWriter::AddAll(const std::vector<base::Uuid>& values) {
  clickhouse::ColumnWriter& column = block_.column(next_++);
  column.AppendArraySize(values.size());
  for (const base::Uuid& value : values) column.Append(value);
  return *this;
}

void RowWriter::End() {
  if (next_ != block_.columns().size()) std::abort();
  block_.EndRow();
}

RowSink::RowSink(const std::vector<Table>& tables, std::vector<clickhouse::BlockWriter>& blocks,
                 const event::v1::Event& event, const Origin& origin)
    : tables_(tables), blocks_(blocks), event_(event), origin_(origin) {}

RowWriter RowSink::Begin(size_t table) {
  clickhouse::BlockWriter& block = blocks_[table];
  const Lineage lineage = tables_[table].lineage;
  if (!customer_) customer_ = CustomerOf(event_);
  RowWriter row(block, 0);
  row.Add(std::string_view(event_.tenant()))
      .Add(*customer_)
      .Add(int64_t{event_.occurred_at()})
      .Add(origin_.recorded_at_ms)
      .Add(origin_.src_partition)
      .Add(origin_.src_offset);
  if (lineage == Lineage::kTelling) row.Add(origin_.retires).Add(row_++).Add(origin_.sign);
  row.Add(static_cast<int8_t>(origin_.cause));
  if (lineage == Lineage::kTelling) row.Add(PurposeOf(event_));
  return RowWriter(block, LineageColumns(lineage).size());
}

}  // namespace clientele::projections
