#include "engine/admission.h"

namespace clientele::engine {

Admission::Ticket::Ticket(Admission& admission, SlotKind kind, Wake& wake)
    : admission_(admission), kind_(kind), wake_(wake) {
  const size_t at = static_cast<size_t>(kind_);
  const std::lock_guard lock(admission_.mutex_);
  if (admission_.free_.at(at) > 0) {
    --admission_.free_.at(at);
    admitted_ = true;
  } else {
    admission_.waiting_.at(at).push_back(this);
  }
}

Admission::Ticket::~Ticket() {
  const size_t at = static_cast<size_t>(kind_);
  const std::lock_guard lock(admission_.mutex_);
  auto& waiting = admission_.waiting_.at(at);
  if (!admitted_) {
    waiting.remove(this);
  } else if (waiting.empty()) {
    ++admission_.free_.at(at);
  } else {
    Ticket& next = *waiting.front();
    waiting.pop_front();
    next.admitted_ = true;
    next.wake_.Set();
  }
}

bool Admission::Ticket::admitted() const {
  const std::lock_guard lock(admission_.mutex_);
  return admitted_;
}

}  // namespace clientele::engine
