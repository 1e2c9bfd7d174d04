// Compares two descriptor sets: what the current one does that readers and writers of the released
// one cannot bear. Pure functions; test code only.
#pragma once

#include <google/protobuf/descriptor.pb.h>

#include <string>
#include <vector>

namespace clientele::tests {

// One line per breaking change, each naming the element; empty if there is none. Both sets must be
// complete (made with --include_imports). Breaking: a message, enum, enum value, service or method
// that is gone or differs; a field that is gone without its number and name being reserved, or that
// has another number, name, type, presence or oneof; a reservation that is gone; an enum whose zero
// does not end in _UNSPECIFIED.
[[nodiscard]] std::vector<std::string> BreakingChanges(
    const google::protobuf::FileDescriptorSet& released,
    const google::protobuf::FileDescriptorSet& current);

}  // namespace clientele::tests
