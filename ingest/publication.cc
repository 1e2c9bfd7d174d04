#include "ingest/publication.h"

namespace clientele::ingest {

Publication::Publication(size_t events, std::shared_ptr<PublicationOwner> owner)
    : slots_(events), outstanding_(events + 1), owner_(std::move(owner)) {}

std::shared_ptr<Publication> Publication::Make(size_t events,
                                               std::shared_ptr<PublicationOwner> owner) {
  const std::shared_ptr<Publication> made(new Publication(events, std::move(owner)));
  made->self_ = made;
  return made;
}

void Publication::Reject(size_t index, base::Error error) {
  slots_[index].code = v1::REJECTED;
  slots_[index].error = std::make_unique<base::Error>(std::move(error));
  Unexpect();
}

void Publication::NotProduced(size_t index, base::Error error) {
  slots_[index].code = v1::UNKNOWN;
  slots_[index].error = std::make_unique<base::Error>(std::move(error));
  Unexpect();
}

void Publication::OnDelivery(uint64_t tag, const kafka::Delivery& delivery) {
  Slot& slot = slots_[tag];
  if (delivery.outcome == kafka::Delivery::Outcome::kPersisted) {
    slot.code = v1::ACCEPTED;
    slot.partition = delivery.partition.value;
    slot.offset = delivery.offset.value;
  } else {
    slot.code = v1::UNKNOWN;
    slot.error = std::make_unique<base::Error>(delivery.error);
  }
  CountDown();
}

void Publication::OnKeyStored(uint64_t tag, bool stored) {
  if (!stored) slots_[tag].key_failed.store(true, std::memory_order_relaxed);
  CountDown();
}

void Publication::CountDown() {
  if (outstanding_.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  // The last one: nobody else looks at this object any more but the owner.
  const std::shared_ptr<Publication> self = std::move(self_);
  const std::shared_ptr<PublicationOwner> owner = std::move(owner_);
  owner->OnComplete(*this);
}

v1::ResultCode Publication::CodeOf(size_t index) const {
  const Slot& slot = slots_[index];
  const bool key_failed = slot.key_failed.load(std::memory_order_relaxed);
  return slot.code == v1::ACCEPTED && key_failed ? v1::UNKNOWN : slot.code;
}

void Publication::Fill(size_t index, v1::EventResult& result) const {
  const Slot& slot = slots_[index];
  const v1::ResultCode code = CodeOf(index);
  result.set_code(code);
  if (!slot.event_id.IsZero()) result.set_event_id(slot.event_id.ToString());
  if (code == v1::ACCEPTED) {
    result.set_partition(slot.partition);
    result.set_offset(slot.offset);
    return;
  }
  if (code == v1::REJECTED) {
    result.set_field(slot.error->field);
    result.set_reason(slot.error->message);
    return;
  }
  const std::string_view why = slot.error ? std::string_view(slot.error->message)
                                          : "the key of its text may not be in the log";
  result.set_reason(fmt::format("{}; send it again with the same event_id", why));
}

Publication::Counts Publication::Totals() const {
  Counts counts;
  for (size_t i = 0; i < slots_.size(); ++i) {
    const v1::ResultCode code = CodeOf(i);
    ++(code == v1::ACCEPTED   ? counts.accepted
       : code == v1::REJECTED ? counts.rejected
                              : counts.unknown);
  }
  return counts;
}

double Publication::Seconds() const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun_).count();
}

}  // namespace clientele::ingest
