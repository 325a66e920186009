#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "mock_server/byte_channel.h"
#include "mock_server/journal.h"
#include "mock_server/out_queue.h"
#include "mock_server/partner_message.h"
#include "mock_server/reply_writer.h"
#include "mock_server/request_reader.h"
#include "mock_server/timer_set.h"
#include "mock_server/virtual_clock.h"

namespace favsync::mock {

class Connection;

// Answers one request. Called on the reactor's thread, so it must not wait.
using RequestHandler = std::function<PartnerReply(const PartnerRequest&)>;
// Undoes chunks and Content-Encoding of a whole body, or says why it cannot.
using BodyDecoder = std::function<tl::expected<std::string, Refusal>(const BodyCoding& coding,
                                                                     std::string_view body)>;

// What a reactor tells and asks the mock around it; each may be empty. Called on the reactor's
// thread, so they must not wait.
struct ServingHooks {
  // How much later a connection that has just come is taken up.
  std::function<std::chrono::milliseconds()> on_connect;
  // A request that could not be taken, as far as it could be read, and its refusal; the number of
  // its exchange.
  std::function<std::uint64_t(const PartnerRequest&, const Refusal&)> on_refused;
  // What became of the answers to these exchanges: kSent or kAborted.
  std::function<void(std::span<const std::uint64_t>, Phase)> on_done;
};

// What all connections of one reactor share. Belongs to the reactor's thread once it runs.
struct Serving {
  RequestHandler handler;
  BodyDecoder decoder;
  RequestLimits limits;
  std::chrono::milliseconds request_timeout{0};  // from a request's first byte to its last
  std::chrono::milliseconds write_timeout{0};    // without progress, to a client that does not read
  ReplyWriter writer;
  int epoll = -1;
  const VirtualClock* clock = nullptr;  // what delays wait by; null: real time
  ServingHooks hooks{};
  TimerSet<Connection> timers{};
  PartnerRequest request{};      // reused, so that its headers need no allocation
  std::vector<char> received{};  // one for all: an idle connection keeps no buffer
};

// One client's connection on the partner port: reads whole requests, has them answered in order,
// also when several come in one packet, and carries out how a reply wants to be delivered: held
// back, dripped, cut, reset or never sent, as states and timers that block nobody. Belongs to the
// reactor's thread.
class Connection {
 public:
  // Registers with the epoll set and leaves it when destroyed. `number` counts connections from 1.
  // Nothing is read before `delay` is over.
  Connection(std::unique_ptr<ByteChannel> channel, std::uint64_t number, Serving& serving,
             std::chrono::milliseconds delay = std::chrono::milliseconds(0));
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // The socket reported `events` of epoll, or the connection's timer ran out. False: drop me.
  [[nodiscard]] bool on_ready(std::uint32_t events);
  [[nodiscard]] bool on_timer();
  // The clock was moved or a hold let go: looks whether what it waits for has come. False: drop me.
  [[nodiscard]] bool on_change();
  // Held back on purpose, by a delay, a hold, a drip or for good.
  bool is_stalled() const;

 private:
  enum class State {
    kWaiting,     // not taken up yet
    kReading,     // between or within requests
    kHeld,        // `held_` waits to be let go
    kDelayed,     // `held_` waits for its time
    kHanging,     // an answer that never comes
    kDripping,    // the body goes out little by little
    kFinishing,   // what is owed is sent, then no more
    kDiscarding,  // all is sent: wait for the client to close, so that it sees the answer and no
                  // reset
    kGone
  };
  struct HeldReply {
    PartnerReply reply;
    ReplyContext context;
  };
  struct Drip {
    std::string bytes;
    std::size_t sent = 0;
    std::uint32_t bytes_per_second = 1;
    SteadyTime started;
    bool closes = false;
  };

  void receive();
  void discard();
  void serve_buffered();
  [[nodiscard]] std::size_t serve(std::string_view bytes);
  void serve_one();
  void refuse(const PartnerRequest& request, const Refusal& refusal, const ReplyContext& context);
  void begin(PartnerReply reply, const ReplyContext& context);
  void after_hold(PartnerReply reply, const ReplyContext& context);
  void after_delay(PartnerReply reply, const ReplyContext& context);
  void deliver(PartnerReply reply, const ReplyContext& context);
  bool end_wait();
  void wait(std::chrono::milliseconds delay, std::optional<Timestamp> since = std::nullopt);
  void done(std::uint64_t exchange, Phase phase);
  void drip();
  void flush();
  bool settle();
  void arm(std::optional<SteadyTime> when);
  void want(std::uint32_t events);

  Serving& serving_;
  std::unique_ptr<ByteChannel> channel_;
  std::uint64_t number_;
  State state_ = State::kReading;
  RequestReader reader_;
  std::string in_;  // what has come of requests that are not whole or must wait their turn
  OutQueue out_;
  std::unique_ptr<HeldReply> held_;
  std::vector<std::uint64_t> unsent_;  // exchanges whose answers are not sent in full
  std::unique_ptr<Drip> drip_;
  std::optional<SteadyTime> request_due_;  // when the request at hand must be whole
  std::optional<SteadyTime> due_;          // what the state waits for
  std::optional<Timestamp> waits_until_;   // by the mock's clock, in kWaiting and kDelayed
  std::optional<SteadyTime> armed_;        // the timer that is set
  std::uint32_t interest_ = 0;             // the events that epoll reports
};

}  // namespace favsync::mock
