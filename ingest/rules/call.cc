// Rules of Call.
#include "clientele/event/v1/customer_facts.pb.h"
#include "ingest/rules/kinds.h"
#include "ingest/rules/rule.h"

namespace clientele::ingest::rules {
namespace {

using event::v1::Call;
using event::v1::CallLeg;
using event::v1::Speech;

constexpr size_t kMostReference = 512;
constexpr int kMostLegs = 64;

constexpr Rule<CallLeg> kLegRules[] = {
    Id<"employee_id", &CallLeg::employee_id, kRequired>,
    Id<"team_id", &CallLeg::team_id>,
    Range<"line", &CallLeg::line, 0, 9>,
    Moment<"started_at", &CallLeg::started_at>,
    Moment<"answered_at", &CallLeg::answered_at>,
    Moment<"ended_at", &CallLeg::ended_at>,
    InOrder<"started_at", &CallLeg::started_at, "answered_at", &CallLeg::answered_at>,
    InOrder<"started_at", &CallLeg::started_at, "ended_at", &CallLeg::ended_at>,
    Duration<"talk_ms", &CallLeg::talk_ms>,
    Duration<"hold_ms", &CallLeg::hold_ms>,
    Duration<"wrap_ms", &CallLeg::wrap_ms>,
    Choice<"transfer", &CallLeg::transfer, CallLeg::Transfer_IsValid>,
};

constexpr Rule<Speech> kSpeechRules[] = {
    Duration<"agent_ms", &Speech::agent_ms>,         Duration<"customer_ms", &Speech::customer_ms>,
    Duration<"silence_ms", &Speech::silence_ms>,     Duration<"overlap_ms", &Speech::overlap_ms>,
    Texts<"tags", Speech, &Speech::tags, 64, 0, 32>,
};

bool Queued(Call::End end) {
  return end == Call::ANSWERED || end == Call::ABANDONED || end == Call::FLOWED_OUT ||
         end == Call::VOICEMAIL || end == Call::CALLBACK;
}

// Those that queued have queued_at (if inbound); those that never did have none.
Status EndFitsQueue(const Call& call) {
  if (!Queued(call.end()) && call.queued_at() != 0) {
    return FailField("queued_at", "{}: must be 0, a call that ended {} never queued",
                     call.queued_at(), Call::End_Name(call.end()));
  }
  if (Queued(call.end()) && call.direction() == Call::INBOUND && call.queued_at() == 0) {
    return FailField("queued_at", "not set: is required of an inbound call that ended {}",
                     Call::End_Name(call.end()));
  }
  return {};
}

// An answered call says when; one that nobody answered does not.
Status EndFitsAnswer(const Call& call) {
  if (call.end() == Call::ANSWERED && call.answered_at() == 0) {
    return FailField("answered_at", "not set: is required of a call that ended ANSWERED");
  }
  const bool nobody = call.end() == Call::ABANDONED || call.end() == Call::QUEUE_FULL ||
                      call.end() == Call::BUSY || call.end() == Call::NO_ANSWER;
  if (nobody && call.answered_at() != 0) {
    return FailField("answered_at", "{}: must be 0, nobody answered a call that ended {}",
                     call.answered_at(), Call::End_Name(call.end()));
  }
  return {};
}

constexpr Rule<Call> kCallRules[] = {
    Id<"call_id", &Call::call_id, kRequired>,
    Id<"conversation_id", &Call::conversation_id>,
    Id<"case_id", &Call::case_id>,
    Choice<"direction", &Call::direction, Call::Direction_IsValid, kRequired>,
    Text<"dialled_number", &Call::dialled_number>,
    Id<"queue_id", &Call::queue_id>,
    Text<"topic", &Call::topic>,
    Moment<"queued_at", &Call::queued_at>,
    Moment<"answered_at", &Call::answered_at>,
    Moment<"ended_at", &Call::ended_at>,
    InOrder<"queued_at", &Call::queued_at, "answered_at", &Call::answered_at>,
    InOrder<"queued_at", &Call::queued_at, "ended_at", &Call::ended_at>,
    InOrder<"answered_at", &Call::answered_at, "ended_at", &Call::ended_at>,
    Duration<"ivr_ms", &Call::ivr_ms>,
    Choice<"end", &Call::end, Call::End_IsValid, kRequired>,
    Choice<"ended_by", &Call::ended_by, Call::EndedBy_IsValid>,
    EndFitsQueue,
    EndFitsAnswer,
    Each<"legs", Call, CallLeg, &Call::legs, kLegRules, 0, kMostLegs>,
    Inside<"speech", &Call::has_speech, &Call::speech, kSpeechRules>,
    Text<"recording_ref", &Call::recording_ref, kMostReference>,
    Text<"transcript_ref", &Call::transcript_ref, kMostReference>,
};

}  // namespace

Status CheckCall(const event::v1::Event& event) { return Apply<Call>(kCallRules, event.call()); }

}  // namespace clientele::ingest::rules
