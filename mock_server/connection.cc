#include "mock_server/connection.h"

#include <algorithm>
#include <exception>

#include <fmt/format.h>
#include <sys/epoll.h>

#include "mock_server/request_sketch.h"

namespace favsync::mock {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kOwedAtMost = 1u << 20;  // bytes; beyond, wait until the client reads
constexpr std::size_t kKeptWhenIdle = 4u << 10;
constexpr auto kPatienceWithTheLast = 2s;  // for the client to close after our last byte
constexpr auto kDripTick = 20ms;

SteadyTime now() {
  return std::chrono::steady_clock::now();
}

}  // namespace

Connection::Connection(std::unique_ptr<ByteChannel> channel, std::uint64_t number, Serving& serving,
                       std::chrono::milliseconds delay)
    : serving_(serving), channel_(std::move(channel)), number_(number), reader_(serving.limits) {
  epoll_event event{};
  event.events = interest_ = delay > 0ms ? 0U : static_cast<std::uint32_t>(EPOLLIN);
  event.data.ptr = this;
  ::epoll_ctl(serving_.epoll, EPOLL_CTL_ADD, channel_->descriptor(), &event);
  if (delay == 0ms) return;
  state_ = State::kWaiting;
  wait(delay);
  arm(due_);
}

Connection::~Connection() {
  arm(std::nullopt);
  if (held_) unsent_.push_back(held_->reply.exchange);
  if (!unsent_.empty() && serving_.hooks.on_done) {
    serving_.hooks.on_done(unsent_, Phase::kAborted);
  }
}

bool Connection::on_ready(std::uint32_t events) {
  // With the state kReading the trouble shows in what is read.
  if ((events & (EPOLLERR | EPOLLHUP)) != 0 && state_ != State::kReading) return false;
  // Who closes while the answer hangs will not come back for it.
  if ((events & EPOLLRDHUP) != 0 && state_ == State::kHanging) return false;
  if ((events & EPOLLOUT) != 0) {
    flush();
    serve_buffered();
  }
  if ((events & (EPOLLIN | EPOLLERR | EPOLLHUP)) != 0) {
    if (state_ == State::kReading)
      receive();
    else if (state_ == State::kDiscarding)
      discard();
  }
  return settle();
}

bool Connection::on_timer() {
  armed_.reset();  // the reactor took it out of the set
  switch (state_) {
    case State::kWaiting:
    case State::kDelayed:
      return end_wait();
    case State::kDripping:
      drip();
      serve_buffered();
      break;
    case State::kReading:
      if (!out_.empty()) return false;  // the client does not read
      refuse(sketch_request(in_),
             {408, fmt::format("request: expected it whole within {} ms, got {} bytes of it",
                               serving_.request_timeout.count(), in_.size())},
             {.keeps_alive = false});
      in_.clear();
      break;
    case State::kHeld:
    case State::kHanging:
    case State::kFinishing:
    case State::kDiscarding:
    case State::kGone:
      return false;
  }
  return settle();
}

void Connection::done(std::uint64_t exchange, Phase phase) {
  if (exchange == 0 || !serving_.hooks.on_done) return;
  serving_.hooks.on_done(std::span(&exchange, 1), phase);
}

void Connection::receive() {
  std::vector<char>& buffer = serving_.received;
  const auto [outcome, bytes] = channel_->read(buffer);
  switch (outcome) {
    case ByteChannel::Outcome::kBlocked:
      return;
    case ByteChannel::Outcome::kBroken:
      state_ = State::kGone;
      return;
    case ByteChannel::Outcome::kEnded:
      state_ = out_.empty() ? State::kGone : State::kFinishing;
      return;
    case ByteChannel::Outcome::kDone:
      break;
  }
  if (in_.empty()) {
    const std::string_view fresh(buffer.data(), bytes);
    in_ = fresh.substr(serve(fresh));
  } else {
    in_.append(buffer.data(), bytes);
    serve_buffered();
  }
}

void Connection::discard() {
  const auto outcome = channel_->read(serving_.received).outcome;
  if (outcome == ByteChannel::Outcome::kEnded || outcome == ByteChannel::Outcome::kBroken) {
    state_ = State::kGone;
  }
}

void Connection::serve_buffered() {
  if (in_.empty() || state_ != State::kReading) return;
  in_.erase(0, serve(in_));
  if (in_.empty() && in_.capacity() > kKeptWhenIdle) in_ = {};
}

// Serves the whole requests among `bytes`, as far as their answers need not wait; returns how many
// bytes are done with.
std::size_t Connection::serve(std::string_view bytes) {
  std::size_t done = 0;
  while (state_ == State::kReading && done < bytes.size() && out_.size() < kOwedAtMost) {
    const std::string_view rest = bytes.substr(done);
    switch (reader_.advance(rest, serving_.request)) {
      case RequestReader::State::kNeedsMore:
        if (reader_.take_expects_continue()) out_.tail() += "HTTP/1.1 100 Continue\r\n\r\n";
        return done;
      case RequestReader::State::kRefused:
        refuse(sketch_request(rest), reader_.refusal(), {.keeps_alive = false});
        return bytes.size();
      case RequestReader::State::kWhole:
        request_due_.reset();
        done += reader_.size();
        serve_one();
        break;
    }
  }
  return done;
}

void Connection::serve_one() {
  PartnerRequest& request = serving_.request;
  request.connection = number_;
  const ReplyContext context{reader_.keeps_alive(), reader_.is_http10(), request.method == "HEAD"};
  const BodyCoding coding = reader_.coding();
  reader_.next_request();
  std::string decoded;
  if (!coding.is_plain()) {
    auto body = serving_.decoder(coding, request.body);
    if (!body) {
      refuse(request, body.error(), context);
      return;
    }
    decoded = std::move(*body);
    request.body = decoded;
  }
  PartnerReply reply;
  try {
    reply = serving_.handler(request);
  } catch (const std::exception& fault) {
    reply = refusal_reply(500, fmt::format("fault of the mock itself: {}", fault.what()));
  }
  begin(std::move(reply), context);
}

void Connection::refuse(const PartnerRequest& request, const Refusal& refusal,
                        const ReplyContext& context) {
  PartnerReply reply = refusal_reply(refusal.status, refusal.message);
  // Before any byte of it goes out, as with every other request.
  if (serving_.hooks.on_refused) reply.exchange = serving_.hooks.on_refused(request, refusal);
  begin(std::move(reply), context);
}

void Connection::deliver(PartnerReply reply, const ReplyContext& context) {
  if (reply.before_send) {
    try {
      reply.before_send();
    } catch (const std::exception& fault) {
      reply = refusal_reply(500, fmt::format("fault of the mock itself: {}", fault.what()));
    }
  }
  if (reply.delivery.hang) {
    flush();  // earlier answers are not held up
    if (state_ != State::kGone) state_ = State::kHanging;
    if (reply.exchange != 0) unsent_.push_back(reply.exchange);
    return;
  }
  if (reply.delivery.reset) {
    done(reply.exchange, Phase::kAborted);
    out_.flush(
        *channel_);  // earlier answers; what the socket does not take is lost, as with any reset
    channel_->reset_on_close();
    state_ = State::kGone;
    return;
  }
  if (reply.delivery.drop_before_headers || !reply.delivery.instead.empty()) {
    done(reply.exchange, Phase::kAborted);
    out_.tail() += reply.delivery.instead;
    state_ = State::kFinishing;
    return;
  }
  ReplyWriter::Written written = serving_.writer.write(reply, context, out_);
  if (reply.delivery.cut_after_bytes || reply.delivery.bad_chunk) {
    done(reply.exchange, Phase::kAborted);
  } else if (reply.exchange != 0) {
    unsent_.push_back(reply.exchange);
  }
  if (!written.dripped.empty()) {
    const auto rate = std::max<std::uint32_t>(1, *reply.delivery.drip_bytes_per_second);
    drip_ =
        std::make_unique<Drip>(Drip{std::move(written.dripped), 0, rate, now(), written.closes});
    state_ = State::kDripping;
    due_ = drip_->started;
  } else if (reply.delivery.stall_after_cut) {
    state_ = State::kHanging;
  } else if (written.closes) {
    state_ = State::kFinishing;
  }
}

void Connection::drip() {
  const auto elapsed =
      std::chrono::duration_cast<std::chrono::milliseconds>(now() - drip_->started).count();
  const std::size_t allowed = std::max<std::size_t>(
      drip_->sent + 1, static_cast<std::size_t>(elapsed) * drip_->bytes_per_second / 1000);
  const std::size_t end = std::min(allowed, drip_->bytes.size());
  out_.tail().append(drip_->bytes, drip_->sent, end - drip_->sent);
  drip_->sent = end;
  if (end < drip_->bytes.size()) {
    due_ = now() + std::max<std::chrono::milliseconds>(
                       kDripTick, std::chrono::milliseconds(1000 / drip_->bytes_per_second));
    return;
  }
  state_ = drip_->closes ? State::kFinishing : State::kReading;
  drip_.reset();
}

void Connection::flush() {
  if (out_.flush(*channel_) == ByteChannel::Outcome::kBroken) state_ = State::kGone;
  const bool is_partly_sent = state_ == State::kDripping || state_ == State::kHanging;
  if (unsent_.empty() || !out_.empty() || is_partly_sent || state_ == State::kGone) return;
  if (serving_.hooks.on_done) serving_.hooks.on_done(unsent_, Phase::kSent);
  unsent_.clear();
}

// Sends what is owed, and then sets the socket's events and the timer as the state needs them.
bool Connection::settle() {
  if (state_ == State::kGone) return false;
  flush();
  const bool owes = !out_.empty();
  const std::uint32_t if_owed = owes ? EPOLLOUT : 0U;
  if (state_ == State::kFinishing && !owes) {
    channel_->finish_writing();
    state_ = State::kDiscarding;
    due_ = now() + kPatienceWithTheLast;
  }
  switch (state_) {
    case State::kGone:
      return false;
    case State::kReading:
      if (in_.empty()) {
        request_due_.reset();
      } else if (!request_due_) {
        request_due_ = now() + serving_.request_timeout;
      }
      due_ = owes ? now() + serving_.write_timeout : request_due_;
      want(if_owed | (out_.size() < kOwedAtMost ? EPOLLIN : 0U));
      break;
    case State::kHanging:
      due_.reset();
      want(if_owed | EPOLLRDHUP);
      break;
    case State::kWaiting:
    case State::kHeld:
    case State::kDelayed:
    case State::kDripping:
      want(if_owed);
      break;
    case State::kFinishing:
      due_ = now() + serving_.write_timeout;
      want(EPOLLOUT);
      break;
    case State::kDiscarding:
      want(EPOLLIN);
      break;
  }
  arm(due_);
  return true;
}

void Connection::arm(std::optional<SteadyTime> when) {
  if (when == armed_) return;
  if (armed_) serving_.timers.remove(*armed_, this);
  if (when) serving_.timers.add(*when, this);
  armed_ = when;
}

void Connection::want(std::uint32_t events) {
  if (events == interest_) return;
  epoll_event event{};
  event.events = interest_ = events;
  event.data.ptr = this;
  ::epoll_ctl(serving_.epoll, EPOLL_CTL_MOD, channel_->descriptor(), &event);
}

}  // namespace favsync::mock
