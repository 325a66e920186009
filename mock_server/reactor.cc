#include "mock_server/reactor.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <vector>

#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

namespace favsync::mock {
namespace {

constexpr std::size_t kReceiveBytes = 64u << 10;
constexpr int kEventsACall = 256;
constexpr int kAcceptsACall = 256;  // then the connections that are there get their turn
constexpr int kRetryAcceptMs = 50;  // when the process has no descriptor left

thread_local Reactor* running_here = nullptr;  // the reactor whose thread this is

int watch(int epoll, int descriptor, void* tag) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.ptr = tag;
  return ::epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event);
}

}  // namespace

Result<std::unique_ptr<Reactor>> Reactor::start(int listener, ReactorOptions options,
                                                RequestHandler handler, BodyDecoder decoder) {
  const int epoll = ::epoll_create1(EPOLL_CLOEXEC);
  const int wake = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (epoll < 0 || wake < 0) {
    const int reason = errno;
    if (epoll >= 0) ::close(epoll);
    if (wake >= 0) ::close(wake);
    return fail(
        ErrorCode::kInternal,
        fmt::format("partner port: the system gave no epoll set: {}; is the limit of open files "
                    "reached?",
                    std::strerror(reason)));
  }
  std::unique_ptr<Reactor> reactor(new Reactor(listener, epoll, wake, std::move(options),
                                               std::move(handler), std::move(decoder)));
  reactor->thread_ = std::thread([raw = reactor.get()] { raw->run(); });
  return reactor;
}

Reactor::Reactor(int listener, int epoll, int wake, ReactorOptions options, RequestHandler handler,
                 BodyDecoder decoder)
    : listener_(listener),
      epoll_(epoll),
      wake_(wake),
      serving_{.handler = std::move(handler),
               .decoder = std::move(decoder),
               .limits = options.limits,
               .request_timeout = options.request_timeout,
               .write_timeout = options.write_timeout,
               .writer = ReplyWriter(options.instance, options.clock),
               .epoll = epoll,
               .clock = options.clock,
               .hooks = std::move(options.hooks)} {
  serving_.received.resize(kReceiveBytes);
  watch(epoll_, listener_, &listener_);
  watch(epoll_, wake_, &wake_);
}

Reactor::~Reactor() {
  stopping_.store(true);
  wake();
  if (thread_.joinable()) thread_.join();
  connections_.clear();
  ::close(wake_);
  ::close(epoll_);
}

void Reactor::wake() const {
  const std::uint64_t one = 1;
  // It can only fail when the counter is full, and then the thread is awake already.
  [[maybe_unused]] const ssize_t written = ::write(wake_, &one, sizeof one);
}

void Reactor::run() {
  running_here = this;
  std::array<epoll_event, kEventsACall> events;
  while (!stopping_.load(std::memory_order_relaxed)) {
    const int count = ::epoll_wait(epoll_, events.data(), kEventsACall, wait_ms());
    for (int i = 0; i < count; ++i) {
      void* tag = events[static_cast<std::size_t>(i)].data.ptr;
      if (tag == &listener_) {
        accept_some();
      } else if (tag == &wake_) {
        std::uint64_t wakes = 0;
        [[maybe_unused]] const ssize_t got = ::read(wake_, &wakes, sizeof wakes);
      } else {
        auto* connection = static_cast<Connection*>(tag);
        if (!connection->on_ready(events[static_cast<std::size_t>(i)].events)) drop(connection);
      }
    }
    // After the events: a connection that a timer drops may not stand among them any more.
    const SteadyTime now = std::chrono::steady_clock::now();
    while (Connection* due = serving_.timers.take_due(now)) {
      if (!due->on_timer()) drop(due);
    }
    if (drops_done_.load() != drops_asked_.load()) drop_stalled_now();
    if (checks_done_.load() != checks_asked_.load()) recheck_now();
    if (!accepting_ && count == 0) set_accepting(true);
  }
}

int Reactor::wait_ms() const {
  const int idle = accepting_ ? -1 : kRetryAcceptMs;
  const std::optional<SteadyTime> next = serving_.timers.next();
  if (!next) return idle;
  const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(*next - std::chrono::steady_clock::now());
  const auto bounded = std::clamp<std::chrono::milliseconds::rep>(left.count(), 0, 3'600'000);
  return accepting_ ? static_cast<int>(bounded) : std::min(static_cast<int>(bounded), idle);
}

void Reactor::accept_some() {
  for (int i = 0; i < kAcceptsACall; ++i) {
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (socket < 0) {
      // Level-triggered: with no descriptor left the listener would be ready for ever.
      if (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS) {
        set_accepting(false);
      }
      return;
    }
    const int on = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const auto delay =
        serving_.hooks.on_connect ? serving_.hooks.on_connect() : std::chrono::milliseconds(0);
    auto connection =
        std::make_unique<Connection>(plain_channel(socket), ++last_number_, serving_, delay);
    connections_.emplace(connection.get(), std::move(connection));
    open_.store(connections_.size(), std::memory_order_relaxed);
  }
}

void Reactor::set_accepting(bool on) {
  if (on == accepting_) return;
  accepting_ = on;
  if (on) {
    watch(epoll_, listener_, &listener_);
  } else {
    ::epoll_ctl(epoll_, EPOLL_CTL_DEL, listener_, nullptr);
  }
}

void Reactor::drop(Connection* connection) {
  connections_.erase(connection);
  open_.store(connections_.size(), std::memory_order_relaxed);
  set_accepting(true);
}

void Reactor::request_and_wait(std::atomic<std::uint64_t>& asked,
                               std::atomic<std::uint64_t>& done) {
  const std::uint64_t number = ++asked;
  wake();
  if (running_here != nullptr) return;
  for (std::uint64_t reached = done.load(); reached < number; reached = done.load()) {
    done.wait(reached);
  }
}

void Reactor::drop_stalled() {
  request_and_wait(drops_asked_, drops_done_);
}

void Reactor::recheck() {
  request_and_wait(checks_asked_, checks_done_);
}

bool Reactor::is_own_thread() {
  return running_here != nullptr;
}

void Reactor::recheck_now() {
  const std::uint64_t asked = checks_asked_.load();
  std::vector<Connection*> gone;
  for (const auto& [connection, unused] : connections_) {
    if (!connection->on_change()) gone.push_back(connection);
  }
  for (Connection* connection : gone) drop(connection);
  checks_done_.store(asked);
  checks_done_.notify_all();
}

void Reactor::drop_stalled_now() {
  const std::uint64_t asked = drops_asked_.load();
  std::erase_if(connections_, [](const auto& entry) { return entry.second->is_stalled(); });
  open_.store(connections_.size(), std::memory_order_relaxed);
  drops_done_.store(asked);
  drops_done_.notify_all();
}

}  // namespace favsync::mock
