#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <unordered_map>

#include "mock_server/connection.h"
#include "wire/clock.h"
#include "wire/result.h"

namespace favsync::mock {

// What a reactor needs to know before it runs.
struct ReactorOptions {
  RequestLimits limits;
  std::chrono::milliseconds request_timeout{10'000};
  std::chrono::milliseconds write_timeout{60'000};
  std::string instance;  // for the header Favsync-Instance
  const VirtualClock* clock =
      nullptr;  // what delays wait by; null: real time. Outlives the reactor
  ServingHooks hooks;
};

// One thread that serves every connection of a listening socket: epoll for what is ready, one
// ordered set of timers for what is held back. Idle, delayed and hanging connections cost memory
// and no thread. The handler is called on that thread, one request at a time; more threads gain
// nothing while a request costs less than its three system calls. The other members are safe from
// any thread.
class Reactor {
 public:
  // Serves from now on. `listener` is a bound, listening, non-blocking socket that outlives the
  // reactor. Errors: kInternal when the system gives no epoll set.
  static Result<std::unique_ptr<Reactor>> start(int listener, ReactorOptions options,
                                                RequestHandler handler, BodyDecoder decoder);
  // Closes all connections at once, cancels what is held back and joins the thread.
  ~Reactor();

  // Drops the connections whose answers are delayed, dripped or hanging; returns when that is done.
  void drop_stalled();
  // Lets all that waits for the mock's clock or a hold look again; returns when that is done, or at
  // once on a reactor's own thread, which then does it after the request at hand.
  void recheck();
  // Whether the caller is a reactor's thread; what it calls must not wait for that reactor.
  static bool is_own_thread();

  std::size_t open_connections() const { return open_.load(std::memory_order_relaxed); }

 private:
  Reactor(int listener, int epoll, int wake, ReactorOptions options, RequestHandler handler,
          BodyDecoder decoder);
  void run();
  void accept_some();
  void set_accepting(bool on);
  void drop(Connection* connection);
  void drop_stalled_now();
  void recheck_now();
  void request_and_wait(std::atomic<std::uint64_t>& asked, std::atomic<std::uint64_t>& done);
  int wait_ms() const;
  void wake() const;

  int listener_, epoll_, wake_;
  Serving serving_;
  std::unordered_map<Connection*, std::unique_ptr<Connection>> connections_;
  std::uint64_t last_number_ = 0;
  bool accepting_ = true;
  std::atomic<bool> stopping_{false};
  std::atomic<std::uint64_t> drops_asked_{0}, drops_done_{0}, checks_asked_{0}, checks_done_{0};
  std::atomic<std::size_t> open_{0};
  std::thread thread_;
};

}  // namespace favsync::mock
