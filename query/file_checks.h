// What a catalogue's files must say together: a metric's of the table that it is computed from, a
// table's of its schema or of the query that makes its rows. Pure; any thread.
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

// That the table has what the source names of it, that this can run, and that it fits the metric's
// kind.
void CheckSource(const Metric& metric, const Source& source, const Table& table, Faults& faults);
// That what is not applicable, or remarked on, can at least be asked for, so that the answer can
// say why.
void CheckApplicable(const Metric& metric, Faults& faults);
// That the table has the columns that its file, of this path, names, as far as they are known, and
// that its conditions can run.
void CheckTable(std::string_view path, const Table& table, Faults& faults);
// That physical tables have what the table looks up, and by what: `known` is the one it names.
void CheckLookedUp(std::string_view path, const Table& table, const Table& known, Faults& faults);

}  // namespace clientele::query
