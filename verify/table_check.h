// Compares the rows of one table with the groups that the log tells, a stretch at a time; names
// every offset that differs and what is wrong there. One thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "clickhouse/store.h"
#include "kafka/consumer.h"
#include "verify/expected.h"
#include "verify/report.h"

namespace clientele::verify {

class TableCheck {
 public:
  // `table`: its name in the store, e.g. calls_v1. All must outlive this.
  TableCheck(Part part, std::string table, clickhouse::Store& store, kafka::LogReader& log,
             int32_t partitions, Report& report);

  // All rows of the stretch's offsets, against those that must be.
  [[nodiscard]] base::Status Check(const Stretch& stretch);
  [[nodiscard]] const TableCount& count() const { return count_; }

 private:
  // What rows belong together by.
  struct Place {
    int32_t partition = 0;
    uint64_t offset = 0;
    uint64_t retires = 0;
    auto operator<=>(const Place&) const = default;
  };
  // The rows of one place as the table has them.
  struct Found {
    Place place;
    uint32_t rows = 0;
    std::string content;
    std::string wrong;  // of the first row whose lineage is wrong
  };

  [[nodiscard]] base::Status Take(const clickhouse::Block& block);
  // The group that a row belongs to is the next one; what lies before it is missing.
  void Open(const Place& place);
  void Close();
  void SayMissing(const Group& group);
  void Say(const Place& place, const std::string& text);
  [[nodiscard]] static Place PlaceOf(const Group& group) {
    return {group.partition, group.offset, group.retires};
  }
  [[nodiscard]] const Group* Wanted() const;
  [[nodiscard]] std::string WrongLineage(const clickhouse::Block& block, size_t i) const;
  [[nodiscard]] clickhouse::Statement Rows(const std::vector<Range>& ranges) const;

  // Reads both sides of a group again, to say which columns differ.
  [[nodiscard]] base::Result<std::string> Explain(const Group& group);

  const Part part_;
  clickhouse::Store& store_;
  kafka::LogReader& log_;
  const int32_t partitions_;
  Report& report_;
  TableCount count_;
  Row pattern_;  // of a row of the table, for its columns

  const std::vector<Group>* groups_ = nullptr;
  size_t next_ = 0;  // in *groups_
  std::optional<Found> found_;
  std::vector<Group> different_;  // to be explained
  Row row_;
};

}  // namespace clientele::verify
