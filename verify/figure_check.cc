#include "verify/figure_check.h"

#include <fmt/format.h>
#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "clientele/query/v1/query.grpc.pb.h"
#include "verify/cells.h"
#include "verify/left_to_oracle.h"

namespace clientele::verify {
namespace {

using base::Code;
using query::v1::Column;
using query::v1::Figure;
using query::v1::MetricsService;
using query::v1::QueryRequest;
using query::v1::QueryResponse;

// Of a request: the service's own limits.
constexpr size_t kMostMetrics = 20;
constexpr uint32_t kMostRows = 100'000;
// Behind the last day that a request may ask for.
constexpr int32_t kEndDay = 84'006;  // 2200-01-01
// Days without a call that are asked for between two with one.
constexpr int32_t kMostEmptyDays = 31;

std::string DayName(int32_t day) {
  const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{day}}};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

struct Days {
  int32_t from = 0;
  int32_t to = 0;  // not part of it
};

// One request's shape, and verify's own sums by the rows that it must have.
struct Asked {
  std::string tenant;
  Family family = Family::kCalls;
  Days days;
  bool by_day = false;
  bool grouped = false;  // by the family's dimension
  // Day 0 without a grain, an empty text without a group.
  std::map<std::pair<int32_t, std::string>, Sums> wanted;
  // Rows of the answers: each has those of its own metrics.
  std::set<std::pair<int32_t, std::string>> seen;
};

// The metrics that are compared, as they are asked for: by request.
using Metrics = std::map<Family, std::vector<std::vector<std::string>>>;

std::unique_ptr<MetricsService::Stub> Connect(const std::string& address) {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(-1);
  return MetricsService::NewStub(
      grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments));
}

void SetDeadline(grpc::ClientContext& context) {
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(120));
}

tl::unexpected<base::Error> Failed(const std::string& address, const grpc::Status& status) {
  return base::Fail(static_cast<Code>(status.error_code()), "{}: {}", address,
                    status.error_message());
}

base::Result<Metrics> ListMetrics(MetricsService::Stub& stub, const std::string& address) {
  grpc::ClientContext context;
  SetDeadline(context);
  query::v1::ListMetricsResponse response;
  const grpc::Status status = stub.ListMetrics(&context, {}, &response);
  if (!status.ok()) return Failed(address, status);
  Metrics metrics;
  for (const auto& metric : response.metrics()) {
    if (IsLeftToOracle(metric.id())) continue;
    for (const auto& variant : metric.variants()) {
      if (FigureOf(metric.id(), variant.id(), {})) continue;
      return base::Fail(Code::kFailedPrecondition,
                        "{}: offers the metric {} {}, which verify has no formula for; use the "
                        "program that serves it",
                        address, metric.id(), variant.id());
    }
    auto& requests = metrics[*FamilyOf(metric.id())];
    if (requests.empty() || requests.back().size() == kMostMetrics) requests.emplace_back();
    requests.back().push_back(metric.variants_size() > 1 ? metric.id() + ":all" : metric.id());
  }
  return metrics;
}

class Service {
 public:
  Service(const std::string& address, MetricsService::Stub& stub, Metrics metrics,
          const Figures& figures, Report& report)
      : address_(address),
        stub_(stub),
        metrics_(std::move(metrics)),
        figures_(figures),
        report_(report) {}

  [[nodiscard]] base::Status CheckTenant(const std::string& tenant);

 private:
  [[nodiscard]] base::Status CheckFamily(const std::string& tenant, Family family, bool grouped);
  [[nodiscard]] base::Status Check(Asked asked);
  [[nodiscard]] base::Status Ask(const std::vector<std::string>& metrics, Asked& asked);
  void CompareFigures(const QueryResponse& response, Asked& asked);
  void CompareRows(const Asked& asked);
  void CompareRow(const Asked& asked, const QueryResponse& response, const query::v1::Row& row,
                  const Sums& sums, const std::string& place);
  // What is wrong with a figure; empty if nothing is.
  [[nodiscard]] std::string WrongFigure(const Figure& figure, const Wanted& wanted) const;
  [[nodiscard]] std::vector<Days> Segments(const std::string& tenant, Family family,
                                           size_t groups) const;

  const std::string& address_;
  MetricsService::Stub& stub_;
  Metrics metrics_;
  const Figures& figures_;
  Report& report_;
};

base::Status Service::CheckTenant(const std::string& tenant) {
  for (const Family family : kFamilies) {
    for (const bool grouped : {false, true}) {
      if (grouped ? DimensionOf(family).empty() : !HasTotals(family)) continue;
      if (auto good = CheckFamily(tenant, family, grouped); !good) return good;
    }
  }
  return {};
}

base::Status Service::CheckFamily(const std::string& tenant, Family family, bool grouped) {
  std::set<std::string> groups;
  for (const auto& [cell, sums] : figures_.cells()) {
    if (cell.tenant == tenant && cell.family == family) groups.insert(cell.group);
  }
  const Days all{kFirstDay, kEndDay};
  if (auto good = Check({tenant, family, all, false, grouped, {}, {}}); !good) return good;
  for (const Days& days : Segments(tenant, family, grouped ? groups.size() : 1)) {
    if (auto good = Check({tenant, family, days, true, grouped, {}, {}}); !good) return good;
  }
  return {};
}

// The days that have facts, in pieces whose answers are not too long.
std::vector<Days> Service::Segments(const std::string& tenant, Family family, size_t groups) const {
  const auto most =
      static_cast<int32_t>(std::max<size_t>(1, kMostRows / std::max<size_t>(1, groups)));
  std::vector<Days> segments;
  for (const auto& [cell, sums] : figures_.cells()) {
    if (cell.tenant != tenant || cell.family != family) continue;
    if (cell.day < kFirstDay || cell.day >= kEndDay) continue;
    const bool near = !segments.empty() && cell.day < segments.back().to + kMostEmptyDays &&
                      cell.day < segments.back().from + most;
    if (!near) segments.push_back({cell.day, cell.day});
    segments.back().to = cell.day + 1;
  }
  return segments;
}

base::Status Service::Check(Asked asked) {
  for (const auto& [cell, sums] : figures_.cells()) {
    if (cell.tenant != asked.tenant || cell.family != asked.family) continue;
    if (cell.day < asked.days.from || cell.day >= asked.days.to) continue;
    asked.wanted[{asked.by_day ? cell.day : 0, asked.grouped ? cell.group : ""}] += sums;
  }
  if (!asked.by_day) {
    for (auto& [key, sums] : asked.wanted) {
      sums.costs = sums.costs_begun;
      sums.plans = sums.plans_begun;
    }
  }
  for (const auto& metrics : metrics_[asked.family]) {
    if (auto good = Ask(metrics, asked); !good) return good;
  }
  CompareRows(asked);
  return {};
}

base::Status Service::Ask(const std::vector<std::string>& metrics, Asked& asked) {
  QueryRequest request;
  *request.mutable_metrics() = {metrics.begin(), metrics.end()};
  request.set_from(DayName(asked.days.from));
  request.set_to(DayName(asked.days.to));
  request.set_limit(kMostRows);
  request.set_mark_id(static_cast<int64_t>(report_.mark_id));
  if (asked.by_day) request.set_grain(QueryRequest::DAY);
  if (asked.grouped) request.add_group_by(std::string(DimensionOf(asked.family)));
  grpc::ClientContext context;
  SetDeadline(context);
  context.AddMetadata("clientele-tenant", asked.tenant);
  QueryResponse response;
  const grpc::Status status = stub_.Query(&context, request, &response);
  if (!status.ok()) return Failed(address_, status);
  CompareFigures(response, asked);
  return {};
}

void Service::CompareFigures(const QueryResponse& response, Asked& asked) {
  for (const auto& row : response.rows()) {
    const std::pair<int32_t, std::string> key{
        asked.by_day ? static_cast<int32_t>(row.bucket_start() / kDay) : 0,
        asked.grouped ? row.dimensions(0) : ""};
    asked.seen.insert(key);
    const auto found = asked.wanted.find(key);
    CompareRow(
        asked, response, row, found == asked.wanted.end() ? Sums{} : found->second,
        fmt::format(
            "tenant {}{}{}", asked.tenant,
            asked.by_day ? ", day " + DayName(key.first) : ", all days",
            asked.grouped ? fmt::format(", {} {}", DimensionOf(asked.family), key.second) : ""));
  }
}

void Service::CompareRows(const Asked& asked) {
  for (const auto& [key, sums] : asked.wanted) {
    // Blocked and outbound calls alone need no row by queue.
    if (asked.seen.contains(key) || !sums.any()) continue;
    report_.Add({"I5", "figures", -1, -1,
                 fmt::format("tenant {}, {} {}: the answer has no row, must have one", asked.tenant,
                             asked.by_day ? DayName(key.first) : "all days", key.second)});
  }
}

void Service::CompareRow(const Asked& asked, const QueryResponse& response,
                         const query::v1::Row& row, const Sums& sums, const std::string& place) {
  for (int i = 0; i < row.figures_size(); ++i) {
    const Column& column = response.meta().columns(i);
    ++report_.figures;
    std::string wrong;
    if (asked.grouped && MeansNothingByQueue(column.metric())) {
      wrong = row.figures(i).empty() == Figure::NOT_APPLICABLE ? "" : "must not be applicable";
    } else if (asked.by_day && row.bucket_start() > report_.known_at &&
               !IsKnownAhead(column.metric())) {
      wrong = row.figures(i).empty() == Figure::NO_DATA ? "" : "must have no data after the mark";
    } else {
      wrong = WrongFigure(row.figures(i), *FigureOf(column.metric(), column.variant(), sums));
    }
    if (wrong.empty()) continue;
    report_.Add({"I5", "figures", -1, -1,
                 fmt::format("{}{}{}, {}: {}", column.metric(), column.variant().empty() ? "" : ":",
                             column.variant(), place, wrong)});
  }
}

std::string Service::WrongFigure(const Figure& figure, const Wanted& wanted) const {
  const auto& [value, n, untold] = wanted;
  const auto shown = [](const std::optional<double>& one) {
    return one ? fmt::format("{}", *one) : std::string("no value");
  };
  const std::optional<double> told =
      figure.has_value() ? std::optional(figure.value()) : std::nullopt;
  const bool near = told.has_value() == value.has_value() &&
                    (!told || std::abs(*told - *value) <= 1e-9 * std::max(1.0, std::abs(*value)));
  if (near && static_cast<double>(figure.n()) == n &&
      static_cast<double>(figure.untold()) == untold) {
    return {};
  }
  return fmt::format("is {} of n {}, {} untold, must be {} of n {}, {} untold", shown(told),
                     figure.n(), figure.untold(), shown(value), n, untold);
}

}  // namespace

base::Status AskService(const std::string& address) {
  const auto metrics = ListMetrics(*Connect(address), address);
  if (!metrics) return tl::unexpected(metrics.error());
  return {};
}

base::Status CheckFigures(const std::string& address, const Figures& figures, Report& report) {
  const auto stub = Connect(address);
  auto metrics = ListMetrics(*stub, address);
  if (!metrics) return tl::unexpected(metrics.error());
  Service service(address, *stub, *std::move(metrics), figures, report);
  for (const std::string& tenant : figures.Tenants()) {
    if (auto checked = service.CheckTenant(tenant); !checked) return checked;
  }
  return {};
}

}  // namespace clientele::verify
