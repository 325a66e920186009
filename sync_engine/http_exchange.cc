#include "sync_engine/http_exchange.h"

#include <pthread.h>
#include <signal.h>

#include <algorithm>
#include <utility>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <httplib.h>

#include "sync_engine/base_url.h"
#include "sync_engine/socket_deadline.h"

namespace favsync {
namespace {

using SteadyClock = std::chrono::steady_clock;
using std::chrono::milliseconds;

// Writing to a connection that the partner closed raises SIGPIPE, which ends a process that does
// not expect it. A library must not change the process's handlers, so it is held off for this
// thread only.
class SigpipeGuard {
 public:
  SigpipeGuard() {
    sigemptyset(&pipe_);
    sigaddset(&pipe_, SIGPIPE);
    sigset_t pending;
    sigpending(&pending);
    was_pending_ = sigismember(&pending, SIGPIPE) == 1;
    pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
  }
  ~SigpipeGuard() {
    const timespec at_once{0, 0};
    if (!was_pending_) sigtimedwait(&pipe_, nullptr, &at_once);
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  SigpipeGuard(const SigpipeGuard&) = delete;
  SigpipeGuard& operator=(const SigpipeGuard&) = delete;

 private:
  sigset_t pipe_, before_;
  bool was_pending_ = false;
};

const char* path_of(HttpExchange::Endpoint endpoint) {
  return endpoint == HttpExchange::kGet ? "/getUserFavorites" : "/postUserFavorites";
}

// What is known of a request while it runs, for telling why it failed.
struct Progress {
  SteadyClock::time_point last_byte = SteadyClock::now();
  bool has_head = false;
  bool is_encoded = false;
  bool is_too_large = false;
};

std::string seconds_shown(milliseconds time) {
  return fmt::format("{:g} s", static_cast<double>(time.count()) / 1000);
}

}  // namespace

struct HttpExchange::Parts {
  Parts(HttpPartnerOptions partner, BaseUrl base)
      : options(std::move(partner)), url(std::move(base)) {
    if (url.is_tls) {
      client = std::make_unique<httplib::SSLClient>(url.host, url.port);
    } else {
      client = std::make_unique<httplib::ClientImpl>(url.host, url.port);
    }
    const auto total = options.total_timeout;
    client->set_connection_timeout(std::min(options.connect_timeout, total));
    client->set_read_timeout(std::min(options.read_timeout, total));
    client->set_write_timeout(std::min(options.read_timeout, total));
    client->set_keep_alive(true);
    client->set_tcp_nodelay(true);
    client->set_follow_location(false);
    client->set_url_encode(false);
    client->set_decompress(true);
    client->set_socket_options([this](int socket) { deadline.watch(socket); });
    if (!options.ca_file.empty()) client->set_ca_cert_path(options.ca_file);
  }

  httplib::Request request(Endpoint endpoint, const UserToken& token, const std::string& body,
                           const std::string& etag, Progress& progress, PartnerReply& reply,
                           httplib::Response& response) const;
  Error failure(Endpoint endpoint, httplib::Error error, const Progress& progress,
                bool deadline_struck) const;

  HttpPartnerOptions options;
  BaseUrl url;
  SocketDeadline deadline;
  std::unique_ptr<httplib::ClientImpl> client;
};

HttpExchange::HttpExchange(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
HttpExchange::~HttpExchange() = default;

Result<std::unique_ptr<HttpExchange>> HttpExchange::make(const HttpPartnerOptions& options) {
  auto url = parse_base_url(options.base_url);
  if (!url) return tl::unexpected(url.error());
  auto parts = std::make_unique<Parts>(options, *std::move(url));
  if (!options.proxy.empty()) {
    const auto proxy = parse_base_url(options.proxy);
    if (!proxy) return tl::unexpected(proxy.error());
    if (proxy->is_tls || !proxy->path.empty()) {
      return fail(ErrorCode::kInvalidArgument,
                  fmt::format("proxy {}: expected http://HOST:PORT", options.proxy));
    }
    parts->client->set_proxy(proxy->host, proxy->port);
  }
  return std::unique_ptr<HttpExchange>(new HttpExchange(std::move(parts)));
}

const HttpPartnerOptions& HttpExchange::options() const {
  return parts_->options;
}

std::string HttpExchange::where(Endpoint endpoint) const {
  return fmt::format("{} {}{}", endpoint == kGet ? "GET" : "POST", parts_->url.to_string(),
                     path_of(endpoint));
}

httplib::Request HttpExchange::Parts::request(Endpoint endpoint, const UserToken& token,
                                              const std::string& body, const std::string& etag,
                                              Progress& progress, PartnerReply& reply,
                                              httplib::Response& response) const {
  httplib::Request request;
  request.method = endpoint == kGet ? "GET" : "POST";
  request.path = url.path + path_of(endpoint);
  const auto placement = place_token(options.auth, token);
  if (!placement.header_name.empty()) {
    request.headers.emplace(placement.header_name, placement.header_value);
  }
  if (!placement.query_name.empty()) {
    request.path += fmt::format("?{}={}", placement.query_name, placement.query_value);
  }
  request.headers.emplace("Accept", "application/json");
  request.headers.emplace("Accept-Encoding", "gzip");
  request.headers.emplace("User-Agent", options.user_agent);
  if (!etag.empty()) request.headers.emplace("If-None-Match", etag);
  if (endpoint == kPost) {
    request.headers.emplace("Content-Type", "application/json");
    request.body = body;
  }
  request.response_handler = [&progress, &response](const httplib::Response& head) {
    progress.last_byte = SteadyClock::now();
    progress.has_head = true;
    progress.is_encoded = head.has_header("Content-Encoding");
    // A 304 ends with its head, whatever length it names (RFC 9110, 8.6); the library would wait.
    if (response.status == 304) {
      response.headers.erase("Transfer-Encoding");
      response.headers.erase("Content-Length");
      response.headers.emplace("Content-Length", "0");
    }
    return true;
  };
  request.content_receiver = [this, &progress, &reply](const char* data, std::size_t size,
                                                       std::uint64_t, std::uint64_t) {
    progress.last_byte = SteadyClock::now();
    if (size > options.max_reply_bytes - reply.body.size()) {
      progress.is_too_large = true;
      return false;
    }
    reply.body.append(data, size);
    return true;
  };
  return request;
}

Error HttpExchange::Parts::failure(Endpoint endpoint, httplib::Error error,
                                   const Progress& progress, bool deadline_struck) const {
  const std::string where =
      fmt::format("{} {}{}", endpoint == kGet ? "GET" : "POST", url.to_string(), path_of(endpoint));
  const auto say = [&](ErrorCode code, std::string_view rest) {
    return Error{code, fmt::format("{}: {}", where, rest), std::nullopt};
  };
  if (progress.is_too_large) {
    return say(ErrorCode::kLimitExceeded,
               fmt::format("the answer is larger than {} bytes; nothing of it was used",
                           options.max_reply_bytes));
  }
  if (deadline_struck) {
    return say(ErrorCode::kTimeout, fmt::format("no whole answer within {}; nothing of it was used",
                                                seconds_shown(options.total_timeout)));
  }
  switch (error) {
    case httplib::Error::Connection:
    case httplib::Error::BindIPAddress:
    case httplib::Error::ConnectionTimeout:
      return say(ErrorCode::kConnection,
                 fmt::format("no connection with {} port {} ({}); check the address, and that the "
                             "partner runs",
                             url.host, url.port,
                             error == httplib::Error::ConnectionTimeout
                                 ? "no answer in " + seconds_shown(options.connect_timeout)
                                 : "unknown host, or refused"));
    case httplib::Error::SSLConnection:
      return say(ErrorCode::kTls,
                 "the TLS handshake failed; check that the port speaks TLS 1.2 or newer");
    case httplib::Error::SSLLoadingCerts:
      return say(ErrorCode::kTls,
                 fmt::format("no CA certificates could be read from {}",
                             options.ca_file.empty() ? "the system's store" : options.ca_file));
    case httplib::Error::SSLServerVerification:
      return say(
          ErrorCode::kTls,
          "the certificate is not trusted or not for this host; name the partner's CA file if "
          "it has one of its own. It is never used unverified");
    case httplib::Error::Read:
    case httplib::Error::Write:
      if (SteadyClock::now() - progress.last_byte >=
          std::min(options.read_timeout, options.total_timeout)) {
        return say(ErrorCode::kTimeout,
                   fmt::format("no byte for {}", seconds_shown(options.read_timeout)));
      }
      if (progress.is_encoded) {
        return say(ErrorCode::kMalformedReply,
                   "the body could not be read whole as its Content-Encoding says");
      }
      return say(ErrorCode::kConnection,
                 progress.has_head
                     ? "the connection broke inside the answer; nothing of it was used"
                     : "the connection was closed without an HTTP answer");
    default:
      return say(ErrorCode::kInternal, fmt::format("HTTP client: {}", httplib::to_string(error)));
  }
}

Result<PartnerReply> HttpExchange::send(Endpoint endpoint, const UserToken& token,
                                        const std::string& body, const std::string& etag) {
  auto& parts = *parts_;
  const SigpipeGuard guard;
  Progress progress;
  PartnerReply reply;
  httplib::Response response;  // its request, whose handlers refer to it, ends first
  auto request = parts.request(endpoint, token, body, etag, progress, reply, response);
  auto error = httplib::Error::Success;
  parts.deadline.arm(SteadyClock::now() + parts.options.total_timeout);
  bool is_whole = false;
  try {
    is_whole = parts.client->send(request, response, error);
  } catch (const std::exception& thrown) {
    parts.deadline.disarm();
    return fail(ErrorCode::kInternal,
                fmt::format("{}: HTTP client: {}", where(endpoint), thrown.what()));
  }
  const bool struck = parts.deadline.disarm();
  if (!is_whole || struck) {
    return tl::unexpected(parts.failure(endpoint, error, progress, struck));
  }
  reply.status = response.status;
  reply.content_type = response.get_header_value("Content-Type");
  reply.retry_after = response.get_header_value("Retry-After");
  reply.location = response.get_header_value("Location");
  reply.etag = response.get_header_value("ETag");
  reply.www_authenticate = response.get_header_value("WWW-Authenticate");
  return reply;
}

}  // namespace favsync
