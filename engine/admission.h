// Who may run now: separate slots for statements that write, that read, and that control (KILL,
// questions about running statements), so that none starves another. First come, first served.
// Owned by the server, any thread.
#pragma once

#include <array>
#include <cstddef>
#include <list>
#include <mutex>
#include <utility>

#include "engine/wake.h"

namespace clientele::engine {

enum class SlotKind { kWriter, kReader, kControl };

class Admission {
 public:
  Admission(size_t writers, size_t readers, size_t controls)
      : free_{writers, readers, controls}, all_(free_) {}

  // A place in the line. Its destructor leaves the line, or gives the slot back.
  class Ticket {
   public:
    // `wake` is set when the slot is ours.
    Ticket(Admission& admission, SlotKind kind, Wake& wake);
    ~Ticket();
    Ticket(const Ticket&) = delete;
    Ticket& operator=(const Ticket&) = delete;
    [[nodiscard]] bool admitted() const;

   private:
    friend class Admission;
    Admission& admission_;
    const SlotKind kind_;
    Wake& wake_;
    bool admitted_ = false;  // under the admission's mutex
  };

  [[nodiscard]] size_t slots(SlotKind kind) const { return all_.at(static_cast<size_t>(kind)); }

 private:
  mutable std::mutex mutex_;
  std::array<size_t, 3> free_;
  const std::array<size_t, 3> all_;
  std::array<std::list<Ticket*>, 3> waiting_;
};

}  // namespace clientele::engine
