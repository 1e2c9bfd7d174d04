// What is UTF-8 and what is not: RFC 3629, no overlong forms, no surrogates, at most U+10FFFF. Pure
// functions, any thread.
#pragma once

#include <google/protobuf/message.h>

#include <string>
#include <string_view>

namespace clientele::base {

// Length of the sequence at the start of `text`, which is not empty; 0 if it is none.
[[nodiscard]] size_t Utf8SequenceSize(std::string_view text);
[[nodiscard]] bool IsUtf8(std::string_view text);
// Its begin: at most so many bytes, and no sequence cut in two.
[[nodiscard]] std::string_view Utf8Beginning(std::string_view text, size_t most_bytes);

// The path of the first string field of a message that is not UTF-8, e.g. `call.legs[0].team_id`;
// empty if there is none. For a message whose parsing stopped there.
[[nodiscard]] std::string FindBadUtf8(const google::protobuf::Message& message);

}  // namespace clientele::base
