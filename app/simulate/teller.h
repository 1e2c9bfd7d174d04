// How facts are told: most once and at once, some twice, some days late, some wrong first and then
// corrected, a few taken back. One thread.
#pragma once

#include <cstdint>
#include <vector>

#include "app/simulate/customers.h"
#include "app/simulate/outbox.h"
#include "app/simulate/random.h"
#include "app/simulate/truth.h"

namespace clientele::app::simulate {

struct Disorder {
  double duplicates = 0.02;
  double late = 0.01;
  double corrected = 0.01;    // of calls and touchpoints that have an id
  double retracted = 0.0015;  // of the same
};

class Teller {
 public:
  Teller(uint64_t seed, const Timeline& timeline, Outbox& outbox, Truth& truth)
      : random_(seed, "teller"), timeline_(timeline), outbox_(outbox), truth_(truth) {}

  [[nodiscard]] static constexpr Disorder disorder() { return {}; }

  // An event to be filled.
  [[nodiscard]] EventHandle Draft(const char* system, int64_t occurred_at);
  // A number that no other event has, for external ids.
  [[nodiscard]] uint64_t NextNumber() { return ++number_; }

  // On time, once: what people enter by hand.
  void TellOnce(EventHandle event, int64_t known_at);
  // Sometimes late, sometimes twice.
  void Tell(EventHandle event, int64_t known_at);
  // Also sometimes wrong at first or taken back. A call or a touchpoint with an id, in its right
  // form, of revision 0; nothing else may be told of this entity.
  void TellCorrectable(EventHandle event, int64_t known_at);

 private:
  struct Telling {
    EventHandle event;
    int64_t known_at = 0;
    Origin origin;
  };

  void TellCorrected(EventHandle right, int64_t known_at);
  void TellRetracted(EventHandle event, int64_t known_at);
  EventHandle Copy(const event::v1::Event& event);
  void MakeWrong(event::v1::Event& event);
  void MakeCallWrong(event::v1::Event& event);
  void Send(Telling telling);
  // Counts, by the telling rule, what is known before the end.
  void Resolve(const std::vector<Telling>& tellings, int64_t bar, int64_t bar_known_at);

  Random random_;
  const Timeline& timeline_;
  Outbox& outbox_;
  Truth& truth_;
  uint64_t number_ = 0;
};

}  // namespace clientele::app::simulate
