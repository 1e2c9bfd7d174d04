// The metrics that can be asked for, as their files declare them. Loaded once at start, immutable
// then; any thread. A file that breaks a rule stops the start with an error that names file, key,
// value and rule. How to write one: query/README.md.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "query/formula.h"
#include "query/schema.h"

namespace clientele::query {

// `service_level:all` asks for every variant.
inline constexpr std::string_view kAllVariants = "all";

// What is wrong in files: each names file, key, value and rule.
using Faults = std::vector<std::string>;

struct Title {
  std::string en;
  std::string ru;
  bool operator==(const Title&) const = default;
};

enum class DimensionType { kText, kNumber, kEnum };

// What a figure may be grouped or filtered by.
struct Dimension {
  std::string id;
  std::string column;
  // The same in every table that has the dimension. Numbers and enums are shown as text.
  DimensionType type = DimensionType::kText;
  // Of the table's look-up: the column that stands where a row's own is empty; empty if nothing is
  // looked up.
  std::string looked_up;
  // The table's rows have the column; else it is looked up alone.
  bool told = true;
  // Its values name people: figures of few observations are hidden.
  bool named_person = false;
  // Its values say how something was judged: beside a named person counts of few are hidden, too.
  bool result = false;
  // Sums are in units that it names, such as a currency: those of two values are never added up.
  bool unit_of_sums = false;
  // Its values are the points 0..last_point of a distribution, if that is not 0: a row lies at the
  // first point whose `point_size`-fold is not below the row's column, which is a number.
  int64_t last_point = 0;
  int64_t point_size = 1;
  Title title;
};

// A stretch of time [from, to) that a row holds for, by two of its columns.
struct Span {
  std::string from;
  std::string to;
};

// Where to find what rows leave out: of another table's rows of the same `by` the latest one that
// was valid at the row's own moment, as the mark knows it.
struct LookUp {
  std::string table;
  std::string by;  // column of both
  std::string at;
};

// What makes the rows of a table that no projection writes: one SELECT over other tables.
struct RowsQuery {
  std::string file;  // beside the table's
  // Without comments. {{id}} stands for the rows of a table of `reads`; its parameters are the
  // request's range and buckets and the mark's moment (rows_query.h), in microseconds.
  std::string sql;
  std::vector<std::string> reads;
};

// A projection's table as metric files see it; the physical one is <id>_v<version>.
struct Table {
  std::string id;
  std::string projection;
  // Of the physical one, or without their types those that its query gives; empty if its schema is
  // not among the files, or its query gives what it reads (*).
  ColumnTypes columns;
  // If there is no physical one: its rows have a sign, but no lineage.
  std::optional<RowsQuery> rows;
  std::vector<std::string> times;
  // Those of `times` that are no column but a stretch, over whose days a row's sums are spread.
  std::map<std::string, Span> spans;
  std::map<std::string, Dimension> dimensions;
  // If a dimension is looked up.
  std::optional<LookUp> look_up;
  // Named expressions; they may use one another.
  std::map<std::string, std::string> conditions;
};

// A whole number that a request may set.
struct Parameter {
  std::string id;
  int64_t default_value = 0;
  int64_t min = 0;
  int64_t max = 0;
  std::string unit;
  Title title;
  bool operator==(const Parameter&) const = default;
};

// `of` in the rows where `where` holds (empty: all of the population).
struct Measure {
  std::string of;
  std::string where;
  // Of a metric of kind sum: what holds of those rows that tell it, of the others it is unknown
  // (empty: all tell it).
  std::string told;
};

// Where a metric is computed from: one table. A request takes the first that has all dimensions
// that it uses.
struct Source {
  std::string table;
  std::string time;
  std::string population;
  std::vector<std::string> dimensions;
  // It has those of date_parts.h as well.
  bool date_parts = false;
  std::map<std::string, std::string> counts;  // name -> condition
  std::map<std::string, Measure> sums;
  std::map<std::string, Measure> values;  // of distinct counts and quantiles

  [[nodiscard]] bool Has(std::string_view dimension) const;
};

// Of a sum of counts such as "answered + abandoned - short_abandoned", or of sums.
struct Term {
  int sign = 1;
  std::string name;
};

enum class Kind { kCount, kSum, kRatio, kMean, kDistinct, kQuantile, kDistribution, kDerived };
enum class Direction { kUpGood, kDownGood, kNeutral };
enum class IntervalMethod { kNone, kWilson, kAdjustedWald, kStudent, kOrderStatistics };

struct Variant {
  std::string id;  // empty where a metric has one only
  Title title;
  bool is_default = false;
  // Ratios; of a count the numerator alone. Of a distribution, which is a ratio at every point, the
  // numerator counts the rows that lie at the point or below it, the denominator all.
  std::vector<Term> numerator;
  std::vector<Term> denominator;
  // Of a ratio: its terms are sums, else they are counts.
  bool of_sums = false;
  // Of a ratio of counts: the name of that which has yet to mature; empty if nothing has to.
  std::string immature;
  // Sums and means: the name of a sum.
  std::string sum;
  // Distinct counts and quantiles: the name of a value.
  std::string value;
  // Quantiles: above 0, at most 1. The figure is the ceil(level * n)-th smallest value.
  double level = 0;
  // Derived ones: of other metrics.
  Formula formula;
  // Of a ratio of sums: how much of the denominator is one of n, the last one begun; 0: n counts
  // rows.
  int64_t observation_size = 0;
  // The metric's, unless the variant says another one.
  IntervalMethod interval = IntervalMethod::kNone;
  // Dimensions of the metric's not_applicable that do apply to this variant.
  std::vector<std::string> applicable;
};

struct Metric {
  std::string path;  // of its file
  std::string id;
  uint32_t version = 0;
  Kind kind = Kind::kCount;
  std::string unit;
  // What the store's number is multiplied by to be in `unit`.
  double scale = 1;
  Direction direction = Direction::kNeutral;
  IntervalMethod interval = IntervalMethod::kNone;
  Title title;
  std::string source;
  std::string owner;
  std::string empty;
  // A projection's table: the metric means nothing to a tenant who never told of it; empty: it
  // always does.
  std::string applicable_with;
  // A metric that counts what this one leaves out, for the answer's warnings; empty: none does.
  std::string left_out;
  // A derived metric has those of its parts.
  std::map<std::string, Parameter> parameters;
  // Dimension -> why the metric means nothing by it.
  std::map<std::string, std::string> not_applicable;
  // Dimension -> what must be said of the metric by it, in English.
  std::map<std::string, std::string> remarks;
  std::vector<Source> sources;  // none of a derived one
  std::vector<Variant> variants;
  // Of a derived one: those that all of its parts have.
  std::vector<std::string> common_dimensions;

  // Null if there is none of that id; an empty id is the default one.
  [[nodiscard]] const Variant* FindVariant(std::string_view id) const;
  // Every dimension that one of its sources has, or that all of its parts have; by name.
  [[nodiscard]] std::vector<std::string> Dimensions() const;
  // The reason, empty if the variant means something by the dimension.
  [[nodiscard]] std::string_view NotApplicable(const Variant& variant,
                                               std::string_view dimension) const;
};

[[nodiscard]] std::string_view KindName(Kind kind);
// Distributions are ratios at every one of their points.
[[nodiscard]] bool IsRatio(Kind kind);
// Sums, means, quantiles and ratios of sums are made of amounts, which have a unit; the others of
// counts.
[[nodiscard]] bool HasUnit(Kind kind, const Variant& variant);

class Catalogue {
 public:
  using Files = std::vector<std::pair<std::string_view, std::string_view>>;

  // Files as (path, text): tables and their queries below tables/, schemas of physical tables below
  // schema/, metrics the others; a table's or metric's is named by its id. INVALID_ARGUMENT tells
  // the first fault.
  [[nodiscard]] static base::Result<Catalogue> Load(const Files& files);
  // Every fault; none: they can be loaded.
  [[nodiscard]] static Faults Lint(const Files& files);
  // Those of every projection that are built into the program.
  [[nodiscard]] static Files EmbeddedFiles();
  [[nodiscard]] static base::Result<Catalogue> Embedded();

  // The same with the metric of this file, however that is named, in place of the one of its id,
  // whatever was made of that before. NOT_FOUND: there is none of that id; INVALID_ARGUMENT: as
  // Load.
  [[nodiscard]] base::Result<Catalogue> With(std::string_view path, std::string_view text) const;

  // Null if there is none.
  [[nodiscard]] const Table* FindTable(std::string_view id) const;
  [[nodiscard]] const Metric* FindMetric(std::string_view id) const;
  // What `id` or `id:variant` names; nulls if there is none.
  [[nodiscard]] std::pair<const Metric*, const Variant*> FindVariant(std::string_view name) const;
  // Of a source of this catalogue.
  [[nodiscard]] const Table& TableOf(const Source& source) const;
  // What its query reads, in the order of `reads`; none of a projection's table.
  [[nodiscard]] std::vector<const Table*> ReadsOf(const Table& table) const;
  // The projection's own tables: none that a query makes.
  [[nodiscard]] std::vector<const Table*> StoredTables(std::string_view projection) const;
  // Every table that the metric or a part of it may be computed from, and what those are made of.
  [[nodiscard]] std::set<std::string> TablesOf(const Metric& metric) const;
  // Metrics over tables of the projection, and those that are derived of one; by id.
  [[nodiscard]] std::vector<const Metric*> MetricsOf(std::string_view projection) const;
  // Dimensions that name what its amounts, or those of its parts, are in.
  [[nodiscard]] std::set<std::string> UnitsOf(const Metric& metric) const;
  // Of a distribution, or of one that is a part of it: the dimension whose values its points are;
  // null of any other metric.
  [[nodiscard]] const Dimension* PointsOf(const Metric& metric) const;
  // Of a dimension of any table.
  [[nodiscard]] DimensionType TypeOf(std::string_view dimension) const;
  // Whether amounts of any table are in units that it names.
  [[nodiscard]] bool IsUnit(std::string_view dimension) const;
  // The values that a dimension of the type enum can have, with their numbers: 0 is "not told".
  // Empty if no schema tells them.
  [[nodiscard]] const EnumValues& ValuesOf(std::string_view dimension) const;
  // Every dimension of any table, by name.
  [[nodiscard]] std::vector<std::string> DimensionNames() const;
  [[nodiscard]] const std::map<std::string, Metric, std::less<>>& metrics() const {
    return metrics_;
  }

 private:
  Faults Read(const Files& files);
  void LoadTables(const Files& files, Faults& faults);
  // Whether it was added.
  bool AddTable(std::string_view path, Table table, const Schema& schema, Faults& faults);
  void CheckReads(std::string_view path, const Table& table, Faults& faults) const;
  void CheckLookUp(std::string_view path, const Table& table, Faults& faults) const;
  // Dimensions of every table that has them.
  void AddDateParts();
  // Sources of the metric that have them.
  void NoteDateParts(Metric& metric) const;
  void LoadMetrics(const Files& files, Faults& faults);
  void CheckMetric(const Metric& metric, Faults& faults) const;
  // That what metrics say is left out is counted by one.
  void CheckLeftOut(Faults& faults) const;
  [[nodiscard]] bool IsOver(const Metric& metric, std::string_view projection) const;
  void ResolveDerived(Faults& faults);
  // Whether every one is there.
  bool CheckParts(const Metric& metric, Faults& faults) const;
  void TakeOverParts(Metric& metric, Faults& faults) const;

  std::map<std::string, Table, std::less<>> tables_;
  std::map<std::string, DimensionType, std::less<>> types_;  // of dimensions
  std::map<std::string, EnumValues, std::less<>> values_;    // of those that are enums
  std::map<std::string, Metric, std::less<>> metrics_;
};

}  // namespace clientele::query
