// From the numbers of the scans to the figures of the answer: gaps filled, ratios, means,
// intervals, what is hidden, figures of an earlier range beside them. Pure; one thread at a time.
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
  // `earlier`: the plan of the earlier range, if there is one (EarlierPlan). Its groups are in the
  // answer too.
  explicit Answer(const Plan& plan, const Plan* earlier = nullptr)
      : plan_(plan),
        earlier_(earlier),
        cells_(plan.scans.size()),
        earlier_cells_(plan.scans.size()) {}

  // Rows of the statement that Render made of the plan's scan. OUT_OF_RANGE if the answer would
  // have more rows than the plan's limit; INTERNAL if the store answers what was not asked.
  [[nodiscard]] base::Status Take(size_t scan, const clickhouse::Block& block) {
    return TakeInto(cells_[scan], plan_, scan, block);
  }
  // The same for the scan of the earlier plan.
  [[nodiscard]] base::Status TakeEarlier(size_t scan, const clickhouse::Block& block) {
    return TakeInto(earlier_cells_[scan], *earlier_, scan, block);
  }
  // Rows, pairs and the meta's columns, after all scans. INTERNAL if the tables contradict
  // themselves.
  [[nodiscard]] base::Status Write(const Mark& mark, v1::QueryResponse& response) const;

 private:
  // Values of the group_by, without those that are points.
  using Group = std::vector<std::string>;
  // Aggregates by (group, bucket), those of its points one behind the other. Whole numbers up to
  // 2^53 are exact in a double.
  using Cells = std::map<std::pair<const Group*, size_t>, std::vector<double>>;

  base::Status TakeInto(Cells& cells, const Plan& plan, size_t index,
                        const clickhouse::Block& block);
  // Of one group and bucket, at one point.
  struct Place {
    const std::vector<Cells>* cells = nullptr;  // of every scan
    const Group* group = nullptr;
    size_t bucket = 0;
    bool absent = false;  // there is no such bucket
    bool ahead = false;   // it lies after the mark, or as long after the earlier range's begin
    size_t point = 0;     // of a distribution
  };

  // Whether it is a sum that is spread over stretches of time: known ahead of the mark.
  [[nodiscard]] bool IsKnownAhead(const PlannedColumn& column) const;
  // What the place is compared with.
  Place EarlierOf(const Place& place) const;

  // Null if there are no rows.
  const double* CellOf(const PlannedColumn& column, const Place& place) const;
  base::Status WriteRow(const Place& place, bool partial, v1::Row& row) const;
  base::Status WriteFigures(const Place& place, v1::Row& row) const;
  void WriteEarlierBucket(const Place& earlier, v1::Row& row) const;
  base::Status WriteFigure(const PlannedColumn& column, const Place& place,
                           v1::Figure& figure) const;
  void HideSmall(Kind kind, v1::Figure& figure) const;
  base::Status WriteDerived(const PlannedColumn& column, const Place& place,
                            v1::Figure& figure) const;
  base::Status WriteOwn(const PlannedColumn& column, const double* cell, v1::Figure& figure) const;
  base::Status WriteCompared(const PlannedColumn& column, const Place& place, const Place& earlier,
                             v1::Figure& figure) const;
  void WriteColumns(v1::Meta& meta) const;
  // Of the group of this value; of no group if nothing is of it.
  Place WholeRangeOf(const std::string& value) const;
  base::Status WritePairs(v1::QueryResponse& response) const;

  const Plan& plan_;
  const Plan* const earlier_;
  std::map<Group, bool> groups_;      // addresses of keys are stable
  std::vector<Cells> cells_;          // of every scan
  std::vector<Cells> earlier_cells_;  // of every scan of the earlier plan
};

}  // namespace clientele::query
