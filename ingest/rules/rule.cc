#include "ingest/rules/rule.h"

#include "clientele/event/v1/values.pb.h"

namespace clientele::ingest::rules {
namespace {

constexpr int kMostChannels = 32;

std::string Choices(const google::protobuf::EnumDescriptor& type) {
  std::string names;
  for (int i = 1; i < type.value_count(); ++i) {
    names += names.empty() ? "" : ", ";
    names += type.value(i)->name();
  }
  return names;
}

bool AllDigits(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

int Digits(std::string_view text) {
  int number = 0;
  for (const char c : text) number = number * 10 + (c - '0');
  return number;
}

int DaysOf(int year, int month) {
  constexpr std::array<int, 12> kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return kDays[static_cast<size_t>(month - 1)] + (month == 2 && leap ? 1 : 0);
}

bool IsDay(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  const std::string_view year = text.substr(0, 4);
  const std::string_view month = text.substr(5, 2);
  const std::string_view day = text.substr(8, 2);
  if (!AllDigits(year) || !AllDigits(month) || !AllDigits(day)) return false;
  if (Digits(year) < 1970 || Digits(month) < 1 || Digits(month) > 12) return false;
  return Digits(day) >= 1 && Digits(day) <= DaysOf(Digits(year), Digits(month));
}

}  // namespace

Status CheckText(std::string_view field, const std::string& text, size_t most, bool required) {
  if (required && text.empty()) {
    return FailField(std::string(field), "empty: must have 1 to {} characters", most);
  }
  if (HasNul(text)) {
    return FailField(std::string(field), "{}: holds a NUL character", Quoted(text));
  }
  if (TooLong(text, most)) {
    return FailField(std::string(field), "{}: {} characters, must have at most {}", Quoted(text),
                     Characters(text), most);
  }
  return {};
}

Status CheckMoment(const char* field, int64_t moment, bool required) {
  if (moment == 0 && required) {
    return FailField(field, "not set: is required, microseconds since the epoch");
  }
  if (moment < 0 || moment >= kMomentEnd) {
    return FailField(field, "{}: must be microseconds since the epoch, before the year 2200",
                     moment);
  }
  return {};
}

Status CheckRange(const char* field, int64_t value, int64_t least, int64_t most) {
  if (value >= least && value <= most) return {};
  return FailField(field, "{}: must be from {} to {}", value, least, most);
}

Status CheckNumber(const char* field, double value, double least, double most) {
  if (value >= least && value <= most) return {};  // false for NaN
  return FailField(field, "{}: must be a number from {} to {}", value, least, most);
}

Status CheckCurrency(const char* field, const std::string& text, bool required) {
  if (text.empty() && !required) return {};
  const bool capitals = std::ranges::all_of(text, [](char c) { return c >= 'A' && c <= 'Z'; });
  if (text.size() == 3 && capitals) return {};
  return FailField(field, "{}: must be three capital letters of ISO 4217, such as EUR",
                   Quoted(text));
}

Status CheckDay(const char* field, const std::string& text) {
  if (IsDay(text)) return {};
  return FailField(field, "{}: must be a day as YYYY-MM-DD", Quoted(text));
}

Status CheckCount(const char* field, int count, int least, int most) {
  if (count >= least && count <= most) return {};
  return FailField(field, "{} entries: must be from {} to {}", count, least, most);
}

Status CheckChoice(const char* field, int value, bool (*known)(int),
                   const google::protobuf::EnumDescriptor* (*type)(), bool required) {
  if (value == 0 && required) {
    return FailField(field, "not set: must be one of {}", Choices(*type()));
  }
  if (known(value)) return {};
  return FailField(field, "{}: must be one of {}", value, Choices(*type()));
}

Status CheckMoments(const char* field, const google::protobuf::RepeatedField<int64_t>& moments,
                    int most) {
  if (Status status = CheckCount(field, moments.size(), 0, most); !status) return status;
  const auto name = [&](int i) { return fmt::format("{}[{}]", field, i); };
  for (int i = 0; i < moments.size(); ++i) {
    if (Status status = CheckMoment("", moments[i], kRequired); !status) {
      return Within(name(i), std::move(status.error()));
    }
    if (i > 0 && moments[i] < moments[i - 1]) {
      return FailField(name(i), "{}: must not be before the one before it, {}", moments[i],
                       moments[i - 1]);
    }
  }
  return {};
}

Status CheckChannels(const char* field, const google::protobuf::RepeatedField<int>& channels) {
  if (Status status = CheckCount(field, channels.size(), 0, kMostChannels); !status) return status;
  using event::v1::Channel;
  const auto name = [&](int i) { return fmt::format("{}[{}]", field, i); };
  for (int i = 0; i < channels.size(); ++i) {
    Status status =
        CheckChoice("", channels[i], Channel::Value_IsValid, Channel::Value_descriptor, kRequired);
    if (!status) return Within(name(i), std::move(status.error()));
    for (int earlier = 0; earlier < i; ++earlier) {
      if (channels[earlier] == channels[i]) {
        return FailField(name(i), "{}: is there twice", channels[i]);
      }
    }
  }
  return {};
}

}  // namespace clientele::ingest::rules
