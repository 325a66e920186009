#include "mock_server/admin_port.h"

#include <atomic>
#include <cerrno>
#include <list>
#include <mutex>
#include <thread>

#include <httplib.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "mock_server/listener.h"

namespace favsync::mock {
namespace {

constexpr int kBacklog = 256;
constexpr std::size_t kMaxConnections = 256;  // each has a thread
constexpr std::size_t kMaxRequestBytes = 8u << 20;
constexpr int kPatienceMs = 10'000;  // within a request or an answer, for the next byte

// A connection's socket as the library wants it, with a bound on what one request may bring.
class SocketStream final : public httplib::Stream {
 public:
  explicit SocketStream(int socket) : socket_(socket) {}

  void next_request() { taken_ = 0; }
  bool has_buffered() const { return begin_ < end_; }

  bool is_readable() const override { return has_buffered() || wait_for(POLLIN); }
  bool is_writable() const override { return wait_for(POLLOUT); }
  ssize_t read(char* into, size_t size) override {
    if (!has_buffered() && !fill()) return -1;
    const std::size_t count = std::min(size, end_ - begin_);
    std::copy_n(buffer_ + begin_, count, into);
    begin_ += count;
    return static_cast<ssize_t>(count);
  }
  ssize_t write(const char* bytes, size_t size) override {
    std::size_t sent = 0;
    while (sent < size) {
      if (!wait_for(POLLOUT)) return -1;
      const ssize_t count = ::send(socket_, bytes + sent, size - sent, MSG_NOSIGNAL);
      if (count < 0 && errno != EINTR) return -1;
      if (count > 0) sent += static_cast<std::size_t>(count);
    }
    return static_cast<ssize_t>(sent);
  }
  void get_remote_ip_and_port(std::string&, int&) const override {}
  void get_local_ip_and_port(std::string&, int&) const override {}
  socket_t socket() const override { return socket_; }
#if defined(CPPHTTPLIB_VERSION_NUM)  // members of later versions of the library
  bool wait_readable() const override {
    return is_readable();
  }
  bool wait_writable() const override {
    return is_writable();
  }
  time_t duration() const override {
    return 0;
  }
#endif

 private:
  bool wait_for(short what) const {
    pollfd entry{socket_, what, 0};
    return ::poll(&entry, 1, kPatienceMs) > 0;
  }
  bool fill() {
    if (taken_ >= kMaxRequestBytes || !wait_for(POLLIN)) return false;
    const ssize_t count = ::recv(socket_, buffer_, sizeof buffer_, 0);
    if (count <= 0) return false;
    begin_ = 0;
    end_ = static_cast<std::size_t>(count);
    taken_ += end_;
    return true;
  }

  int socket_;
  std::size_t begin_ = 0, end_ = 0, taken_ = 0;
  char buffer_[16384];
};

class HttplibAdminPort final : public AdminPort, private httplib::Server {
 public:
  HttplibAdminPort(const std::string& instance, AdminApi& api) : api_(api) {
    set_default_headers({{"Favsync-Instance", instance}, {"Cache-Control", "no-store"}});
    set_payload_max_length(kMaxRequestBytes);
    set_pre_routing_handler([](const httplib::Request& request, httplib::Response& response) {
      return refuse_foreign(request, response) ? HandlerResponse::Handled
                                               : HandlerResponse::Unhandled;
    });
    const Handler all = [this](const httplib::Request& request, httplib::Response& response) {
      answer(request, response);
    };
    Get(".*", all);
    Post(".*", all);
    Put(".*", all);
    Patch(".*", all);
    Delete(".*", all);
    Options(".*", all);
  }

  Status serve(const std::string& address, int port) {
    // Not the library's SO_REUSEPORT, with which two mocks would silently share a port.
    set_socket_options([](socket_t socket) {
      const int on = 1;
      ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    });
    errno = 0;
    port_ = port != 0 ? port : bind_to_any_port(address);
    if (port_ <= 0 || (port != 0 && !bind_to_port(address, port))) {
      return tl::unexpected(bind_error("admin", address, port));
    }
    ::listen(svr_sock_, kBacklog);
    acceptor_ = std::thread([this] { accept_all(); });
    return {};
  }

  ~HttplibAdminPort() override {
    stopping_ = true;
    if (svr_sock_ == INVALID_SOCKET) return;
    ::shutdown(svr_sock_, SHUT_RDWR);  // ends the acceptor's wait
    if (acceptor_.joinable()) acceptor_.join();
    ::close(svr_sock_);
    {
      const std::lock_guard lock(mutex_);
      for (Client& client : clients_) {
        if (!client.done) ::shutdown(client.socket, SHUT_RDWR);
      }
    }
    for (Client& client : clients_) client.thread.join();
  }

  int port() const override { return port_; }

 private:
  struct Client {
    int socket = -1;
    bool done = false;
    std::thread thread{};
  };

  // A page of another site may make a browser send requests here, but its Origin betrays it.
  static bool refuse_foreign(const httplib::Request& request, httplib::Response& response) {
    const std::string origin = request.get_header_value("Origin");
    if (origin.empty() || origin == "http://" + request.get_header_value("Host")) return false;
    response.status = 403;
    response.set_content(
        R"({"error":{"where":"header Origin","expected":"none, or this port's own",)"
        R"("got":"another site","message":"header Origin: expected none, or this port's own, got another site"}})"
        "\n",
        "application/json");
    return true;
  }

  void answer(const httplib::Request& request, httplib::Response& response) {
    const std::size_t question = request.target.find('?');
    const std::string_view target = request.target;
    const AdminReply reply =
        api_.handle({.method = request.method,
                     .path = target.substr(0, question),
                     .query = question == std::string_view::npos ? std::string_view()
                                                                 : target.substr(question + 1),
                     .body = request.body});
    response.status = reply.status;
    if (!reply.allow.empty()) response.set_header("Allow", reply.allow);
    response.set_content(reply.body, "application/json");
  }

  void accept_all() {
    while (!stopping_) {
      const int socket = ::accept4(svr_sock_, nullptr, nullptr, SOCK_CLOEXEC);
      if (socket < 0) {
        if (stopping_) return;
        // With no descriptor left the wait would spin: give others time to close theirs.
        if (errno == EMFILE || errno == ENFILE) ::poll(nullptr, 0, 50);
        continue;
      }
      const int on = 1;
      ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      reap();
      const std::lock_guard lock(mutex_);
      if (clients_.size() >= kMaxConnections) {
        ::close(socket);
        continue;
      }
      Client& client = clients_.emplace_back();
      client.socket = socket;
      client.thread = std::thread([this, &client] { serve_client(client); });
    }
  }

  // Joins the threads whose clients have gone.
  void reap() {
    std::list<Client> gone;
    {
      const std::lock_guard lock(mutex_);
      for (auto client = clients_.begin(); client != clients_.end();) {
        const auto next = std::next(client);
        if (client->done) gone.splice(gone.end(), clients_, client);
        client = next;
      }
    }
    for (Client& client : gone) client.thread.join();
  }

  void serve_client(Client& client) {
    process_and_close_socket(client.socket);
    const std::lock_guard lock(mutex_);
    ::close(client.socket);  // under the lock: a number in use again must not be shut down at stop
    client.done = true;
  }

  // The library's own waits by polling and holds up stop() until the keep-alive time is over.
  bool process_and_close_socket(socket_t socket) override {
    SocketStream stream(socket);
    bool closed = false;
    while (!closed && !stopping_) {
      pollfd idle{socket, POLLIN, 0};
      if (!stream.has_buffered() && ::poll(&idle, 1, -1) <= 0) break;
      stream.next_request();
      // RFC 9112 §6.3: neither length nor chunks, no body; the library would read until the close.
      const auto no_body_unless_said = [](httplib::Request& request) {
        if (!request.has_header("Content-Length") && !request.has_header("Transfer-Encoding")) {
          request.set_header("Content-Length", "0");
        }
      };
      if (!process_request(stream, false, closed, no_body_unless_said)) break;
    }
    return true;
  }

  AdminApi& api_;
  int port_ = 0;
  std::atomic<bool> stopping_{false};
  std::thread acceptor_;
  std::mutex mutex_;
  std::list<Client> clients_;  // a client's place does not move
};

}  // namespace

Result<std::unique_ptr<AdminPort>> AdminPort::open(const std::string& address, int port,
                                                   const std::string& instance, AdminApi& api) {
  auto opened = std::make_unique<HttplibAdminPort>(instance, api);
  if (const Status serving = opened->serve(address, port); !serving) {
    return tl::unexpected(serving.error());
  }
  return opened;
}

}  // namespace favsync::mock
