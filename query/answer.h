// From the numbers of the scans to the figures of the answer: gaps filled, ratios, means,
// intervals, what is hidden. Pure; one thread at a time.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "clickhouse/native_block.h"
#include "clientele/query/v1/query.pb.h"
#include "query/mark.h"
#include "query/plan.h"

namespace clientele::query {

// The groups that occur and the aggregates of every scan, bucket and group.
class Answer {
 public:
  explicit Answer(const Plan& plan) : plan_(plan), cells_(plan.scans.size()) {}

  // Rows of the statement that Render made of the plan's scan. OUT_OF_RANGE if the answer would
  // have more rows than the plan's limit; INTERNAL if the store answers what was not asked.
  [[nodiscard]] base::Status Take(size_t scan, const clickhouse::Block& block);
  // Rows and the meta's columns, after all scans. INTERNAL if the tables contradict themselves.
  [[nodiscard]] base::Status Write(const Mark& mark, v1::QueryResponse& response) const;

 private:
  using Group = std::vector<std::string>;
  // Aggregates by (group, bucket). Whole numbers up to 2^53 are exact in a double.
  using Cells = std::map<std::pair<const Group*, size_t>, std::vector<double>>;

  base::Result<size_t> BucketOf(int64_t start) const;
  // Of one group and bucket.
  struct Place {
    const Group* group = nullptr;
    size_t bucket = 0;
    bool after_mark = false;
  };

  // Null if there are no rows.
  const std::vector<double>* CellOf(const PlannedColumn& column, const Place& place) const;
  base::Status WriteFigure(const PlannedColumn& column, const Place& place,
                           v1::Figure& figure) const;
  base::Status WriteDerived(const PlannedColumn& column, const Place& place,
                            v1::Figure& figure) const;
  base::Status WriteOwn(const PlannedColumn& column, const std::vector<double>* cell,
                        v1::Figure& figure) const;
  void WriteColumns(v1::Meta& meta) const;

  const Plan& plan_;
  std::map<Group, bool> groups_;  // addresses of keys are stable
  std::vector<Cells> cells_;      // of every scan
};

}  // namespace clientele::query
