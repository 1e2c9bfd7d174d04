#include "base/patience.h"

namespace clientele::base {

bool MayPass(const Error& error) {
  switch (error.code) {
    case Code::kUnknown:
    case Code::kCancelled:
    case Code::kDeadlineExceeded:
    case Code::kResourceExhausted:
    case Code::kUnavailable:
    case Code::kAborted:
    case Code::kInternal:
      return true;
    default:
      return false;
  }
}

}  // namespace clientele::base
