#pragma once

#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "contract_tests/http/exchange.h"
#include "contract_tests/lab/redactor.h"
#include "wire/user_token.h"

namespace favsync::contract {

// An exchange as it is kept and shown: secrets replaced at capture, texts UTF-8, all of it cut to a
// bound.
struct LoggedExchange {
  int number = 0;
  std::string check;  // id of the check that sent it, or "preflight", "profile", "restore"
  std::string method;
  std::string url;
  Headers request_headers;
  std::string request_body;            // any bytes
  std::size_t request_body_bytes = 0;  // as it was sent
  bool request_body_cut = false;       // only its beginning is kept
  std::string outcome;                 // "answered", "timed-out", …
  std::string problem;
  int status = 0;
  std::string version;  // "HTTP/1.1"
  Headers headers;
  std::string body;            // any bytes
  std::size_t body_bytes = 0;  // as it came
  bool body_cut = false;
  std::vector<std::string> anomalies;
  bool reused_connection = false;
  Instant started;
  std::chrono::milliseconds duration{0};

  friend bool operator==(const LoggedExchange&, const LoggedExchange&) = default;
};

// Leaves at most the first `most` bytes of each body, and marks what was cut.
void cut_bodies(LoggedExchange& exchange, std::size_t most);

// All exchanges of a run, in the order of sending. Tokens never enter it: each is replaced by its
// name when an exchange is recorded. Bounded whatever a partner sends. Safe from any thread.
class ExchangeLog {
 public:
  static constexpr std::size_t kMaxBody = 64u << 10;       // bytes of each body that are kept
  static constexpr std::size_t kMaxAllBodies = 48u << 20;  // of all bodies together; from there on
  static constexpr std::size_t kMaxBodyBeyond = 1u << 10;  // so much of each
  static constexpr std::size_t kMaxHeaders = 64;           // of one message
  static constexpr std::size_t kMaxText = 2u << 10;        // of a header's value, a URL, a sentence
  static constexpr std::size_t kMaxSearched = 4u << 20;    // of a body, for secrets

  // `secrets` are the tokens of the run: an answer that holds one is a leak. `also_hidden` are
  // tokens made from these, which would give them away.
  explicit ExchangeLog(const std::vector<NamedToken>& secrets,
                       const std::vector<NamedToken>& also_hidden = {});
  // The tokens are named by their fingerprints.
  explicit ExchangeLog(const std::vector<UserToken>& secrets);

  // Numbers the exchange (from 1) and keeps a redacted copy under the id of `check`. `origin` is
  // put before the path. An answer that holds one of the secrets is cleaned in `exchange` too, so
  // that no finding quotes it.
  int record(Exchange& exchange, std::string_view origin, std::string_view check);

  int count() const;
  std::vector<LoggedExchange> all() const;
  // The exchange of that number, if it is kept.
  const LoggedExchange* find(int number) const;
  // Number of the first exchange whose answer held one of the secrets; 0 if none did.
  int first_leak() const;
  // `text` without any of the secrets.
  std::string clean(std::string_view text) const { return hides_.clean(text); }

 private:
  Headers kept_headers(const Headers& headers) const;
  std::string kept_text(std::string_view text) const;
  void keep_body(std::string_view body, std::string& kept, bool& cut) const;

  const Redactor secrets_, hides_;  // what is a leak; what is replaced: these and more
  mutable std::mutex mutex_;
  std::deque<LoggedExchange> exchanges_;
  std::size_t body_bytes_ = 0;
  int first_leak_ = 0;
};

}  // namespace favsync::contract
