// What the rows of reference must be, written down a second time on purpose. Pure functions, any
// thread.
#pragma once

#include <cstdint>
#include <vector>

#include "clientele/event/v1/event.pb.h"
#include "verify/row.h"
#include "verify/telling_rows.h"

namespace clientele::verify {

// Which rows a telling has, table by table in the order of their numbers; none of another kind.
[[nodiscard]] std::vector<PartRows> ReferenceRowsOf(const event::v1::Event& telling);
// The row with this place, from 0, among those of its table. Beyond the last, or of another kind: a
// row of nothing told.
void ReferenceRow(Part part, const event::v1::Event& telling, uint32_t place, Row& row);

}  // namespace clientele::verify
