#include "sync_engine/base_url.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include <fmt/format.h>

#include "wire/quote.h"

namespace favsync {
namespace {

constexpr std::string_view kForm = "expected http://HOST[:PORT][/PATH] or https://…";

tl::unexpected<Error> wrong(std::string_view text, std::string_view why) {
  return fail(ErrorCode::kInvalidArgument,
              fmt::format("URL {}: {}; {}", favsync::quoted(text), why, kForm));
}

std::string lower_case(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return lower;
}

bool is_plain(char c) {
  return c > ' ' && c < 0x7f && c != '"' && c != '<' && c != '>';
}

bool is_host_char(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '.' || c == '-' || c == '_';
}

bool is_address_char(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || c == ':' || c == '.';
}

std::optional<int> parse_port(std::string_view text) {
  int port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (port < 1 || port > 65535 || text.front() == '-') return std::nullopt;
  return port;
}

// Splits "host", "host:port", "[v6]" or "[v6]:port"; the port, with its colon, may be empty.
bool split_authority(std::string_view authority, std::string& host, std::string_view& port) {
  if (authority.starts_with('[')) {
    const auto close = authority.find(']');
    if (close == std::string_view::npos) return false;
    host = lower_case(authority.substr(1, close - 1));
    port = authority.substr(close + 1);
    return !host.empty() && std::all_of(host.begin(), host.end(), is_address_char) &&
           (port.empty() || port.front() == ':');
  }
  const auto colon = authority.find(':');
  host = lower_case(authority.substr(0, colon));
  port = colon == std::string_view::npos ? std::string_view() : authority.substr(colon);
  return !host.empty() && std::all_of(host.begin(), host.end(), is_host_char);
}

}  // namespace

Result<BaseUrl> parse_base_url(std::string_view text) {
  const auto scheme_end = text.find("://");
  if (scheme_end == std::string_view::npos) return wrong(text, "it has no scheme");
  BaseUrl url;
  const std::string scheme = lower_case(text.substr(0, scheme_end));
  if (scheme != "http" && scheme != "https") {
    return wrong(text, fmt::format("scheme {}", favsync::quoted(scheme)));
  }
  url.is_tls = scheme == "https";
  const auto rest = text.substr(scheme_end + 3);
  if (!std::all_of(rest.begin(), rest.end(), is_plain)) {
    return wrong(text, "it holds blanks, quotes or bytes that are not visible ASCII");
  }
  if (rest.find('#') != std::string_view::npos)
    return wrong(text, "a fragment has no meaning here");
  if (rest.find('?') != std::string_view::npos) {
    return wrong(text, "a query is not taken: a token rides by the auth scheme");
  }
  const auto path_start = rest.find('/');
  const auto authority = rest.substr(0, path_start);
  // The message must not repeat what may be a password.
  if (authority.find('@') != std::string_view::npos) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("URL: user information before the host is not taken; {}", kForm));
  }
  std::string_view port;
  if (!split_authority(authority, url.host, port)) {
    return wrong(text, fmt::format("host {}", favsync::quoted(authority)));
  }
  url.port = url.is_tls ? 443 : 80;
  if (port.size() > 1) {
    const auto number = parse_port(port.substr(1));
    if (!number)
      return wrong(text,
                   fmt::format("port {} is not in 1..65535", favsync::quoted(port.substr(1))));
    url.port = *number;
  }
  if (path_start != std::string_view::npos) url.path = rest.substr(path_start);
  while (url.path.ends_with('/')) url.path.pop_back();
  return url;
}

std::string BaseUrl::origin() const {
  const bool is_v6 = host.find(':') != std::string::npos;
  const std::string shown = is_v6 ? "[" + host + "]" : host;
  const bool is_usual = port == (is_tls ? 443 : 80);
  return fmt::format("{}://{}{}", is_tls ? "https" : "http", shown,
                     is_usual ? "" : fmt::format(":{}", port));
}

std::string BaseUrl::to_string() const {
  return origin() + path;
}

bool BaseUrl::is_loopback() const {
  return host == "localhost" || host == "::1" || host.starts_with("127.");
}

}  // namespace favsync
