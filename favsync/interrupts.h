#pragma once

#include <atomic>
#include <string>

namespace favsync {

// Catches Ctrl-C (SIGINT), SIGTERM and the end of the terminal (SIGHUP, unless it is ignored, as
// under nohup), from the call on: the first one sets the flag that is returned, so that the run
// ends and puts its test data back. The second one ends the program at once with status 130, and
// says `at_once` on the standard error before. Call it once.
const std::atomic<bool>& catch_interrupts(const std::string& at_once);

}  // namespace favsync
