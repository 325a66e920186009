#include "favsync/token_source.h"

#include <cstdlib>
#include <fstream>
#include <string>

#include <fmt/format.h>

namespace favsync {
namespace {

Result<UserToken> make_token(std::string text, std::string_view from) {
  auto token = UserToken::make(std::move(text));
  if (token) return token;
  return fail(token.error().code, fmt::format("{}: {}", from, token.error().message));
}

Result<UserToken> read_token_file(const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) {
    return fail(
        ErrorCode::kNotFound,
        fmt::format("token @{}: expected a file with the token in its first line; it cannot "
                    "be read",
                    file));
  }
  std::string line;
  std::getline(stream, line);
  if (line.ends_with('\r')) line.pop_back();
  return make_token(std::move(line), fmt::format("token @{}: first line", file));
}

}  // namespace

Result<UserToken> read_token(std::string_view text) {
  if (text.starts_with('@')) return read_token_file(std::string(text.substr(1)));
  if (text.starts_with("env:")) {
    const std::string name(text.substr(4));
    const char* value = std::getenv(name.c_str());
    if (value == nullptr) {
      return fail(ErrorCode::kNotFound,
                  fmt::format("token env:{}: the environment variable {} is not set", name, name));
    }
    return make_token(value, fmt::format("token env:{}", name));
  }
  return make_token(std::string(text), "token");
}

}  // namespace favsync
