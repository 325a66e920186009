#include "mock_server/faults/plan.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "mock_server/behaviors/calendar.h"
#include "mock_server/faults/fault_spec.h"
#include "mock_server/honest_replies.h"

namespace favsync::mock {
namespace {

struct Deform {
  PartnerReply& reply;
  const Plan& plan;
  const Clock& clock;

  void operator()(const std::monostate&) const {}
  void operator()(const AnswerStatus& answer) const {
    const auto exchange = reply.exchange;
    auto before_send = std::move(reply.before_send);
    reply = refusal(answer.status, "fault",
                    fmt::format("the mock was told to answer {}", answer.status));
    reply.exchange = exchange;
    reply.before_send = std::move(before_send);
    if (!answer.retry_after) return;
    const auto wait = *answer.retry_after;
    set_header(
        reply, "Retry-After",
        answer.as_date
            ? http_date(clock.now().plus(wait))
            : std::to_string(std::chrono::duration_cast<std::chrono::seconds>(wait).count()));
  }
  void operator()(const Reset&) const { reply.delivery.reset = true; }
  void operator()(const Close& close) const {
    if (close.after_headers) {
      reply.delivery.cut_after_bytes = 0;
    } else {
      reply.delivery.drop_before_headers = true;
    }
  }
  void operator()(const Hang&) const { reply.delivery.hang = true; }
  void operator()(const Truncate& cut) const { reply.delivery.cut_after_bytes = cut.bytes; }
  void operator()(const Stall& cut) const {
    reply.delivery.cut_after_bytes = cut.bytes;
    reply.delivery.stall_after_cut = true;
  }
  void operator()(const Drip& drip) const {
    reply.delivery.drip_bytes_per_second = drip.bytes_per_second;
  }
  void operator()(const Garbage&) const { reply.delivery.instead = plan.garbage; }
  void operator()(const Oversize& size) const {
    std::string body(reply.text());
    if (body.size() < size.bytes) body.resize(size.bytes, ' ');
    reply.body = std::make_shared<const std::string>(std::move(body));
  }
  void operator()(const BadChunk&) const {
    reply.delivery.framing = Delivery::Framing::kChunked;
    reply.delivery.bad_chunk = true;
  }
  void operator()(const SlowAccept&) const {}
};

}  // namespace

std::chrono::milliseconds draw_latency(const Latency& latency, Draw& draw) {
  const auto first = static_cast<double>(latency.first.count());
  switch (latency.shape) {
    case Latency::Shape::kFixed:
      break;
    case Latency::Shape::kUniform: {
      const auto span = static_cast<double>((latency.second - latency.first).count() + 1);
      return latency.first +
             std::chrono::milliseconds(static_cast<std::int64_t>(draw.fraction() * span));
    }
    case Latency::Shape::kLogNormal: {
      const double drawn = first * std::exp(latency.sigma * draw.normal());
      const double bounded = std::min(drawn, static_cast<double>(latency.second.count()));
      return std::chrono::milliseconds(std::llround(bounded));
    }
  }
  return latency.first;
}

bool Plan::take(const Fault& fault, Draw& draw) {
  if (fault.has_effect()) {
    if (has_effect()) return false;
    effect = fault.effect;
    position = fault.position;
    if (const auto* trash = std::get_if<Garbage>(&effect)) garbage = draw.garbage(trash->bytes);
  }
  if (fault.latency) {
    const auto drawn = draw_latency(*fault.latency, draw);
    (fault.position.kind == Position::Kind::kBeforeApply ? delay_before : delay_after) += drawn;
  }
  faults.push_back(print_fault(fault));
  return true;
}

void deform(PartnerReply& reply, const Plan& plan, const Clock& clock) {
  std::visit(Deform{reply, plan, clock}, plan.effect);
}

PartnerReply answer_without_effect() {
  return refusal(503, "fault", "the mock was told that this request takes no effect");
}

}  // namespace favsync::mock
