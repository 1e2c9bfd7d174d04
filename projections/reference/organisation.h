// Rows of staff, targets, incidents and calendars. Pure and total; any thread.
#pragma once

#include "clientele/event/v1/event.pb.h"
#include "projections/projection.h"

namespace clientele::projections::reference {

void WriteStaff(const event::v1::Staff& staff, RowSink& rows);
void WriteTarget(const event::v1::Target& target, RowSink& rows);
void WriteServiceTarget(const event::v1::ServiceTarget& target, RowSink& rows);
// The incident, then its channels and its teams.
void WriteIncident(const event::v1::Incident& incident, RowSink& rows);
// The calendar, then its hours, then its holidays.
void WriteCalendar(const event::v1::Calendar& calendar, RowSink& rows);

}  // namespace clientele::projections::reference
