#include "mock_server/trigger.h"

#include "mock_server/honest_replies.h"

namespace favsync::mock {

std::string_view to_string(On on) {
  switch (on) {
    case On::kGet:
      return "GET";
    case On::kPost:
      return "POST";
    case On::kAny:
      break;
  }
  return "ANY";
}

On endpoint_of(std::string_view method, std::string_view path) {
  if (path == kListPath && (method == "GET" || method == "HEAD")) return On::kGet;
  if (path == kPostPath && method == "POST") return On::kPost;
  return On::kAny;
}

bool TriggerRun::sees(const Sighting& sighting) {
  if (trigger_.on != On::kAny && trigger_.on != sighting.endpoint) return false;
  if (!trigger_.user.empty() && trigger_.user != sighting.user) return false;
  if (sighting.since_start < trigger_.after) return false;
  if (trigger_.until && sighting.since_start >= *trigger_.until) return false;
  if (!trigger_.while_state.empty() && trigger_.while_state != sighting.state) return false;
  ++seen_;
  if (trigger_.nth && seen_ != *trigger_.nth) return false;
  if (trigger_.every && seen_ % *trigger_.every != 0) return false;
  // Drawn whether or not `times` is used up: the stream depends on the requests alone.
  if (trigger_.probability && chance_.fraction() >= *trigger_.probability) return false;
  return !is_spent();
}

}  // namespace favsync::mock
