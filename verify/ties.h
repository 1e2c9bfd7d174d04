// Which pseudonyms are one customer, written down a second time on purpose: what ties them, the
// rows of identity_edges, and who is who after all ties are known. One thread.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/uuid.h"
#include "clientele/event/v1/event.pb.h"
#include "verify/row.h"

namespace clientele::verify {

// Two pseudonyms, `first` before `second`, and what an event says of them. The numbers are the
// table's Enum8.
struct Tie {
  enum Kind : int8_t { kNamedTogether = 1, kOne = 2, kNotOne = 3 };
  Kind kind = kNamedTogether;
  base::Uuid first;
  base::Uuid second;
};
// In the order of the event's rows. Pure.
[[nodiscard]] std::vector<Tie> TiesOf(const event::v1::Event& event);
// The row with this number; with one that the event does not have, any row of the table. Pure.
void IdentityEdgeRow(const event::v1::Event& event, uint32_t row_number, Row& row);

// Who is who, from the ties of all tellings that count.
class People {
 public:
  void Add(const std::string& tenant, const Tie& tie);
  // After all ties, once.
  void Settle();
  // The one that stands for it.
  [[nodiscard]] base::Uuid Whose(const std::string& tenant, const base::Uuid& id) const;

 private:
  struct Hash {
    size_t operator()(const base::Uuid& id) const { return id.High() ^ id.Low(); }
  };
  struct Tied {
    bool named_together = false;
    bool one = false;
    bool not_one = false;
  };
  struct OfTenant {
    std::map<std::pair<base::Uuid, base::Uuid>, Tied> pairs;
    std::unordered_map<base::Uuid, base::Uuid, Hash> whose;
  };
  static void Settle(OfTenant& tenant);

  std::map<std::string, OfTenant> tenants_;
};

}  // namespace clientele::verify
