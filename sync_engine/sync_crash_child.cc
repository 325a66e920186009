// One round of the engine that ends itself with SIGKILL at a given point: what sync_crash_test
// runs.
//   sync_crash_child URL STORE POINT NTH
// POINT is a step of the round such as "apply.before"; "write" or "flush", which is in the middle
// of SQLite's own work on the file; or "none". Exit status: 0 the round succeeded, 1 it did not.
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include <sys/syscall.h>
#include <unistd.h>

#include "sync_engine/http_partner_client.h"
#include "sync_engine/sqlite_favorite_store.h"
#include "sync_engine/sync_engine.h"

namespace {

std::string g_point;
long g_left = 0;  // passings of the point that are survived

bool is_last_breath(std::string_view point) {
  return point == g_point && --g_left == 0;
}

void pass(std::string_view point) {
  if (is_last_breath(point)) ::kill(::getpid(), SIGKILL);
}

}  // namespace

// SQLite calls these; the program's own come before the C library's. A kill in the middle of a
// write leaves half of it.
extern "C" ssize_t pwrite64(int file, const void* data, std::size_t size, off64_t at) {
  if (is_last_breath("write")) {
    ::syscall(SYS_pwrite64, file, data, size / 2, at);
    ::kill(::getpid(), SIGKILL);
  }
  return ::syscall(SYS_pwrite64, file, data, size, at);
}

extern "C" int fdatasync(int file) {
  pass("flush");
  return static_cast<int>(::syscall(SYS_fdatasync, file));
}

namespace favsync {
namespace {

// Passes each call on, with a point before and behind it.
class FaultyStore final : public FavoriteStore {
 public:
  explicit FaultyStore(FavoriteStore& store) : store_(store) {}

  Result<std::vector<FavoriteRecord>> load(std::string_view user) override {
    return at("load", [&] { return store_.load(user); });
  }
  Result<std::vector<FavoriteRecord>> load_page(std::string_view user, std::string_view after,
                                                std::size_t limit) override {
    return at("load", [&] { return store_.load_page(user, after, limit); });
  }
  Result<std::optional<FavoriteRecord>> find(std::string_view user,
                                             std::string_view item) override {
    return store_.find(user, item);
  }
  Result<std::size_t> apply(std::string_view user, std::span<const RecordUpdate> updates) override {
    return at("apply", [&] { return store_.apply(user, updates); });
  }
  Status acknowledge(std::string_view user, std::span<const Favorite> sent) override {
    return at("acknowledge", [&] { return store_.acknowledge(user, sent); });
  }
  Result<Favorite> edit(std::string_view user, std::string_view item, Action action,
                        Timestamp now) override {
    return store_.edit(user, item, action, now);
  }
  Result<bool> offer(std::string_view user, const Favorite& change) override {
    return store_.offer(user, change);
  }
  Result<std::optional<std::string>> bind_partner(std::string_view user,
                                                  std::string_view partner) override {
    return at("bind", [&] { return store_.bind_partner(user, partner); });
  }
  Result<std::optional<ListValidator>> validator(std::string_view user) override {
    return store_.validator(user);
  }
  Status set_validator(std::string_view user,
                       const std::optional<ListValidator>& validator) override {
    return at("validator", [&] { return store_.set_validator(user, validator); });
  }

 private:
  template <typename Call>
  auto at(const std::string& step, Call call) -> decltype(call()) {
    pass(step + ".before");
    auto result = call();
    pass(step + ".after");
    return result;
  }
  FavoriteStore& store_;
};

class FaultyPartner final : public PartnerClient {
 public:
  explicit FaultyPartner(PartnerClient& partner) : partner_(partner) {}

  Result<PartnerList> get_favorites(const UserToken& token) override {
    return at("get", [&] { return partner_.get_favorites(token); });
  }
  Result<PartnerList> get_favorites_if_changed(const UserToken& token,
                                               const std::string& etag) override {
    return at("get", [&] { return partner_.get_favorites_if_changed(token, etag); });
  }
  Result<PostReceipt> post_favorites(const UserToken& token,
                                     std::span<const Favorite> favorites) override {
    return at("post", [&] { return partner_.post_favorites(token, favorites); });
  }

 private:
  template <typename Call>
  auto at(const std::string& step, Call call) -> decltype(call()) {
    pass(step + ".before");
    auto result = call();
    pass(step + ".after");
    return result;
  }
  PartnerClient& partner_;
};

int run(const std::string& url, const std::string& file) {
  const auto store = SqliteFavoriteStore::open(file);
  if (!store) {
    std::fprintf(stderr, "%s\n", store.error().message.c_str());
    return 1;
  }
  FaultyStore faulty_store(**store);
  HttpPartnerOptions options;
  options.base_url = url;
  const auto client = HttpPartnerClient::make(options).value();
  FaultyPartner faulty_partner(*client);
  const SystemClock clock;
  auto engine =
      SyncEngine::two_way(faulty_partner, faulty_store, clock, {.max_batch = 3, .seed = 1});
  const auto report = engine.sync({"alice", UserToken::make("alice-token").value(), url});
  if (report && !report->push_error) return 0;
  std::fprintf(stderr, "%s\n", (report ? *report->push_error : report.error()).message.c_str());
  return 1;
}

}  // namespace
}  // namespace favsync

int main(int argc, char** argv) {
  if (argc != 5) return 2;
  g_point = argv[3];
  g_left = std::atol(argv[4]);
  return favsync::run(argv[1], argv[2]);
}
