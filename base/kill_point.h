// Named places in the code that tests reach from outside; without the environment both functions do
// nothing. Cheap enough for once per batch; from any thread.
//
// CLIENTELE_KILL_POINT=name, name:n for the n-th time (from 1): there the process dies, as by
// kill -9; with ":stop" at the end (name:stop, name:n:stop) it is frozen instead (SIGSTOP). A
// setting of another form ends the process with status 2 at its first point.
// CLIENTELE_BREAK=name,name: a guarantee that the process shall not keep, so that a test can show
// that it would be noticed. What writes warns of it at its start. The names of both:
// docs/reliability.md.
#pragma once

#include <string_view>

namespace clientele::base {

void KillPoint(std::string_view name);
// Whether the environment asks for this guarantee to be broken.
[[nodiscard]] bool Broken(std::string_view name);
// A warning in the log if the environment asks for any to be broken.
void WarnOfBroken();

}  // namespace clientele::base
