#include "query/describe.h"

namespace clientele::query {
namespace {

void Describe(const Catalogue& catalogue, const Metric& metric,
              v1::ListMetricsResponse::Metric& out) {
  out.set_id(metric.id);
  out.set_version(metric.version);
  out.set_title_en(metric.title.en);
  out.set_title_ru(metric.title.ru);
  out.set_unit(metric.unit);
  out.set_direction(DirectionOf(metric));
  out.set_kind(std::string(KindName(metric.kind)));
  out.set_source(metric.source);
  out.set_owner(metric.owner);
  out.set_empty(metric.empty);
  for (const Variant& known : metric.variants) {
    auto& variant = *out.add_variants();
    variant.set_id(known.id);
    variant.set_title_en(known.title.en);
    variant.set_title_ru(known.title.ru);
    variant.set_is_default(known.is_default);
  }
  for (const auto& [id, known] : metric.parameters) {
    auto& parameter = *out.add_parameters();
    parameter.set_id(id);
    parameter.set_default_value(known.default_value);
    parameter.set_min(known.min);
    parameter.set_max(known.max);
    parameter.set_unit(known.unit);
    parameter.set_title_en(known.title.en);
    parameter.set_title_ru(known.title.ru);
  }
  for (const std::string& dimension : metric.Dimensions()) out.add_dimensions(dimension);
  for (const std::string& unit : catalogue.UnitsOf(metric)) out.add_units(unit);
  if (const Dimension* const points = catalogue.PointsOf(metric)) out.set_points(points->id);
}

}  // namespace

v1::Column::Direction DirectionOf(const Metric& metric) {
  switch (metric.direction) {
    case Direction::kUpGood:
      return v1::Column::UP_GOOD;
    case Direction::kDownGood:
      return v1::Column::DOWN_GOOD;
    case Direction::kNeutral:
      return v1::Column::NEUTRAL;
  }
  return v1::Column::DIRECTION_UNSPECIFIED;
}

void Describe(const Catalogue& catalogue, v1::ListMetricsResponse& out) {
  for (const auto& [id, metric] : catalogue.metrics())
    Describe(catalogue, metric, *out.add_metrics());
}

}  // namespace clientele::query
