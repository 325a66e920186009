#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "wire/result.h"

namespace favsync::contract {

// Where the partner's API is and how it is reached; options as in curl.
struct Target {
  bool tls = false;
  std::string host;  // as in the URL; an IPv6 address without brackets
  std::uint16_t port = 80;
  std::string base_path;  // put before /getUserFavorites; "" or "/api/v1", never a final '/'

  std::string connect_to;  // address to connect to instead of looking `host` up; empty: look up
  std::string ca_file;     // PEM; empty: the system's certificates
  bool insecure = false;   // do not verify the certificate
  std::string client_cert, client_key;  // PEM files, for mutual TLS
  std::string proxy_host;               // HTTP proxy; empty: none
  std::uint16_t proxy_port = 0;

  // Reads "http://host[:port][/base]" or "https://…". Errors: kInvalidArgument: another scheme,
  // user information, a query or fragment, a bad port; the message says which part and what was
  // expected.
  [[nodiscard]] static Result<Target> parse(std::string_view url);

  std::string authority() const;  // "host" or "host:port", as in the Host header
  std::string origin() const;     // "https://host:port"
};

// Reads HOST:PORT:ADDR, as curl's --resolve, into `target` when host and port match it. Errors:
// kInvalidArgument.
[[nodiscard]] Status apply_resolve(Target& target, std::string_view text);
// Reads "http://host:port" into the target's proxy. Errors: kInvalidArgument.
[[nodiscard]] Status apply_proxy(Target& target, std::string_view url);

}  // namespace favsync::contract
