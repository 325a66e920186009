#include "mock_server/partner_port.h"

#include <algorithm>
#include <cerrno>
#include <iterator>

#include <fcntl.h>
#include <fmt/format.h>
#include <httplib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "mock_server/listener.h"
#include "wire/quote.h"

namespace favsync::mock {
namespace {

constexpr int kBacklog = 4096;  // the library's 5 makes clients that come at once wait a second

// The bytes of one whole request, given to the library in place of a socket. What it writes is kept
// only as far as needed to see a refusal: the reactor writes the answers.
class RequestStream final : public httplib::Stream {
 public:
  RequestStream(std::string_view head, std::string_view body) : parts_{head, body} {}

  bool is_readable() const override { return true; }
  bool is_writable() const override { return true; }
  ssize_t read(char* into, size_t size) override {
    std::string_view& part = parts_[parts_[0].empty() ? 1 : 0];
    const std::size_t taken = part.copy(into, size);
    part.remove_prefix(taken);
    return static_cast<ssize_t>(taken);
  }
  ssize_t write(const char*, size_t size) override { return static_cast<ssize_t>(size); }
  void get_remote_ip_and_port(std::string&, int&) const override {}
  void get_local_ip_and_port(std::string&, int&) const override {}
  socket_t socket() const override { return INVALID_SOCKET; }
#if defined(CPPHTTPLIB_VERSION_NUM)  // members of later versions of the library
  bool wait_readable() const override {
    return true;
  }
  bool wait_writable() const override {
    return true;
  }
  time_t duration() const override {
    return 0;
  }
#endif

 private:
  std::string_view parts_[2];
};

class HttplibPort final : public PartnerPort, private httplib::Server {
 public:
  Status bind(const PartnerPort::Options& options) {
    // Not the library's SO_REUSEPORT, with which two mocks would silently share a port.
    set_socket_options([](socket_t socket) {
      const int on = 1;
      ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    });
    set_tcp_nodelay(true);
    errno = 0;
    port_ = options.port;
    const bool bound = options.port == 0 ? (port_ = bind_to_any_port(options.bind_address)) > 0
                                         : bind_to_port(options.bind_address, options.port);
    if (!bound) {
      return tl::unexpected(bind_error("partner", options.bind_address, options.port));
    }
    ::listen(svr_sock_, kBacklog);
    ::fcntl(svr_sock_, F_SETFL, ::fcntl(svr_sock_, F_GETFL) | O_NONBLOCK);
    limit_ = options.serving.limits.max_body_bytes;
    set_payload_max_length(static_cast<std::size_t>(-1));  // the reactor has seen to it
    Post("/", [this](const httplib::Request&, httplib::Response&,
                     const httplib::ContentReader& content) {
      decoded_.clear();
      is_whole_ = content([this](const char* bytes, size_t count) {
        if (count > limit_ - decoded_.size()) {
          is_too_long_ = true;
          return false;
        }
        decoded_.append(bytes, count);
        return true;
      });
    });
    return {};
  }

  Status serve(const PartnerPort::Options& options, RequestHandler handler) {
    auto started = Reactor::start(
        svr_sock_, options.serving, std::move(handler),
        [this](const BodyCoding& coding, std::string_view body) { return decode(coding, body); });
    if (!started) return tl::unexpected(started.error());
    reactor_ = std::move(*started);
    return {};
  }

  ~HttplibPort() override {
    reactor_.reset();
    if (svr_sock_ != INVALID_SOCKET) ::close(svr_sock_);
  }

  int port() const override { return port_; }
  Reactor& reactor() override { return *reactor_; }

 private:
  // On the reactor's thread alone. The library undoes chunks and compression; the request's own
  // head is not shown to it, since its limits and regular expressions are not fit for hostile ones.
  tl::expected<std::string, Refusal> decode(const BodyCoding& coding, std::string_view body) {
    static constexpr std::string_view kKnown[] = {"", "gzip", "deflate", "br"};
    if (std::find(std::begin(kKnown), std::end(kKnown), coding.content_encoding) ==
        std::end(kKnown)) {
      return tl::unexpected(Refusal{
          415,
          fmt::format("request header Content-Encoding: expected gzip, deflate, br or identity, "
                      "got {}; send the body as it is",
                      favsync::quoted(coding.content_encoding))});
    }
    std::string head = "POST / HTTP/1.1\r\nHost: mock\r\n";
    if (coding.chunked) {
      head += "Transfer-Encoding: chunked\r\n";
    } else {
      head += fmt::format("Content-Length: {}\r\n", body.size());
    }
    if (!coding.content_encoding.empty()) {
      head.append("Content-Encoding: ").append(coding.content_encoding).append("\r\n");
    }
    head += "\r\n";
    std::string whole;
    if (coding.chunked) {
      whole.append(body).append("\r\n");  // the end, in place of trailers
      body = whole;
    }
    RequestStream stream(head, body);
    is_whole_ = is_too_long_ = false;
    bool closed = false;
    process_request(stream, true, closed, nullptr);
    if (is_too_long_) {
      return tl::unexpected(Refusal{413, fmt::format("request body: expected at most {} bytes when "
                                                     "decompressed, got more",
                                                     limit_)});
    }
    if (is_whole_) return std::move(decoded_);
    return tl::unexpected(Refusal{400,
                                  "request body: expected what its Content-Encoding and "
                                  "Transfer-Encoding say, got bytes that do not decode"});
  }

  int port_ = 0;
  std::size_t limit_ = 0;
  std::string decoded_;
  bool is_whole_ = false, is_too_long_ = false;
  std::unique_ptr<Reactor> reactor_;
};

}  // namespace

Result<std::unique_ptr<PartnerPort>> PartnerPort::open(const Options& options,
                                                       RequestHandler handler) {
  auto port = std::make_unique<HttplibPort>();
  if (auto bound = port->bind(options); !bound) return tl::unexpected(bound.error());
  if (auto serving = port->serve(options, std::move(handler)); !serving) {
    return tl::unexpected(serving.error());
  }
  return port;
}

}  // namespace favsync::mock
