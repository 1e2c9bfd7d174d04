// Building blocks of the rules: a rule is a function that looks at one message and names the first
// thing that breaks it, by a path relative to that message. A kind's rules are a table of such
// functions; most are made by the templates here, one line each. Pure functions, any thread.
#pragma once

#include <fmt/format.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/generated_enum_reflection.h>
#include <google/protobuf/repeated_field.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <span>
#include <string>
#include <type_traits>

#include "base/result.h"
#include "ingest/rules/text.h"

namespace clientele::ingest::rules {

using base::FailField;
using base::Status;

template <typename Message>
using Rule = Status (*)(const Message&);

// The first broken rule.
template <typename Message>
[[nodiscard]] Status Apply(std::span<const Rule<Message>> table, const Message& message) {
  for (const Rule<Message> rule : table) {
    if (Status status = rule(message); !status) return status;
  }
  return {};
}

// The same error with `prefix` before its field: "legs[0]" and "talk_ms" make legs[0].talk_ms.
[[nodiscard]] inline tl::unexpected<base::Error> Within(std::string_view prefix,
                                                        base::Error error) {
  error.field =
      error.field.empty() ? std::string(prefix) : fmt::format("{}.{}", prefix, error.field);
  return tl::unexpected(std::move(error));
}

// A field's name as a template argument.
template <size_t kSize>
struct Name {
  constexpr Name(const char (&text)[kSize]) { std::copy_n(text, kSize, value); }  // NOLINT
  [[nodiscard]] std::string Text() const { return value; }
  char value[kSize]{};
};

template <typename Getter>
struct OwnerOf;
template <typename Owner, typename Value>
struct OwnerOf<Value (Owner::*)() const> {
  using Message = Owner;
  using Result = Value;
};
template <auto kGet>
using MessageOf = typename OwnerOf<decltype(kGet)>::Message;

inline constexpr bool kRequired = true;
inline constexpr size_t kMostId = 128;
inline constexpr size_t kMostText = 256;
inline constexpr int64_t kMostVersion = 1'000'000;
inline constexpr double kMostFigure = 1e15;
inline constexpr int64_t kDayMs = 86'400'000;
// Moments end before 2200-01-01 UTC (microseconds): what the tables hold.
inline constexpr int64_t kMomentEnd = 7'258'118'400'000'000;

// ---- Values by themselves: used by the templates below and by rules of their own.
[[nodiscard]] Status CheckText(std::string_view field, const std::string& text, size_t most,
                               bool required);
[[nodiscard]] Status CheckMoment(const char* field, int64_t moment, bool required);
[[nodiscard]] Status CheckRange(const char* field, int64_t value, int64_t least, int64_t most);
// Never NaN or infinite.
[[nodiscard]] Status CheckNumber(const char* field, double value, double least, double most);
[[nodiscard]] Status CheckCurrency(const char* field, const std::string& text, bool required);
// YYYY-MM-DD of the calendar.
[[nodiscard]] Status CheckDay(const char* field, const std::string& text);
[[nodiscard]] Status CheckCount(const char* field, int count, int least, int most);
// A value that the enum `type()` has; zero only if not required. `known` is the enum's own
// generated check: the descriptor is only looked into for the message of an error.
[[nodiscard]] Status CheckChoice(const char* field, int value, bool (*known)(int),
                                 const google::protobuf::EnumDescriptor* (*type)(), bool required);

// ---- Rules of one field.
template <Name kName, auto kGet, size_t kMost = kMostText, bool kNeeded = false>
[[nodiscard]] Status Text(const MessageOf<kGet>& message) {
  return CheckText(kName.value, (message.*kGet)(), kMost, kNeeded);
}

template <Name kName, auto kGet, bool kNeeded = false>
[[nodiscard]] Status Id(const MessageOf<kGet>& message) {
  return Text<kName, kGet, kMostId, kNeeded>(message);
}

template <Name kName, auto kGet, auto kIsValid, bool kNeeded = false>
[[nodiscard]] Status Choice(const MessageOf<kGet>& message) {
  const auto value = (message.*kGet)();
  return CheckChoice(kName.value, value, kIsValid,
                     google::protobuf::GetEnumDescriptor<std::remove_cv_t<decltype(value)>>,
                     kNeeded);
}

template <Name kName, auto kGet, bool kNeeded = false>
[[nodiscard]] Status Moment(const MessageOf<kGet>& message) {
  return CheckMoment(kName.value, (message.*kGet)(), kNeeded);
}

template <Name kName, auto kGet, int64_t kLeast, int64_t kMost>
[[nodiscard]] Status Range(const MessageOf<kGet>& message) {
  return CheckRange(kName.value, static_cast<int64_t>((message.*kGet)()), kLeast, kMost);
}

// Milliseconds, 0 to a day.
template <Name kName, auto kGet>
[[nodiscard]] Status Duration(const MessageOf<kGet>& message) {
  return CheckRange(kName.value, (message.*kGet)(), 0, kDayMs);
}

// Minor units: +-10^15.
template <Name kName, auto kGet, bool kNegative = false>
[[nodiscard]] Status Minor(const MessageOf<kGet>& message) {
  constexpr int64_t kMost = 1'000'000'000'000'000;
  return CheckRange(kName.value, (message.*kGet)(), kNegative ? -kMost : 0, kMost);
}

// From kLeast to kMost, never NaN or infinite.
template <Name kName, auto kGet, int64_t kLeast, int64_t kMost>
[[nodiscard]] Status Number(const MessageOf<kGet>& message) {
  return CheckNumber(kName.value, (message.*kGet)(), static_cast<double>(kLeast),
                     static_cast<double>(kMost));
}

template <Name kName, auto kGet, bool kNeeded>
[[nodiscard]] Status Currency(const MessageOf<kGet>& message) {
  return CheckCurrency(kName.value, (message.*kGet)(), kNeeded);
}

template <Name kName, auto kGet>
[[nodiscard]] Status Day(const MessageOf<kGet>& message) {
  return CheckDay(kName.value, (message.*kGet)());
}

// Required: the presence of an explicit field or a message.
template <Name kName, auto kHas>
[[nodiscard]] Status Present(const MessageOf<kHas>& message) {
  if ((message.*kHas)()) return {};
  return FailField(kName.Text(), "not set: is required");
}

// ---- Rules of two fields.
// If both moments are there, the second is not before the first.
template <Name kFirstName, auto kFirst, Name kSecondName, auto kSecond>
[[nodiscard]] Status InOrder(const MessageOf<kFirst>& message) {
  const int64_t first = (message.*kFirst)();
  const int64_t second = (message.*kSecond)();
  if (first == 0 || second == 0 || second >= first) return {};
  return FailField(kSecondName.Text(), "{}: must not be before {} {}", second, kFirstName.value,
                   first);
}

// The half-open stretch [from, to): `to` above `from`; 0 = open.
template <Name kFromName, auto kFrom, Name kToName, auto kTo>
[[nodiscard]] Status Above(const MessageOf<kFrom>& message) {
  const auto from = (message.*kFrom)();
  const auto to = (message.*kTo)();
  if (to == 0 || to > from) return {};
  return FailField(kToName.Text(), "{}: must be above {} {}", to, kFromName.value, from);
}

// ---- Rules of what lies within.
// A message field, if it is there.
template <Name kName, auto kHas, auto kGet, const auto& kTable>
[[nodiscard]] Status Inside(const MessageOf<kHas>& message) {
  if (!(message.*kHas)()) return {};
  using Part = std::remove_cvref_t<typename OwnerOf<decltype(kGet)>::Result>;
  if (Status status = Apply<Part>(kTable, (message.*kGet)()); !status) {
    return Within(kName.value, std::move(status.error()));
  }
  return {};
}

// A repeated message field: so many of them, and the rules of each.
template <Name kName, typename Message, typename Part,
          const google::protobuf::RepeatedPtrField<Part>& (Message::*kGet)() const,
          const auto& kTable, int kLeast, int kMost>
[[nodiscard]] Status Each(const Message& message) {
  const auto& parts = (message.*kGet)();
  if (Status status = CheckCount(kName.value, parts.size(), kLeast, kMost); !status) return status;
  for (int i = 0; i < parts.size(); ++i) {
    if (Status status = Apply<Part>(kTable, parts[i]); !status) {
      return Within(fmt::format("{}[{}]", kName.value, i), std::move(status.error()));
    }
  }
  return {};
}

// A repeated string field.
template <Name kName, typename Message,
          const google::protobuf::RepeatedPtrField<std::string>& (Message::*kGet)() const,
          size_t kMostCharacters, int kLeast, int kMost>
[[nodiscard]] Status Texts(const Message& message) {
  const auto& texts = (message.*kGet)();
  if (Status status = CheckCount(kName.value, texts.size(), kLeast, kMost); !status) return status;
  for (int i = 0; i < texts.size(); ++i) {
    Status status = CheckText({}, texts[i], kMostCharacters, kRequired);
    if (!status) return Within(fmt::format("{}[{}]", kName.value, i), std::move(status.error()));
  }
  return {};
}

// Rising moments.
[[nodiscard]] Status CheckMoments(const char* field,
                                  const google::protobuf::RepeatedField<int64_t>& moments,
                                  int most);
// Channels, none twice, none UNSPECIFIED.
[[nodiscard]] Status CheckChannels(const char* field,
                                   const google::protobuf::RepeatedField<int>& channels);

}  // namespace clientele::ingest::rules
