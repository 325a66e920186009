#include "mock_server/listener.h"

#include <cerrno>
#include <cstring>

#include <fmt/format.h>

namespace favsync::mock {

std::string authority(const std::string& address, int port) {
  const bool is_ipv6 = address.find(':') != std::string::npos;
  return is_ipv6 ? fmt::format("[{}]:{}", address, port) : fmt::format("{}:{}", address, port);
}

Error bind_error(const char* which, const std::string& address, int port) {
  const int reason = errno;
  const char* text = reason != 0 ? std::strerror(reason) : "no such address on this machine";
  return {ErrorCode::kConnection,
          fmt::format("{} port {}: expected a free port, got: {}; 0 picks a free one", which,
                      authority(address, port), text),
          std::nullopt};
}

}  // namespace favsync::mock
