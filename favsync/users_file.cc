#include "favsync/users_file.h"

#include <array>
#include <fstream>
#include <iterator>
#include <set>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "favsync/token_source.h"
#include "mock_server/strict_json.h"
#include "sync_engine/base_url.h"
#include "wire/quote.h"

namespace favsync {
namespace {

constexpr std::size_t kMaxNameBytes = 200;

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r';
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

// Gathers users and keeps what they share.
class Collector {
 public:
  explicit Collector(std::string_view default_url) : default_url_(default_url) {}

  // `place` says where in the file.
  Status add(const std::string& place, std::string_view name, const std::string& token,
             std::string_view url) {
    const auto say = [&](ErrorCode code, std::string_view what) {
      return fail(code, fmt::format("{}: {}", place, what));
    };
    if (name.empty() || name.size() > kMaxNameBytes) {
      return say(ErrorCode::kInvalidArgument,
                 fmt::format("name: expected 1 to {} bytes, got {}", kMaxNameBytes, name.size()));
    }
    const auto [earlier, is_new] = places_.try_emplace(std::string(name), place);
    if (!is_new) {
      return say(
          ErrorCode::kInvalidArgument,
          fmt::format("name {} stands already at {}; each user at each partner has a name of "
                      "its own, such as {}",
                      favsync::quoted(name), earlier->second,
                      favsync::quoted(std::string(name) + "@partner")));
    }
    const auto base = base_url(url.empty() ? default_url_ : url);
    if (!base) return say(base.error().code, base.error().message);
    auto read = read_token(token);
    if (!read) return say(read.error().code, read.error().message);
    if (token.starts_with('@') || token.starts_with("env:")) {
      file_.token_sources.emplace(name, token);
    }
    file_.users.push_back({std::string(name), *base, *std::move(read)});
    return {};
  }

  Result<UsersFile> take() {
    if (file_.users.empty()) {
      return fail(ErrorCode::kInvalidArgument, "expected at least one user, found none");
    }
    return std::move(file_);
  }

 private:
  // A million users have few partners.
  Result<std::string> base_url(std::string_view url) {
    if (url.empty()) {
      return fail(ErrorCode::kInvalidArgument,
                  "url: expected one for this user, or one on the command line");
    }
    const auto known = urls_.find(std::string(url));
    if (known != urls_.end()) return known->second;
    const auto parsed = parse_base_url(url);
    if (!parsed) return tl::unexpected(parsed.error());
    return urls_[std::string(url)] = parsed->to_string();
  }

  std::string_view default_url_;
  std::unordered_map<std::string, std::string> places_, urls_;
  UsersFile file_;
};

Result<UsersFile> parse_json(std::string_view text, std::string_view default_url) {
  static constexpr std::array<std::string_view, 1> kTop = {"users"};
  static constexpr std::array<std::string_view, 2> kRequired = {"name", "token"};
  static constexpr std::array<std::string_view, 1> kOptional = {"url"};
  const auto document = mock::parse_strict_json(text);
  if (!document) return tl::unexpected(document.error());
  if (const auto known = mock::expect_members(*document, "", kTop, {}); !known) {
    return tl::unexpected(known.error());
  }
  const auto users = mock::read_array(*document, "", "users");
  if (!users) return tl::unexpected(users.error());
  Collector collector(default_url);
  for (std::size_t i = 0; i < (*users)->size(); ++i) {
    const auto& user = (**users)[i];
    const auto place = mock::element_place("users", i);
    if (const auto known = mock::expect_members(user, place, kRequired, kOptional); !known) {
      return tl::unexpected(known.error());
    }
    const auto name = mock::read_string(user, place, "name");
    if (!name) return tl::unexpected(name.error());
    if (!user.at("token").is_string()) {
      return fail(ErrorCode::kMalformed, place + ".token: expected a string");
    }
    Result<std::string> url = std::string();
    if (user.contains("url")) url = mock::read_string(user, place, "url");
    if (!url) return tl::unexpected(url.error());
    const auto added = collector.add(place, *name, user.at("token").get<std::string>(), *url);
    if (!added) return tl::unexpected(added.error());
  }
  return collector.take();
}

Result<UsersFile> parse_lines(std::string_view text, std::string_view default_url) {
  Collector collector(default_url);
  for (std::size_t number = 1; !text.empty(); ++number) {
    const auto end = text.find('\n');
    const auto line = trimmed(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.empty() || line.front() == '#') continue;
    const auto place = fmt::format("line {}", number);
    std::array<std::string_view, 3> fields;
    std::size_t count = 0;
    for (std::string_view rest = line; count < 4; ++count) {
      const auto comma = rest.find(',');
      if (count < 3) fields[count] = trimmed(rest.substr(0, comma));
      if (comma == std::string_view::npos) {
        ++count;
        break;
      }
      rest.remove_prefix(comma + 1);
    }
    if (count < 2 || count > 3) {
      return fail(
          ErrorCode::kMalformed,
          fmt::format("{}: expected name,token or name,token,url, got {} field{}; a token "
                      "with a comma needs the JSON form",
                      place, count == 4 ? "more than three" : "one", count == 4 ? "s" : ""));
    }
    const auto added = collector.add(place, fields[0], std::string(fields[1]), fields[2]);
    if (!added) return tl::unexpected(added.error());
  }
  return collector.take();
}

}  // namespace

Result<UsersFile> parse_users(std::string_view text, std::string_view default_url) {
  const auto first = text.find_first_not_of(" \t\r\n");
  const bool is_json = first != std::string_view::npos && text[first] == '{';
  return is_json ? parse_json(text, default_url) : parse_lines(text, default_url);
}

Result<UsersFile> read_users_file(const std::string& file, std::string_view default_url) {
  std::ifstream stream(file, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  if (!stream.is_open() || stream.bad()) {
    return fail(ErrorCode::kNotFound,
                fmt::format("{}: expected a file of users; it cannot be read", file));
  }
  auto users = parse_users(text, default_url);
  if (!users) users.error().message = fmt::format("{}: {}", file, users.error().message);
  return users;
}

void TokenSources::replace(Sources sources) {
  const std::lock_guard lock(mutex_);
  sources_ = std::move(sources);
}

Result<UserToken> TokenSources::refresh(std::string_view user, const UserToken& refused) {
  std::string source;
  {
    const std::lock_guard lock(mutex_);
    const auto found = sources_.find(user);
    if (found == sources_.end()) {
      return fail(
          ErrorCode::kUnauthorized,
          fmt::format("{}: the token was given as it is; sign in again, and give the new one",
                      user));
    }
    source = found->second;
  }
  auto token = read_token(source);
  if (token && *token == refused) {
    return fail(
        ErrorCode::kUnauthorized,
        fmt::format("{}: {} still holds the token that was refused; sign in again", user, source));
  }
  return token;
}

}  // namespace favsync
