#include "app/address.h"

#include <algorithm>
#include <charconv>

namespace clientele::app {

base::Result<bool> IsLoopback(std::string_view address) {
  const size_t colon = address.rfind(':');
  int port = -1;
  if (colon != std::string_view::npos) {
    const std::string_view digits = address.substr(colon + 1);
    const auto [end, error] = std::from_chars(digits.begin(), digits.end(), port);
    if (error != std::errc() || end != digits.end() || port > 65'535) port = -1;
  }
  if (port < 0 || colon == 0) {
    return base::Fail(base::Code::kInvalidArgument, "address {}: must be host:port", address);
  }
  const std::string_view host = address.substr(0, colon);
  if (host == "localhost" || host == "::1" || host == "[::1]") return true;
  const bool dotted =
      std::ranges::all_of(host, [](char c) { return c == '.' || (c >= '0' && c <= '9'); });
  return dotted && host.starts_with("127.");
}

}  // namespace clientele::app
