#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "mock_server/draw.h"
#include "mock_server/faults/fault.h"
#include "mock_server/partner_message.h"
#include "mock_server/trigger.h"
#include "wire/clock.h"

namespace favsync::mock {

// What is to happen to one request beside what the partner itself does with it.
struct Plan {
  std::chrono::milliseconds delay_before{0}, delay_after{0};  // the request takes effect
  Effect effect;
  Position position;
  std::string garbage;              // of a Garbage
  std::vector<std::string> faults;  // specs of those that act
  std::vector<std::string> steps;   // places of those that act: "script[2]"
  On endpoint = On::kAny;           // of the request, as a trigger sees it
  std::string user;

  bool has_effect() const { return !std::holds_alternative<std::monostate>(effect); }
  // Latencies add up; of several effects the first counts. False when the fault's effect comes too
  // late: nothing of it is taken then.
  bool take(const Fault& fault, Draw& draw);
};

// What `latency` says, drawn.
std::chrono::milliseconds draw_latency(const Latency& latency, Draw& draw);

// Makes of the partner's answer what the plan's effect wants; a status takes its place whole.
void deform(PartnerReply& reply, const Plan& plan, const Clock& clock);
// The answer to a request that takes no effect.
PartnerReply answer_without_effect();

}  // namespace favsync::mock
