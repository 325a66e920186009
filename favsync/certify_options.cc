#include "favsync/certify_options.h"

#include <cstdlib>
#include <fstream>
#include <random>
#include <sstream>

#include <fmt/format.h>

#include "contract_tests/check.h"
#include "contract_tests/runner.h"
#include "favsync/token_source.h"
#include "wire/duration.h"
#include "wire/nearest_name.h"

namespace favsync {
namespace {

tl::unexpected<Error> of_option(std::string_view option, Error error) {
  error.message = fmt::format("{}: {}", option, error.message);
  return tl::unexpected(std::move(error));
}

// "a,b,c", or "@FILE" with one id a line.
Result<std::vector<std::string>> read_items(const std::string& text) {
  std::vector<std::string> items;
  const bool from_file = text.starts_with('@');
  std::string content = text;
  if (from_file) {
    std::ifstream file(text.substr(1), std::ios::binary);
    if (!file) {
      return fail(ErrorCode::kNotFound,
                  fmt::format("{}: no such file, or it cannot be read", text.substr(1)));
    }
    std::ostringstream all;
    all << file.rdbuf();
    content = all.str();
  }
  std::istringstream parts(content);
  for (std::string item; std::getline(parts, item, from_file ? '\n' : ',');) {
    if (!item.empty() && item.back() == '\r') item.pop_back();
    if (!item.empty()) items.push_back(item);
  }
  if (items.empty()) return fail(ErrorCode::kInvalidArgument, "expected at least one id");
  return items;
}

template <typename T>
Result<T> one_of(std::string_view text, std::initializer_list<T> values) {
  std::vector<std::string_view> names;
  for (const T value : values) {
    if (to_string(value) == text) return value;
    names.push_back(to_string(value));
  }
  return fail(ErrorCode::kInvalidArgument,
              fmt::format("\"{}\": expected {}{}", text, fmt::join(names, ", "),
                          did_you_mean(text, names)));
}

Status read_tokens(const CertifyArguments& given, contract::Options& options) {
  const std::tuple<std::string_view, const std::string*, std::optional<UserToken>*> tokens[] = {
      {"--token", &given.token, &options.token},
      {"--other-token", &given.other_token, &options.other_token},
      {"--same-user-token", &given.same_user_token, &options.same_user_token},
      {"--expired-token", &given.expired_token, &options.expired_token},
      {"--empty-token", &given.empty_token, &options.empty_token}};
  for (const auto& [option, text, target] : tokens) {
    if (text->empty()) continue;
    auto token = read_token(*text);
    if (!token) return of_option(option, token.error());
    for (const auto& [name, other_text, other] : tokens) {
      if (*other && **other == *token) {
        return fail(
            ErrorCode::kInvalidArgument,
            fmt::format("{}: the same token as {}; each must be another one", option, name));
      }
    }
    *target = std::move(*token);
  }
  return {};
}

Status read_target(const CertifyArguments& given, contract::Options& options) {
  if (given.url.empty()) return {};
  auto target = contract::Target::parse(given.url);
  if (!target) return tl::unexpected(target.error());
  if (!options.token) {
    return fail(ErrorCode::kInvalidArgument,
                "--token: missing: the token of a test user (also @FILE or env:NAME)");
  }
  target->ca_file = given.ca_file;
  target->insecure = given.insecure;
  target->client_cert = given.client_cert;
  target->client_key = given.client_key;
  for (const auto& resolve : given.resolve) {
    if (auto status = contract::apply_resolve(*target, resolve); !status) return status;
  }
  if (!given.proxy.empty()) {
    if (auto status = contract::apply_proxy(*target, given.proxy); !status) return status;
  }
  options.target = std::move(*target);
  return {};
}

// A glob that matches no check is a slip, not an empty selection.
Status check_globs(std::string_view option, const std::vector<std::string>& globs) {
  std::vector<std::string_view> ids;
  for (const auto& check : contract::all_checks()) ids.push_back(check.id);
  for (const auto& glob : globs) {
    if (contract::matches_a_check(glob)) continue;
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("{}: no check matches \"{}\"{}; see favsync list checks", option, glob,
                            did_you_mean(glob, ids)));
  }
  return {};
}

}  // namespace

void add_transport_options(CLI::App& command, CertifyArguments& a) {
  command.add_option("--cacert", a.ca_file, "PEM file of the authority to trust");
  command.add_flag("--insecure", a.insecure, "do not verify the certificate");
  command.add_option("--client-cert", a.client_cert, "PEM file of a client certificate");
  command.add_option("--client-key", a.client_key, "PEM file of its key");
  command.add_option("--proxy", a.proxy, "http://HOST:PORT");
  command.add_option("--resolve", a.resolve, "HOST:PORT:ADDR, as in curl");
}

void add_certify_options(CLI::App& command, CertifyArguments& a) {
  command.add_option("URL", a.url, "base of the partner's API; without it the built-in mock");
  command.add_option("--token", a.token,
                     "token of a test user; @FILE and env:NAME keep it off here");
  command.add_option("--other-token", a.other_token, "token of another test user");
  command.add_option("--same-user-token", a.same_user_token,
                     "another token (a second device) of the first user");
  command.add_option("--expired-token", a.expired_token, "a token that is not valid any more");
  command.add_option("--empty-token", a.empty_token, "token of a user without favourites");
  command.add_option("--auth", a.auth, "bearer, basic, header:NAME, query:NAME or cookie:NAME")
      ->capture_default_str();
  command.add_option("--profile", a.profile, "auto, read-only or two-way")->capture_default_str();
  command.add_option("--items", a.items,
                     "the only ids that may be written: a,b,c or @FILE; else ids are made up");
  command.add_option("--settle", a.settle, "how late a write may show, as the partner declares")
      ->capture_default_str();
  command.add_option("--timeout", a.timeout, "for one exchange")->capture_default_str();
  command.add_option("--max-rps", a.max_rps, "requests a second at most")
      ->check(CLI::PositiveNumber);
  command.add_option("--depth", a.depth, "quick, standard or deep")->capture_default_str();
  command.add_option("--seed", a.seed,
                     "of everything random; printed, so that a run can be repeated");
  add_transport_options(command, a);
  command.add_option("--only", a.only, "globs over check ids; what they rest on runs too");
  command.add_option("--skip", a.skip, "globs over check ids");
  command.add_option("--restart-cmd", a.restart_command,
                     "shell command that restarts the partner, for durable.restart");
  command.add_option("--journal", a.journal,
                     "file that notes each write before it is sent; else one below "
                     "$XDG_STATE_HOME, removed at the end");
  add_safety_options(command, a.safety);
}

Result<contract::Options> read_certify_options(const CertifyArguments& given) {
  contract::Options options;
  if (auto status = read_tokens(given, options); !status) return tl::unexpected(status.error());
  const auto auth = parse_auth_scheme(given.auth);
  if (!auth) return of_option("--auth", auth.error());
  options.auth = *auth;
  if (auto status = read_target(given, options); !status) return tl::unexpected(status.error());
  using contract::Depth;
  using contract::Profile;
  const auto profile =
      one_of(given.profile, {Profile::kAuto, Profile::kReadOnly, Profile::kTwoWay});
  if (!profile) return of_option("--profile", profile.error());
  options.profile = *profile;
  const auto depth = one_of(given.depth, {Depth::kQuick, Depth::kStandard, Depth::kDeep});
  if (!depth) return of_option("--depth", depth.error());
  options.depth = *depth;
  const auto settle = parse_duration(given.settle);
  if (!settle) return of_option("--settle", settle.error());
  options.settle = *settle;
  const auto timeout = parse_duration(given.timeout);
  if (!timeout) return of_option("--timeout", timeout.error());
  if (timeout->count() == 0) {
    return fail(ErrorCode::kInvalidArgument, "--timeout: expected more than 0 s");
  }
  options.timeout = *timeout;
  if (!given.items.empty()) {
    auto items = read_items(given.items);
    if (!items) return of_option("--items", items.error());
    options.items = std::move(*items);
  }
  options.max_rps = given.max_rps;
  options.seed = given.seed ? *given.seed : std::random_device{}() % 1'000'000;
  for (const auto& [name, globs] : {std::pair{"--only", &given.only}, {"--skip", &given.skip}}) {
    if (auto status = check_globs(name, *globs); !status) return tl::unexpected(status.error());
  }
  options.only = given.only;
  options.skip = given.skip;
  if (!given.restart_command.empty()) {
    options.restart = [command = given.restart_command] { return std::system(command.c_str()); };
  }
  options.journal_file = given.journal;
  if (auto status = read_safety_options(given.safety, options); !status) {
    return tl::unexpected(status.error());
  }
  return options;
}

}  // namespace favsync
