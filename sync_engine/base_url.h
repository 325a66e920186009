#pragma once

#include <string>
#include <string_view>

#include "wire/result.h"

namespace favsync {

// Where a partner's API lives: the two endpoints are appended to `path`.
struct BaseUrl {
  bool is_tls = true;
  std::string host;  // without the brackets of an IPv6 address
  int port = 443;    // 1 to 65535
  std::string path;  // "" or "/prefix", percent-encoded as given, never ending in '/'

  // "https://host:port/prefix": the port only where it is not the scheme's own.
  std::string to_string() const;
  // The same without the path.
  std::string origin() const;
  // Whether requests stay on this machine: localhost, 127.0.0.0/8 or ::1.
  bool is_loopback() const;
};

// Reads "http://" or "https://", a host, and optionally a port and a path. Errors: kInvalidArgument
// for anything else: another scheme, user information, a query, a fragment, blanks or control
// bytes.
[[nodiscard]] Result<BaseUrl> parse_base_url(std::string_view text);

}  // namespace favsync
