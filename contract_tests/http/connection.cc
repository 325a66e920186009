#include "contract_tests/http/connection.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>

#include <fmt/format.h>

namespace favsync::contract {

struct Connection::Tls {
  SSL_CTX* context = nullptr;
  SSL* session = nullptr;
  ~Tls() {
    SSL_free(session);
    SSL_CTX_free(context);
  }
};

namespace {

Step failed(Outcome outcome, std::string problem) {
  return {outcome, std::move(problem)};
}

std::string system_error(int number) {
  char buffer[128];
  return strerror_r(number, buffer, sizeof buffer);
}

bool is_ip_address(const std::string& host) {
  unsigned char buffer[sizeof(in6_addr)];
  return inet_pton(AF_INET, host.c_str(), buffer) == 1 ||
         inet_pton(AF_INET6, host.c_str(), buffer) == 1;
}

std::string openssl_error() {
  const unsigned long code = ERR_get_error();
  ERR_clear_error();
  if (code == 0) return "the peer closed the connection";
  const char* reason = ERR_reason_error_string(code);
  return reason ? reason : "unknown error";
}

}  // namespace

Connection::Connection(const std::atomic<bool>* cancel) : cancel_(cancel) {
  std::signal(SIGPIPE, SIG_IGN);  // a write to a closed connection is an outcome, not the end
}

Connection::~Connection() {
  close();
}

void Connection::close() {
  tls_.reset();
  if (socket_ >= 0) ::close(socket_);
  socket_ = -1;
}

Step Connection::wait(short events, SteadyTime deadline) const {
  constexpr std::chrono::milliseconds kSlice{100};  // how soon a cancel is noticed
  while (true) {
    if (cancel_ && cancel_->load(std::memory_order_relaxed)) {
      return failed(Outcome::kCancelled, "interrupted");
    }
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) return failed(Outcome::kTimedOut, "the time limit passed");
    pollfd entry{socket_, events, 0};
    const int ready = ::poll(&entry, 1, static_cast<int>(std::min(left, kSlice).count()));
    if (ready > 0) return {};
    if (ready < 0 && errno != EINTR) {
      return failed(Outcome::kClosed, system_error(errno));
    }
  }
}

Step Connection::open(const Target& target, SteadyTime deadline) {
  close();
  const bool by_proxy = !target.proxy_host.empty();
  const std::string& host = by_proxy                    ? target.proxy_host
                            : target.connect_to.empty() ? target.host
                                                        : target.connect_to;
  if (Step step = connect_to_one(host, by_proxy ? target.proxy_port : target.port, deadline);
      !step.ok()) {
    return step;
  }
  if (!target.tls) return {};
  if (by_proxy) {
    if (Step step = pass_proxy(target, deadline); !step.ok()) return step;
  }
  return start_tls(target, deadline);
}

Step Connection::connect_to_one(const std::string& host, std::uint16_t port, SteadyTime deadline) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int error = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
  if (error != 0) {
    return failed(Outcome::kNoConnection,
                  fmt::format("{}: no address: {}", host, gai_strerror(error)));
  }
  Step last = failed(Outcome::kNoConnection, host + ": no address");
  for (const addrinfo* at = found; at && last.outcome == Outcome::kNoConnection; at = at->ai_next) {
    socket_ = ::socket(at->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (socket_ < 0) continue;
    const int one = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    last = {};
    if (::connect(socket_, at->ai_addr, at->ai_addrlen) != 0) {
      int result = errno;
      if (result == EINPROGRESS) {
        last = wait(POLLOUT, deadline);
        socklen_t size = sizeof result;
        if (last.ok()) ::getsockopt(socket_, SOL_SOCKET, SO_ERROR, &result, &size);
      }
      if (last.ok() && result != 0) {
        last = failed(Outcome::kNoConnection,
                      fmt::format("{} port {}: {}", host, port, system_error(result)));
      } else if (last.outcome == Outcome::kTimedOut) {
        last = failed(Outcome::kNoConnection,
                      fmt::format("{} port {}: no connection in time", host, port));
      }
    }
    if (!last.ok()) close();
  }
  ::freeaddrinfo(found);
  return last;
}

Step Connection::pass_proxy(const Target& target, SteadyTime deadline) {
  const std::string name = fmt::format("{}:{}", target.host, target.port);
  if (Step step = write(fmt::format("CONNECT {0} HTTP/1.1\r\nHost: {0}\r\n\r\n", name), deadline);
      !step.ok()) {
    return step;
  }
  std::string answer;
  while (answer.find("\r\n\r\n") == std::string::npos && answer.size() < 16384) {
    char byte = 0;  // one at a time: what follows the head belongs to TLS
    std::size_t count = 0;
    if (Step step = read({&byte, 1}, count, deadline); !step.ok()) return step;
    if (count == 0) break;
    answer += byte;
  }
  if (answer.starts_with("HTTP/1.1 200") || answer.starts_with("HTTP/1.0 200")) return {};
  return failed(Outcome::kNoConnection, fmt::format("the proxy refused CONNECT {}: {}", name,
                                                    answer.substr(0, answer.find('\r'))));
}

Step Connection::start_tls(const Target& target, SteadyTime deadline) {
  auto tls = std::make_unique<Tls>();
  tls->context = SSL_CTX_new(TLS_client_method());
  SSL_CTX* context = tls->context;
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  const int trusted = target.ca_file.empty()
                          ? SSL_CTX_set_default_verify_paths(context)
                          : SSL_CTX_load_verify_locations(context, target.ca_file.c_str(), nullptr);
  if (trusted != 1) {
    return failed(Outcome::kTlsFailed,
                  fmt::format("--cacert {}: {}", target.ca_file, openssl_error()));
  }
  if (!target.client_cert.empty()) {
    const std::string& key = target.client_key.empty() ? target.client_cert : target.client_key;
    if (SSL_CTX_use_certificate_chain_file(context, target.client_cert.c_str()) != 1 ||
        SSL_CTX_use_PrivateKey_file(context, key.c_str(), SSL_FILETYPE_PEM) != 1) {
      return failed(Outcome::kTlsFailed,
                    fmt::format("--client-cert {}: {}", target.client_cert, openssl_error()));
    }
  }
  SSL_CTX_set_verify(context, target.insecure ? SSL_VERIFY_NONE : SSL_VERIFY_PEER, nullptr);
  tls->session = SSL_new(context);
  SSL* session = tls->session;
  SSL_set_fd(session, socket_);
  if (is_ip_address(target.host)) {
    X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session), target.host.c_str());
  } else {
    SSL_set_tlsext_host_name(session, target.host.c_str());
    SSL_set1_host(session, target.host.c_str());
  }
  tls_ = std::move(tls);
  for (bool again = true; again;) {
    const Step step = tls_step(SSL_connect(session), deadline, again);
    if (step.outcome == Outcome::kClosed) {
      const long verdict = SSL_get_verify_result(session);
      return failed(Outcome::kTlsFailed,
                    verdict == X509_V_OK
                        ? fmt::format("TLS handshake: {}", step.problem)
                        : fmt::format("certificate: {}", X509_verify_cert_error_string(verdict)));
    }
    if (!step.ok()) return failed(Outcome::kTlsFailed, "TLS handshake: " + step.problem);
  }
  return {};
}

// Waits for what OpenSSL asks for; `again` says that the call must be repeated.
Step Connection::tls_step(int result, SteadyTime deadline, bool& again) const {
  again = false;
  if (result > 0) return {};
  switch (SSL_get_error(tls_->session, result)) {
    case SSL_ERROR_WANT_READ:
      again = true;
      return wait(POLLIN, deadline);
    case SSL_ERROR_WANT_WRITE:
      again = true;
      return wait(POLLOUT, deadline);
    default:
      return failed(Outcome::kClosed, openssl_error());
  }
}

Step Connection::write(std::string_view bytes, SteadyTime deadline) {
  while (!bytes.empty()) {
    if (tls_) {
      bool again = true;
      std::size_t written = 0;
      const int result = SSL_write_ex(tls_->session, bytes.data(), bytes.size(), &written);
      if (Step step = tls_step(result, deadline, again); !step.ok()) return step;
      if (!again) bytes.remove_prefix(written);
      continue;
    }
    const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    } else if (errno == EAGAIN || errno == EINTR) {
      if (Step step = wait(POLLOUT, deadline); !step.ok()) return step;
    } else {
      return failed(Outcome::kClosed, system_error(errno));
    }
  }
  return {};
}

Step Connection::read(std::span<char> buffer, std::size_t& count, SteadyTime deadline) {
  count = 0;
  while (true) {
    if (tls_) {
      bool again = true;
      const int result = SSL_read_ex(tls_->session, buffer.data(), buffer.size(), &count);
      if (result <= 0 && SSL_get_error(tls_->session, result) == SSL_ERROR_ZERO_RETURN) return {};
      const Step step = tls_step(result, deadline, again);
      if (!step.ok() || !again) return step;
      continue;
    }
    const ssize_t got = ::recv(socket_, buffer.data(), buffer.size(), 0);
    if (got >= 0) {
      count = static_cast<std::size_t>(got);
      return {};
    }
    if (errno != EAGAIN && errno != EINTR) {
      return failed(Outcome::kClosed, system_error(errno));
    }
    if (Step step = wait(POLLIN, deadline); !step.ok()) return step;
  }
}

bool Connection::has_unread_input() const {
  if (socket_ < 0) return true;
  pollfd entry{socket_, POLLIN, 0};
  return ::poll(&entry, 1, 0) != 0;
}

std::string Connection::tls_description() const {
  if (!tls_) return {};
  return fmt::format("{}, {}", SSL_get_version(tls_->session), SSL_get_cipher(tls_->session));
}

}  // namespace favsync::contract
