#include "app/simulate/simulation.h"

#include "app/simulate/calls.h"
#include "app/simulate/cases.h"
#include "app/simulate/commerce.h"
#include "app/simulate/identity.h"
#include "app/simulate/messages.h"
#include "app/simulate/quality.h"
#include "app/simulate/reference.h"
#include "app/simulate/voice.h"

namespace clientele::app::simulate {
namespace {

using base::FailField;

constexpr int kMostDays = 3'000;
constexpr int kMostCustomers = 5'000'000;
constexpr double kMostScale = 100;

}  // namespace

base::Result<std::unique_ptr<Simulation>> Simulation::Make(const Options& options) {
  if (options.days < 1 || options.days > kMostDays) {
    return FailField("days", "days {}: must be 1 to {}", options.days, kMostDays);
  }
  if (options.customers < 10 || options.customers > kMostCustomers) {
    return FailField("customers", "customers {}: must be 10 to {}", options.customers,
                     kMostCustomers);
  }
  if (!(options.scale > 0 && options.scale <= kMostScale)) {
    return FailField("scale", "scale {}: must be above 0, at most {}", options.scale, kMostScale);
  }
  auto timeline = Timeline::Make(options);
  if (!timeline) return tl::unexpected(timeline.error());
  return std::unique_ptr<Simulation>(new Simulation(options, std::move(*timeline)));
}

Simulation::Simulation(const Options& options, Timeline timeline)
    : options_(options),
      timeline_(std::move(timeline)),
      company_(Company::Make(options_, timeline_)),
      customers_(options_, timeline_),
      outbox_(timeline_),
      truth_(timeline_),
      teller_(options_.seed, timeline_, outbox_, truth_) {}

base::Status Simulation::Run(EventSink& sink, const std::function<void(int, int)>& on_day) {
  World world{options_, timeline_, company_, customers_, teller_, {}};
  Reference reference(world);
  Identity identity(world);
  Commerce commerce(world);
  Calls calls(world);
  Messages messages(world);
  Cases cases(world);
  Voice voice(world);
  Quality quality(world);
  const auto count = [&](const event::v1::Event& event, const Origin& origin) {
    truth_.CountSent(event, origin);
  };
  for (int day = 0; day < timeline_.days(); ++day) {
    world.contacts.clear();
    customers_.Begin(day);
    reference.Tell(day);
    identity.Tell(day);
    commerce.Tell(day);
    calls.Tell(day);
    messages.Tell(day);
    cases.Tell(day);
    voice.Tell(day);
    quality.Tell(day);
    if (base::Status sent = outbox_.Send(day, sink, count); !sent) return sent;
    if (on_day) on_day(day + 1, timeline_.days());
  }
  planted_ = {identity.wrong_merges(), identity.unlinked()};
  return {};
}

}  // namespace clientele::app::simulate
