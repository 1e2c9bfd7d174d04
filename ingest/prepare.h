// One event on its way in: parse, check, fill in what the server knows, turn identifiers into
// pseudonyms, seal free text, serialise. One Preparer belongs to one call and reuses its buffers;
// not thread-safe.
#pragma once

#include <google/protobuf/arena.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/uuid.h"
#include "clientele/event/v1/event.pb.h"
#include "ingest/data_keys.h"
#include "ingest/identifiers.h"
#include "ingest/keys.h"
#include "ingest/phone.h"

namespace clientele::ingest {

class Preparer {
 public:
  // `data_keys` and `region` outlive it.
  Preparer(std::string tenant, KeySet& keys, DataKeys& data_keys, const PhoneRegion& region);

  // `now`: received_at, microseconds. On success key() and value() are what goes into the log,
  // until the next call. INVALID_ARGUMENT and PERMISSION_DENIED with the field: the event is
  // rejected. RESOURCE_EXHAUSTED: a new data key found the producer's queue full; call it again
  // later.
  [[nodiscard]] base::Status Prepare(std::string_view bytes, int64_t now);

  [[nodiscard]] const std::string& key() const { return key_; }
  [[nodiscard]] const std::string& value() const { return value_; }
  // Zero if the event was rejected before it had one.
  [[nodiscard]] const base::Uuid& event_id() const { return event_id_; }
  // The keys that the event's texts are sealed with.
  [[nodiscard]] const std::vector<std::shared_ptr<DataKey>>& data_keys() const {
    return used_keys_;
  }
  [[nodiscard]] const std::string& tenant() const { return tenant_; }

 private:
  base::Result<event::v1::Event*> Parse(std::string_view bytes);
  base::Status Complete(event::v1::Event& event);
  base::Status FillEventId(event::v1::Event& event);
  base::Status FillCustomer(event::v1::Event& event);
  base::Status FillPseudonyms(event::v1::Event& event);
  base::Status FillEntityId(event::v1::Event& event);
  base::Status SealTexts(event::v1::Event& event);
  base::Status SealText(event::v1::Text& text, std::string_view subject);
  base::Status Serialise(const event::v1::Event& event);

  const std::string tenant_;
  DataKeys& data_keys_;
  const PhoneRegion& region_;
  const std::shared_ptr<const TenantKeys> tenant_keys_;
  Pseudonymizer pseudonymizer_;
  std::vector<char> first_block_;
  google::protobuf::Arena arena_;

  base::Uuid event_id_;
  std::string key_;
  std::string value_;
  std::vector<std::shared_ptr<DataKey>> used_keys_;
};

}  // namespace clientele::ingest
