// Tickets and complaints that came of the day's contacts, told whole again at every step. One
// thread.
#pragma once

#include "app/simulate/world.h"

namespace clientele::app::simulate {

class Cases {
 public:
  explicit Cases(World& world) : world_(world) {}

  // Opens a case of every contact of today that names one.
  void Tell(int day);

 private:
  void TellCase(int day, const Contact& contact, Random& random);

  World& world_;
};

}  // namespace clientele::app::simulate
