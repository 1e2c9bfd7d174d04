// Plans of requests, and results of their scans, for tests.
#pragma once

#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "query/answer.h"
#include "query/fake_store.h"
#include "query/mark.h"
#include "query/plan.h"

namespace clientele::query {

using Numbers = std::vector<int64_t>;

inline const Catalogue& Metrics() {
  static const Catalogue catalogue = Catalogue::Embedded().value();
  return catalogue;
}

inline Plan PlanOf(const std::string& text, const Catalogue& catalogue = Metrics()) {
  v1::QueryRequest request;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &request)) << text;
  auto plan = MakePlan(catalogue, request);
  EXPECT_TRUE(plan.has_value()) << plan.error().message;
  return std::move(*plan);
}

// One row of a scan's result.
struct ScanRow {
  size_t bucket;
  std::vector<std::string> keys;
  std::vector<double> values;
  int64_t point = 0;  // of a scan by points
};

inline clickhouse::Block BlockOf(const Plan& plan, size_t scan, const std::vector<ScanRow>& rows) {
  clickhouse::Block block;
  block.rows = rows.size();
  const auto numbers = [&](const auto& of) {
    Numbers column;
    for (const ScanRow& row : rows) column.push_back(of(row));
    return column;
  };
  block.columns.push_back(ColumnOf(
      "bucket", numbers([&](const ScanRow& row) { return plan.buckets.starts[row.bucket]; })));
  for (size_t i = 0; i < plan.scans[scan].keys.size(); ++i) {
    std::vector<std::string> column;
    for (const ScanRow& row : rows) column.push_back(row.keys[i]);
    block.columns.push_back(ColumnOf(fmt::format("key_{}", i), column));
  }
  if (plan.scans[scan].points != nullptr) {
    block.columns.push_back(
        ColumnOf("point", numbers([](const ScanRow& row) { return row.point; })));
  }
  for (size_t i = 0; i < plan.scans[scan].aggregates.size(); ++i) {
    const std::string name = fmt::format("value_{}", i);
    if (plan.scans[scan].aggregates[i].kind == Aggregate::Kind::kSumOfSquares) {
      std::vector<double> column;
      for (const ScanRow& row : rows) column.push_back(row.values[i]);
      block.columns.push_back(ColumnOf(name, column));
    } else {
      block.columns.push_back(ColumnOf(
          name, numbers([&](const ScanRow& row) { return static_cast<int64_t>(row.values[i]); })));
    }
  }
  return block;
}

inline Mark MarkAt(const Plan& plan, const char* civil) {
  return {7, plan.zone.ToInstant(ParseCivil("known_at", civil).value()), {}, {}};
}

inline const std::string kWeek = "from: '2026-11-02' to: '2026-11-05' ";

// The answer to a plan of one scan.
inline v1::QueryResponse Write(const Plan& plan, const std::vector<ScanRow>& rows,
                               const char* known_at = "2027-01-01") {
  Answer answer(plan);
  const auto taken = answer.Take(0, BlockOf(plan, 0, rows));
  EXPECT_TRUE(taken.has_value()) << taken.error().message;
  v1::QueryResponse response;
  const auto written = answer.Write(MarkAt(plan, known_at), response);
  EXPECT_TRUE(written.has_value()) << written.error().message;
  return response;
}

}  // namespace clientele::query
