// What the rows of journeys must be, written down a second time on purpose. Pure functions, any
// thread.
#pragma once

#include "clientele/event/v1/event.pb.h"
#include "verify/row.h"

namespace clientele::verify {

// A touchpoint, or a call that is not between employees: has a row of contacts.
[[nodiscard]] bool IsContact(const event::v1::Event& event);

// The event is one, or tells nothing.
void ContactRow(const event::v1::Event& event, Row& row);

}  // namespace clientele::verify
