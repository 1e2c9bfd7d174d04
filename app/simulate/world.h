// What the themes of the sample share. Each theme tells its facts of a day through the teller; what
// happened between people that day is left in `contacts` for surveys, evaluations and cases. One
// thread.
#pragma once

#include <string>
#include <vector>

#include "app/simulate/company.h"
#include "app/simulate/customers.h"
#include "app/simulate/teller.h"

namespace clientele::app::simulate {

enum class HandedOver : uint8_t { kNo, kRelay, kWarm };

// A talk between a customer and an employee, on the phone or in writing.
struct Contact {
  event::v1::Subject::Kind kind = event::v1::Subject::CALL;
  std::string entity_id;
  std::string conversation_id;
  std::string case_id;  // empty: no case came of it
  std::string topic;
  int customer = 0;
  int employee = 0;  // who took it first
  TeamIndex team = kSales;
  event::v1::Channel::Value channel = event::v1::Channel::PHONE;
  int64_t ended_at = 0;
  double wait_s = 0;
  HandedOver handed_over = HandedOver::kNo;
  bool resolved = true;
};

struct World {
  const Options& options;
  const Timeline& timeline;
  const Company& company;
  Customers& customers;
  Teller& teller;
  std::vector<Contact> contacts;  // of the day
};

}  // namespace clientele::app::simulate
