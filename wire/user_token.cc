#include "wire/user_token.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "wire/text_encoding.h"

namespace favsync {
namespace {

constexpr std::size_t kMaxTokenBytes = 8192;

bool is_visible_or_space(char c) {
  return c >= ' ' && c <= '~';
}

// How many bytes at the start of `text` spell the token percent-encoded; 0 if they do not. Any byte
// may be encoded or not, in either case, and a space may be '+': clients differ in what they
// encode.
std::size_t percent_encoded_length(std::string_view text, std::string_view token) {
  std::size_t at = 0;
  for (const char wanted : token) {
    if (at == text.size()) return 0;
    if (const auto byte = percent_decoded_byte(text.substr(at)); byte && *byte == wanted) {
      at += 3;
    } else if (text[at] == wanted || (wanted == ' ' && text[at] == '+')) {
      ++at;
    } else {
      return 0;
    }
  }
  return at;
}

// The same for a token inside a JSON string, where a quote, a backslash or a slash may be escaped.
std::size_t json_escaped_length(std::string_view text, std::string_view token) {
  std::size_t at = 0;
  for (const char wanted : token) {
    const bool may_be_escaped = wanted == '"' || wanted == '\\' || wanted == '/';
    if (may_be_escaped && at + 1 < text.size() && text[at] == '\\' && text[at + 1] == wanted) ++at;
    if (at == text.size() || text[at] != wanted) return 0;
    ++at;
  }
  return at;
}

// Base64 spelt without its padding, which some writers leave out; padding that follows is taken
// too.
std::size_t base64_length(std::string_view text, std::string_view unpadded) {
  if (!text.starts_with(unpadded)) return 0;
  std::size_t at = unpadded.size();
  while (at < text.size() && text[at] == '=') ++at;
  return at;
}

}  // namespace

Result<UserToken> UserToken::make(std::string text) {
  const auto refuse = [](const std::string& got) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("user token: expected 1 to {} visible ASCII characters, got {}; "
                            "check how the token was copied (§1.1)",
                            kMaxTokenBytes, got));
  };
  if (text.empty()) return refuse("an empty text");
  if (text.size() > kMaxTokenBytes) return refuse(fmt::format("{} bytes", text.size()));
  const auto bad = std::find_if_not(text.begin(), text.end(), is_visible_or_space);
  if (bad != text.end()) {
    return refuse(fmt::format("byte 0x{:02x} at position {}", static_cast<unsigned char>(*bad),
                              std::distance(text.begin(), bad)));
  }
  if (text.front() == ' ') return refuse("a space at the start");
  if (text.back() == ' ') return refuse("a space at the end");
  return UserToken(std::move(text));
}

std::string UserToken::fingerprint() const {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  if (EVP_Digest(text_.data(), text_.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1) {
    return "token:????????";
  }
  return fmt::format("token:{:02x}{:02x}{:02x}{:02x}", digest[0], digest[1], digest[2], digest[3]);
}

std::string redact(std::string_view text, const UserToken& token) {
  const std::string_view secret = token.reveal();
  std::string basic = base64_encode(basic_credentials(secret));
  basic.erase(basic.find_last_not_of('=') + 1);
  // The bytes with which one of the spellings can begin: all else is passed over quickly.
  std::array<bool, 256> may_begin{};
  for (const char c : {secret.front(), basic.front(), '%', '\\'}) {
    may_begin[static_cast<unsigned char>(c)] = true;
  }
  std::string out;
  out.reserve(text.size());
  std::string mark;
  std::size_t copied = 0;
  for (std::size_t at = 0; at < text.size();) {
    if (!may_begin[static_cast<unsigned char>(text[at])]) {
      ++at;
      continue;
    }
    const std::string_view rest = text.substr(at);
    const std::size_t length = std::max(
        {rest.starts_with(secret) ? secret.size() : 0, percent_encoded_length(rest, secret),
         json_escaped_length(rest, secret), base64_length(rest, basic)});
    if (length == 0) {
      ++at;
      continue;
    }
    out += text.substr(copied, at - copied);
    if (mark.empty()) mark = fmt::format("<{}>", token.fingerprint());
    out += mark;
    at += length;
    copied = at;
  }
  out += text.substr(copied);
  return out;
}

}  // namespace favsync
