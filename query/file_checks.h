// What a catalogue's files must say together: a metric's of the table that it is computed from, a
// table's of its schema. Pure; any thread.
#pragma once

#include <fmt/format.h>

#include <string_view>
#include <utility>

#include "query/catalogue.h"

namespace clientele::query {

template <typename... Args>
void AddFault(Faults& faults, fmt::format_string<Args...> format, Args&&... args) {
  faults.push_back(fmt::format(format, std::forward<Args>(args)...));
}

// Each adds what is wrong to `faults`.

// That the table has what the source names of it, and that it fits the metric's kind.
void CheckSource(const Metric& metric, const Source& source, const Table& table, Faults& faults);
// That what is not applicable, or remarked on, can at least be asked for, so that the answer can
// say why.
void CheckApplicable(const Metric& metric, Faults& faults);
// That the physical table has what the table's file, of this path, says.
void CheckColumns(std::string_view path, const Table& table, Faults& faults);
// That physical tables have what the table looks up, and by what: `known` is the one it names.
void CheckLookedUp(std::string_view path, const Table& table, const Table& known, Faults& faults);

}  // namespace clientele::query
