// The limit of the socket: one thread, epoll, and a canned answer for whatever comes. The mock's
// partner port is measured against it. Usage: canned_epoll_server PORT [ITEMS], ITEMS in the answer
// (default 2).
#include <array>
#include <cstdio>
#include <cstdlib>
#include <string>

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

std::string canned_answer(int items) {
  std::string body = "[";
  for (int i = 0; i < items; ++i) {
    if (i > 0) body += ',';
    body += R"({"item":"session_)" + std::to_string(21982 + i) +
            R"(","actionDate":"2017-05-02T10:45:12.798Z","action":"ADD"})";
  }
  body += "]";
  return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + body;
}

int listen_on(int port) {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  const int on = 1;
  ::setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(listener, 4096) != 0) {
    std::perror("canned_epoll_server");
    std::exit(1);
  }
  return listener;
}

void watch(int epoll, int descriptor) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = descriptor;
  ::epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event);
}

// Reads one request (as a load generator sends them: whole, in one packet) and answers it.
bool answer(int socket, const std::string& text) {
  std::array<char, 65536> buffer;
  const ssize_t got = ::recv(socket, buffer.data(), buffer.size(), 0);
  if (got <= 0) return false;
  std::size_t sent = 0;
  while (sent < text.size()) {
    const ssize_t bytes = ::send(socket, text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
    if (bytes <= 0) return false;  // a blocking socket: long answers are waited for
    sent += static_cast<std::size_t>(bytes);
  }
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: canned_epoll_server PORT [ITEMS]\n");
    return 2;
  }
  const std::string text = canned_answer(argc > 2 ? std::atoi(argv[2]) : 2);
  const int listener = listen_on(std::atoi(argv[1])), epoll = ::epoll_create1(0);
  watch(epoll, listener);
  std::array<epoll_event, 256> events;
  while (true) {
    const int count = ::epoll_wait(epoll, events.data(), static_cast<int>(events.size()), -1);
    for (int i = 0; i < count; ++i) {
      const int ready = events[static_cast<std::size_t>(i)].data.fd;
      if (ready != listener) {
        if (!answer(ready, text)) ::close(ready);
        continue;
      }
      for (int socket; (socket = ::accept4(listener, nullptr, nullptr, 0)) >= 0;) {
        const int on = 1;
        ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        watch(epoll, socket);
      }
    }
  }
}
