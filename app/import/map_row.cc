// Applies a mapping to one row.
#include <date/tz.h>
#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <limits>
#include <sstream>

#include "app/import/mapping.h"

namespace clientele::app {
namespace {

using base::FailField;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using Row = std::vector<std::string>;

std::string Trimmed(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return "";
  return std::string(text.substr(begin, text.find_last_not_of(" \t") - begin + 1));
}

bool Holds(const std::vector<Condition>& conditions, const Row& row) {
  for (const Condition& condition : conditions) {
    const std::string value = Trimmed(row[static_cast<size_t>(condition.column)]);
    bool holds = !value.empty();
    if (!condition.values.empty()) {
      holds = false;
      for (const std::string& wanted : condition.values) holds = holds || value == wanted;
    }
    if (holds == condition.negated) return false;
  }
  return true;
}

// The rule's text for this row; empty if every column in it is empty.
std::string Text(const FieldRule& rule, const Row& row) {
  std::string text;
  bool columns = false;
  bool filled = false;
  for (const Template::Part& part : rule.value.parts) {
    if (part.column < 0) {
      text += part.text;
      continue;
    }
    const std::string value = Trimmed(row[static_cast<size_t>(part.column)]);
    columns = true;
    filled = filled || !value.empty();
    text += value;
  }
  if (columns && !filled) return "";
  if (const auto mapped = rule.map.find(text); mapped != rule.map.end()) return mapped->second;
  if (const auto other = rule.map.find("*"); other != rule.map.end()) return other->second;
  return text;
}

template <typename Number>
bool ReadNumber(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.begin(), text.end(), number);
  return error == std::errc() && end == text.end();
}

// Decimal comma and thin or plain spaces between thousands, as exports of spreadsheets have them.
bool ReadDecimal(std::string_view text, double& number) {
  std::string plain;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == ' ') continue;
    if (text.substr(i).starts_with("\xc2\xa0")) {
      ++i;
      continue;
    }
    plain += text[i] == ',' ? '.' : text[i];
  }
  return ReadNumber(plain, number) && std::isfinite(number);
}

base::Result<int64_t> Milliseconds(const std::string& path, const std::string& text,
                                   DurationUnit unit) {
  double number = 0;
  if (unit == DurationUnit::kClock) {
    double parts[3] = {0, 0, 0};
    int count = 0;
    size_t begin = 0;
    while (begin <= text.size() && count < 3) {
      const size_t end = std::min(text.find(':', begin), text.size());
      if (!ReadNumber(std::string_view(text).substr(begin, end - begin), parts[count++])) {
        return FailField(path, "\"{}\": must be hh:mm:ss", text);
      }
      begin = end + 1;
    }
    if (count < 2 || begin <= text.size()) return FailField(path, "\"{}\": must be hh:mm:ss", text);
    const double hours = count == 3 ? parts[0] : 0;
    number = hours * 3'600 + parts[count - 2] * 60 + parts[count - 1];
  } else if (!ReadDecimal(text, number)) {
    return FailField(path, "\"{}\": must be a number", text);
  }
  const double factor = unit == DurationUnit::kMilliseconds ? 1
                        : unit == DurationUnit::kMinutes    ? 60'000
                                                            : 1'000;
  if (number < 0 || number > 1e9) return FailField(path, "\"{}\": out of range", text);
  return std::llround(number * factor);
}

// A format with %z names the zone itself; otherwise it is the mapping's.
base::Result<int64_t> Moment(const FieldRule& rule, const std::string& text, const Row& row,
                             const date::time_zone* zone) {
  using std::chrono::microseconds;
  std::istringstream in(text);
  date::sys_time<microseconds> moment;
  if (rule.time_format.find("%z") != std::string::npos ||
      rule.time_format.find("%Ez") != std::string::npos) {
    in >> date::parse(rule.time_format, moment);
  } else {
    date::local_time<microseconds> local;
    in >> date::parse(rule.time_format, local);
    if (!in.fail()) moment = zone->to_sys(local, date::choose::earliest);
  }
  if (in.fail() || in.peek() != std::istringstream::traits_type::eof()) {
    return FailField(rule.path, "\"{}\": must be a time as {}", text, rule.time_format);
  }
  int64_t micros = moment.time_since_epoch().count();
  for (const DurationTerm& term : rule.plus) {
    const std::string value = Trimmed(row[static_cast<size_t>(term.column)]);
    if (value.empty()) continue;
    const auto added = Milliseconds(rule.path, value, term.unit);
    if (!added) return added;
    micros += *added * 1'000;
  }
  // A revision made of a moment, such as that of the last change: seconds fit it.
  return rule.steps.back().field->type() == FieldDescriptor::TYPE_INT64 ? micros
                                                                        : micros / 1'000'000;
}

base::Status SetWhole(const FieldRule& rule, Message& message, const FieldDescriptor* field,
                      int64_t number) {
  const Reflection* reflection = message.GetReflection();
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT64:
      if (field->is_repeated()) {
        reflection->AddInt64(&message, field, number);
      } else {
        reflection->SetInt64(&message, field, number);
      }
      return {};
    case FieldDescriptor::CPPTYPE_DOUBLE:
      reflection->SetDouble(&message, field, static_cast<double>(number));
      return {};
    case FieldDescriptor::CPPTYPE_UINT32:
      if (number < 0 || number > std::numeric_limits<uint32_t>::max()) break;
      reflection->SetUInt32(&message, field, static_cast<uint32_t>(number));
      return {};
    case FieldDescriptor::CPPTYPE_INT32:
      if (std::abs(number) > std::numeric_limits<int32_t>::max()) break;
      reflection->SetInt32(&message, field, static_cast<int32_t>(number));
      return {};
    default:
      break;
  }
  return FailField(rule.path, "{}: does not fit the field", number);
}

base::Status SetPlain(const FieldRule& rule, Message& message, const FieldDescriptor* field,
                      const std::string& text) {
  const Reflection* reflection = message.GetReflection();
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING: {
      if (field->is_repeated()) {
        reflection->AddString(&message, field, text);
      } else {
        reflection->SetString(&message, field, text);
      }
      return {};
    }
    case FieldDescriptor::CPPTYPE_BOOL:
      if (text != "true" && text != "false") {
        return FailField(rule.path, "\"{}\": must be true or false; map it", text);
      }
      reflection->SetBool(&message, field, text == "true");
      return {};
    case FieldDescriptor::CPPTYPE_ENUM: {
      const auto* value = field->enum_type()->FindValueByName(text);
      if (value == nullptr) {
        return FailField(rule.path, "\"{}\": is no {}; map it", text, field->enum_type()->name());
      }
      if (field->is_repeated()) {
        reflection->AddEnum(&message, field, value);
      } else {
        reflection->SetEnum(&message, field, value);
      }
      return {};
    }
    case FieldDescriptor::CPPTYPE_DOUBLE: {
      double number = 0;
      if (!ReadDecimal(text, number)) return FailField(rule.path, "\"{}\": must be a number", text);
      reflection->SetDouble(&message, field, number);
      return {};
    }
    default: {
      int64_t number = 0;
      if (!ReadNumber(text, number)) {
        return FailField(rule.path, "\"{}\": must be a whole number", text);
      }
      return SetWhole(rule, message, field, number);
    }
  }
}

// The message that holds the rule's last field, made on the way.
Message* Holder(const FieldRule& rule, Message& event) {
  Message* message = &event;
  for (size_t i = 0; i + 1 < rule.steps.size(); ++i) {
    const auto& step = rule.steps[i];
    const Reflection* reflection = message->GetReflection();
    if (!step.field->is_repeated()) {
      message = reflection->MutableMessage(message, step.field);
      continue;
    }
    if (step.field->is_map()) {
      message = reflection->AddMessage(message, step.field);
      const auto* pair = step.field->message_type();
      message->GetReflection()->SetString(message, pair->map_key(), step.key);
      continue;
    }
    while (reflection->FieldSize(*message, step.field) <= step.index) {
      reflection->AddMessage(message, step.field);
    }
    message = reflection->MutableRepeatedMessage(message, step.field, step.index);
  }
  return message;
}

base::Status SetField(const FieldRule& rule, const Row& row, const date::time_zone* zone,
                      event::v1::Event& event) {
  if (!Holds(rule.when, row)) return {};
  const std::string text = Text(rule, row);
  if (text.empty()) {
    if (rule.required) return FailField(rule.path, "the row has no value for it");
    return {};
  }
  Message* message = Holder(rule, event);
  const FieldDescriptor* field = rule.steps.back().field;
  if (rule.kind == FieldRule::Kind::kPlain) return SetPlain(rule, *message, field, text);
  base::Result<int64_t> number = 0;
  if (rule.kind == FieldRule::Kind::kMoment) {
    number = Moment(rule, text, row, zone);
  } else if (rule.kind == FieldRule::Kind::kDuration) {
    number = Milliseconds(rule.path, text, rule.unit);
  } else {
    double value = 0;
    if (!ReadDecimal(text, value) || std::abs(value * rule.scale) > 1e15) {
      return FailField(rule.path, "\"{}\": must be a number", text);
    }
    number = std::llround(value * rule.scale);
  }
  if (!number) return tl::unexpected(number.error());
  return SetWhole(rule, *message, field, *number);
}

// A row without a phone and with a mail has filled identifiers[1] alone: the empty one before it
// goes.
void DropEmpty(Message& message) {
  const Reflection* reflection = message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection->ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE || field->is_map()) continue;
    if (!field->is_repeated()) {
      DropEmpty(*reflection->MutableMessage(&message, field));
      continue;
    }
    int kept = 0;
    for (int i = 0; i < reflection->FieldSize(message, field); ++i) {
      Message* one = reflection->MutableRepeatedMessage(&message, field, i);
      DropEmpty(*one);
      if (one->ByteSizeLong() > 0) reflection->SwapElements(&message, field, i, kept++);
    }
    while (reflection->FieldSize(message, field) > kept) reflection->RemoveLast(&message, field);
  }
}

}  // namespace

base::Result<std::vector<event::v1::Event>> MapRow(const Mapping& mapping, const Row& row) {
  std::vector<event::v1::Event> events;
  for (const EventRule& rule : mapping.events) {
    if (!Holds(rule.when, row)) continue;
    event::v1::Event& event = events.emplace_back();
    for (const FieldRule& field : rule.fields) {
      if (auto set = SetField(field, row, mapping.time_zone, event); !set)
        return tl::unexpected(set.error());
    }
    DropEmpty(event);
  }
  return events;
}

}  // namespace clientele::app
