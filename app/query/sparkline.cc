#include "app/query/sparkline.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "app/query/cells.h"

namespace clientele::app {
namespace {

using query::v1::Column;
using query::v1::QueryRequest;
using query::v1::QueryResponse;
using query::v1::Row;
using Values = std::vector<std::optional<double>>;

struct Extent {
  double least = 0;
  double greatest = 0;
};

// None if there is no value.
std::optional<Extent> ExtentOf(const Values& values) {
  std::optional<Extent> extent;
  for (const auto& value : values) {
    if (!value) continue;
    if (!extent) extent = Extent{*value, *value};
    extent->least = std::min(extent->least, *value);
    extent->greatest = std::max(extent->greatest, *value);
  }
  return extent;
}

// Of one group: by column the value in every bucket.
struct Course {
  std::vector<std::string> dimensions;
  std::string currency;
  std::vector<Values> values;
};

// Of every group, in the order of their first rows; without any if there is one bucket, or more
// than make a line.
std::vector<Course> Courses(const QueryRequest& request, const QueryResponse& response) {
  constexpr size_t kMostBuckets = 100;
  std::map<int64_t, size_t> buckets;
  for (const Row& row : response.rows()) buckets.emplace(row.bucket_start(), 0);
  if (!HasGrain(request) || buckets.size() < 2 || buckets.size() > kMostBuckets) return {};
  size_t number = 0;
  for (auto& [start, index] : buckets) index = number++;
  std::map<std::vector<std::string>, size_t> groups;
  std::vector<Course> courses;
  for (const Row& row : response.rows()) {
    std::vector<std::string> key(row.dimensions().begin(), row.dimensions().end());
    key.push_back(Row::Kind_Name(row.kind()));
    const auto [group, added] = groups.try_emplace(key, courses.size());
    if (added) courses.push_back({DimensionsOf(request, row), CurrencyOf(request, row), {}});
    Course& course = courses[group->second];
    course.values.resize(static_cast<size_t>(row.figures_size()), Values(buckets.size()));
    for (int i = 0; i < row.figures_size(); ++i) {
      if (!row.figures(i).has_value()) continue;
      course.values[static_cast<size_t>(i)][buckets.at(row.bucket_start())] =
          row.figures(i).value();
    }
  }
  return courses;
}

// Bars, and what the lowest and the highest of them are.
std::string Bars(const Values& values, const std::string& unit, const std::string& currency) {
  const auto extent = ExtentOf(values);
  if (!extent) return {};
  const Shape shape =
      ShapeOf(unit, currency, std::max(std::abs(extent->least), std::abs(extent->greatest)));
  return fmt::format("{}  {} to {}{}", Sparkline(values), Number(extent->least, shape),
                     Number(extent->greatest, shape), shape.behind);
}

}  // namespace

std::string Sparkline(const Values& values) {
  constexpr std::array kBars = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  const auto extent = ExtentOf(values);
  std::string line;
  for (const auto& value : values) {
    if (!value) {
      line += ' ';
    } else if (extent->least == extent->greatest) {
      line += kBars[kBars.size() / 2 - 1];
    } else {
      const double part = (*value - extent->least) / (extent->greatest - extent->least);
      const auto bar = static_cast<size_t>(part * static_cast<double>(kBars.size()));
      line += kBars[std::min(bar, kBars.size() - 1)];
    }
  }
  return line;
}

std::string SparklineTable(const QueryRequest& request, const QueryResponse& response) {
  const std::vector<Course> courses = Courses(request, response);
  if (courses.empty()) return {};
  Lines lines(1);
  lines[0].insert(lines[0].end(), request.group_by().begin(), request.group_by().end());
  for (const Column& column : response.meta().columns()) lines[0].push_back(NameOf(column));
  for (const Course& course : courses) {
    auto& line = lines.emplace_back();
    for (const std::string& value : course.dimensions) line.push_back(Shown(value));
    for (size_t i = 0; i < course.values.size(); ++i) {
      line.push_back(Bars(course.values[i], response.meta().columns(static_cast<int>(i)).unit(),
                          course.currency));
    }
  }
  return "\n" + InLine(lines);
}

}  // namespace clientele::app
