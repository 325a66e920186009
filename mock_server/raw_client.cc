#include "mock_server/raw_client.h"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <stdexcept>
#include <utility>

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace favsync::mock {
namespace {

constexpr std::chrono::seconds kPatience(10);  // far beyond what any answer here takes

auto deadline_from_now() {
  return std::chrono::steady_clock::now() + kPatience;
}

}  // namespace

RawClient::RawClient(int port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<in_port_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (socket_ < 0 ||
      ::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    if (socket_ >= 0) ::close(socket_);
    throw std::runtime_error("raw client: cannot connect to port " + std::to_string(port));
  }
}

RawClient::~RawClient() {
  if (socket_ >= 0) ::close(socket_);
}

RawClient::RawClient(RawClient&& other) noexcept
    : socket_(std::exchange(other.socket_, -1)),
      received_(std::move(other.received_)),
      end_(other.end_) {}

bool RawClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

const std::string& RawClient::receive(std::size_t bytes) {
  const auto deadline = deadline_from_now();
  while (received_.size() < bytes && fill(deadline)) {
  }
  return received_;
}

std::string RawClient::receive_answer() {
  const auto deadline = deadline_from_now();
  std::size_t head_end = 0;
  while ((head_end = received_.find("\r\n\r\n")) == std::string::npos) {
    if (!fill(deadline)) return std::exchange(received_, {});
  }
  std::size_t length = 0;
  if (const std::size_t at = received_.find("Content-Length: "); at < head_end) {
    length = std::strtoul(received_.c_str() + at + 16, nullptr, 10);
  }
  const std::size_t total = head_end + 4 + length;
  while (received_.size() < total && fill(deadline)) {
  }
  std::string answer = received_.substr(0, total);
  received_.erase(0, total);
  return answer;
}

RawClient::End RawClient::receive_to_end() {
  const auto deadline = deadline_from_now();
  while (fill(deadline)) {
  }
  return end_;
}

bool RawClient::fill(std::chrono::steady_clock::time_point deadline) {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
      deadline - std::chrono::steady_clock::now());
  pollfd entry{socket_, POLLIN, 0};
  if (end_ != End::kOpen || left.count() <= 0) return false;
  if (::poll(&entry, 1, static_cast<int>(left.count())) <= 0) return false;
  std::array<char, 65536> buffer;
  const ssize_t got = ::recv(socket_, buffer.data(), buffer.size(), 0);
  if (got > 0) {
    received_.append(buffer.data(), static_cast<std::size_t>(got));
    return true;
  }
  end_ = got < 0 && errno == ECONNRESET ? End::kReset : End::kClosed;
  return false;
}

void RawClient::reset() {
  const linger now{1, 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  ::close(std::exchange(socket_, -1));
}

void RawClient::finish_writing() {
  ::shutdown(socket_, SHUT_WR);
}

}  // namespace favsync::mock
