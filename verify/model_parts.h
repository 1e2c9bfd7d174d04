// Of the rows of reference, those of models with parts: scorecards, plans, journey models. Written
// down a second time on purpose. Pure functions, any thread.
#pragma once

#include <google/protobuf/repeated_field.h>

#include <utility>
#include <vector>

#include "clientele/event/v1/event.pb.h"
#include "verify/row.h"
#include "verify/telling_rows.h"

namespace clientele::verify {

// The one with this place; one of nothing told beyond the last.
template <typename T>
[[nodiscard]] const T& PlaceOf(const google::protobuf::RepeatedPtrField<T>& all, int place) {
  return place >= 0 && place < all.size() ? all.Get(place) : T::default_instance();
}

// How many rows, table by table in the order of their numbers; none of another kind.
[[nodiscard]] std::vector<std::pair<Part, int>> ModelPartsOf(const event::v1::Event& telling);
// Adds the cells of the row with this place, from 0, among those of its table.
void ModelPartRow(Part part, const event::v1::Event& telling, int place, Row& row);

}  // namespace clientele::verify
