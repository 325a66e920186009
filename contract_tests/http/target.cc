#include "contract_tests/http/target.h"

#include <charconv>

#include <fmt/format.h>

namespace favsync::contract {
namespace {

Result<std::uint16_t> parse_port(std::string_view text) {
  unsigned port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size() || port < 1 || port > 65535) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("URL: port \"{}\": expected 1..65535", text));
  }
  return static_cast<std::uint16_t>(port);
}

bool has_illegal_byte(std::string_view url) {
  for (const unsigned char c : url) {
    if (c <= 0x20 || c >= 0x7f || c == '"' || c == '<' || c == '>' || c == '\\') return true;
  }
  return false;
}

// Splits "[::1]:80", "host:80" or "host" into the target's host and port.
Status read_authority(std::string_view authority, Target& target) {
  std::string_view port;
  if (!authority.empty() && authority.front() == '[') {
    const auto close = authority.find(']');
    if (close == std::string_view::npos) {
      return fail(ErrorCode::kInvalidArgument, "URL: '[' without ']' in the host");
    }
    target.host = authority.substr(1, close - 1);
    port = authority.substr(close + 1);
    if (!port.empty() && port.front() != ':') {
      return fail(ErrorCode::kInvalidArgument,
                  fmt::format("URL: expected ':' and a port after ']', got \"{}\"", port));
    }
    if (!port.empty()) port.remove_prefix(1);
  } else {
    const auto colon = authority.find(':');
    target.host = authority.substr(0, colon);
    if (colon != std::string_view::npos) port = authority.substr(colon + 1);
    if (colon != std::string_view::npos && port.empty()) {
      return fail(ErrorCode::kInvalidArgument, "URL: expected a port after ':'");
    }
  }
  if (target.host.empty()) return fail(ErrorCode::kInvalidArgument, "URL: the host is missing");
  if (port.empty()) return {};
  auto number = parse_port(port);
  if (!number) return tl::unexpected(number.error());
  target.port = *number;
  return {};
}

}  // namespace

Result<Target> Target::parse(std::string_view url) {
  Target target;
  std::string_view rest = url;
  if (rest.starts_with("https://")) {
    target.tls = true;
    target.port = 443;
    rest.remove_prefix(8);
  } else if (rest.starts_with("http://")) {
    rest.remove_prefix(7);
  } else {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("URL \"{}\": expected http://host[:port][/base] or https://…", url));
  }
  if (has_illegal_byte(url)) {
    return fail(ErrorCode::kInvalidArgument,
                "URL: holds a space, a control byte or another character that must be escaped");
  }
  if (rest.find_first_of("?#") != std::string_view::npos) {
    return fail(ErrorCode::kInvalidArgument,
                "URL: expected no query and no fragment; give the base of the API, and the token "
                "with --token (--auth query:NAME if it rides in the query)");
  }
  const auto slash = rest.find('/');
  const std::string_view authority = rest.substr(0, slash);
  if (authority.find('@') != std::string_view::npos) {
    return fail(ErrorCode::kInvalidArgument,
                "URL: expected no user information; give it with --token and --auth basic");
  }
  if (auto status = read_authority(authority, target); !status) {
    return tl::unexpected(status.error());
  }
  if (slash != std::string_view::npos) target.base_path = rest.substr(slash);
  while (target.base_path.ends_with('/')) target.base_path.pop_back();
  for (const std::string_view endpoint : {"/getUserFavorites", "/postUserFavorites"}) {
    if (target.base_path.ends_with(endpoint)) {  // the whole endpoint was given: take its base
      target.base_path.resize(target.base_path.size() - endpoint.size());
    }
  }
  return target;
}

std::string Target::authority() const {
  const std::string shown = host.find(':') == std::string::npos ? host : "[" + host + "]";
  return port == (tls ? 443 : 80) ? shown : fmt::format("{}:{}", shown, port);
}

std::string Target::origin() const {
  const std::string shown = host.find(':') == std::string::npos ? host : "[" + host + "]";
  return fmt::format("{}://{}:{}", tls ? "https" : "http", shown, port);
}

Status apply_resolve(Target& target, std::string_view text) {
  const auto first = text.find(':');
  const auto second = first == std::string_view::npos ? first : text.find(':', first + 1);
  if (second == std::string_view::npos || second + 1 == text.size()) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("--resolve \"{}\": expected HOST:PORT:ADDR", text));
  }
  auto port = parse_port(text.substr(first + 1, second - first - 1));
  if (!port) return tl::unexpected(port.error());
  if (text.substr(0, first) == target.host && *port == target.port) {
    std::string_view address = text.substr(second + 1);
    if (address.starts_with('[') && address.ends_with(']')) {
      address = address.substr(1, address.size() - 2);
    }
    target.connect_to = address;
  }
  return {};
}

Status apply_proxy(Target& target, std::string_view url) {
  auto proxy = Target::parse(url);
  if (!proxy || proxy->tls || !proxy->base_path.empty()) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("--proxy \"{}\": expected http://host:port", url));
  }
  target.proxy_host = proxy->host;
  target.proxy_port = proxy->port;
  return {};
}

}  // namespace favsync::contract
