// The round is killed with SIGKILL at each of its steps, and inside SQLite's writes; then it runs
// again. Nothing local and nothing acknowledged may be lost, and nothing sent may do harm.
#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <map>
#include <mutex>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/wait.h>

#include "sync_engine/sqlite_favorite_store.h"
#include "sync_engine/test_partner.h"
#include "sync_engine/test_support.h"
#include "wire/favorites_codec.h"

extern char** environ;

namespace favsync {
namespace {

using Values = std::map<std::string, Favorite>;

// An honest partner on a socket, with ETags, that watches what it is sent.
class WatchfulPartner {
 public:
  std::string url() const { return server_.url(); }
  void put(const Favorite& favorite) { partner_.put(favorite); }
  Values values() {
    const std::lock_guard lock(mutex_);
    return partner_.favorites;
  }
  std::size_t posts() {
    const std::lock_guard lock(mutex_);
    return partner_.posts.size();
  }
  // One line for each favourite that was sent though the partner held a newer one.
  std::vector<std::string> harm() {
    const std::lock_guard lock(mutex_);
    return harm_;
  }
  std::vector<std::vector<Favorite>> sent() {
    const std::lock_guard lock(mutex_);
    return partner_.posts;
  }

 private:
  void answer(const TestRequest& request, TestReply& reply) {
    const std::lock_guard lock(mutex_);
    const auto token = UserToken::make("alice-token").value();
    if (request.method == "GET") {
      reply.body = print_favorites(partner_.get_favorites(token)->favorites);
      const auto tag = '"' + std::to_string(std::hash<std::string>{}(reply.body)) + '"';
      reply.headers.emplace_back("ETag", tag);
      if (request.header("If-None-Match") == tag) reply.status = 304;
      if (reply.status == 304) reply.body.clear();
      return;
    }
    const auto sent = parse_favorites(request.body).value();
    for (const auto& favorite : sent) {
      const auto held = partner_.favorites.find(favorite.item);
      if (held != partner_.favorites.end() && held->second.is_newer_than(favorite)) {
        harm_.push_back(favorite.item + " was sent after a newer value was held");
      }
    }
    partner_.post_favorites(token, sent).value();
  }

  std::mutex mutex_;
  TestPartner partner_;
  std::vector<std::string> harm_;
  HttpServer server_{[this](const auto& request, auto& reply) { answer(request, reply); }};
};

// Starts the child and waits for its end; the status as waitpid gives it.
int run_child(const std::string& url, const std::string& store, const std::string& point, int nth) {
  std::vector<std::string> words{FAVSYNC_CRASH_CHILD, url, store, point, std::to_string(nth)};
  std::vector<char*> argv;
  for (auto& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  pid_t child = -1;
  if (::posix_spawn(&child, argv[0], nullptr, nullptr, argv.data(), environ) != 0) return -1;
  int status = -1;
  ::waitpid(child, &status, 0);
  return status;
}

// A user's favourites here and at a partner, and a round between them that is killed.
class CrashWorld {
 public:
  // Kills one round, runs whole ones, and looks. Returns whether the point was reached.
  bool survives(const std::string& point, int nth, bool has_edit_meanwhile) {
    fill();
    Values before;
    for (const auto& record : records()) before.emplace(record.favorite.item, record.favorite);
    const int status = run_child(partner_.url(), file_, point, nth);
    const bool is_killed = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
    EXPECT_TRUE(is_killed || (WIFEXITED(status) && WEXITSTATUS(status) == 0)) << status;
    expect_nothing_lost(before);
    if (has_edit_meanwhile) {
      put_here({"item1", Action::kDelete, at("10:00:03")},
               *SqliteFavoriteStore::open(file_).value());
    }
    for (int round = 0; round < 2; ++round) {
      EXPECT_EQ(run_child(partner_.url(), file_, "none", 1), 0);
    }
    Values here;
    for (const auto& record : records()) {
      here.emplace(record.favorite.item, record.favorite);
      EXPECT_TRUE(record.is_clean()) << record.favorite.item;
    }
    EXPECT_EQ(here, newest_);
    EXPECT_EQ(partner_.values(), newest_);
    EXPECT_EQ(partner_.harm(), std::vector<std::string>());
    const auto posts = partner_.posts();
    EXPECT_EQ(run_child(partner_.url(), file_, "none", 1), 0);
    EXPECT_EQ(partner_.posts(), posts) << "a round with nothing new sent something";
    return is_killed;
  }

 private:
  // Both sides hold seven items of the user; each is newer here, newer there, or known to one side.
  void fill() {
    const auto store = SqliteFavoriteStore::open(file_).value();
    for (int i = 0; i < 7; ++i) {
      const auto name = "item" + std::to_string(i);
      const Favorite older{name, Action::kAdd, at("10:00:00." + std::to_string(100 + i))};
      const Favorite newer{name, i % 2 ? Action::kAdd : Action::kDelete,
                           at("10:00:01." + std::to_string(100 + i))};
      if (i != 2) put_here(i % 3 == 0 ? newer : older, *store);
      if (i != 5) put_there(i % 3 == 0 ? older : newer);
    }
    for (int i = 0; i < 5; ++i) {
      put_here({"mine" + std::to_string(i), Action::kAdd, at("10:00:02")}, *store);
    }
  }
  void put_here(const Favorite& favorite, FavoriteStore& store) {
    store.offer("alice", favorite).value();
    expect(favorite);
  }
  void put_there(const Favorite& favorite) {
    partner_.put(favorite);
    expect(favorite);
  }
  void expect(const Favorite& favorite) {
    local_.push_back(favorite);
    const auto [place, is_new] = newest_.try_emplace(favorite.item, favorite);
    if (!is_new && favorite.is_newer_than(place->second)) place->second = favorite;
  }
  std::vector<FavoriteRecord> records() {
    return SqliteFavoriteStore::open(file_).value()->load("alice").value();
  }

  // What must hold at any moment, however the round ended.
  void expect_nothing_lost(const Values& here_before) {
    Values here;
    const auto there = partner_.values();
    for (const auto& record : records()) {
      here.emplace(record.favorite.item, record.favorite);
      if (!record.base) continue;
      // What counts as agreed was really shown or acknowledged by the partner.
      const auto held = there.find(record.favorite.item);
      ASSERT_NE(held, there.end()) << record.favorite.item;
      EXPECT_LE(record.base->action_date, held->second.action_date) << record.favorite.item;
    }
    for (const auto& [item, before] : here_before) {
      ASSERT_TRUE(here.contains(item)) << item << " is gone";
      EXPECT_FALSE(before.is_newer_than(here.at(item))) << item << " went back";
    }
    for (const auto& [item, value] : here) {
      EXPECT_TRUE(std::ranges::count(local_, value) > 0) << item << " is nobody's value";
    }
  }

  TemporaryFolder folder_{TemporaryFolder::Place::kMemory};
  const std::string file_ = folder_.file("store.db");
  WatchfulPartner partner_;
  Values newest_;
  std::vector<Favorite> local_;  // every value that anybody ever gave
};

struct Point {
  const char* step;
  int nth;
};
void PrintTo(const Point& point, std::ostream* out) {
  *out << point.step << ' ' << point.nth;
}

class SyncCrashAtStep : public ::testing::TestWithParam<Point> {};

TEST_P(SyncCrashAtStep, LosesNothingAndDoesNoHarm) {
  EXPECT_TRUE(CrashWorld().survives(GetParam().step, GetParam().nth, GetParam().nth == 1))
      << "the round never came to this point";
}

// In the order of the round. Eight favourites are sent, in batches of three: three POSTs.
INSTANTIATE_TEST_SUITE_P(
    , SyncCrashAtStep,
    ::testing::Values(Point{"get.before", 1}, Point{"get.after", 1}, Point{"bind.before", 1},
                      Point{"bind.after", 1}, Point{"load.before", 1}, Point{"load.after", 1},
                      Point{"apply.before", 1}, Point{"apply.after", 1}, Point{"post.before", 1},
                      Point{"post.after", 1}, Point{"acknowledge.before", 1},
                      Point{"acknowledge.after", 1}, Point{"post.before", 2},
                      Point{"post.after", 2}, Point{"acknowledge.before", 2},
                      Point{"acknowledge.after", 2}, Point{"post.after", 3},
                      Point{"acknowledge.before", 3}, Point{"acknowledge.after", 3}),
    [](const auto& point) {
      std::string name = point.param.step + std::to_string(point.param.nth);
      std::erase(name, '.');
      return name;
    });

// Inside SQLite: half a page written, or written and not flushed. FAVSYNC_CRASHES runs them all.
TEST(SyncCrash, KillInsideAWriteLosesNothing) {
  const bool is_long = std::getenv("FAVSYNC_CRASHES") != nullptr;
  int killed = 0;
  for (const std::string point : {"write", "flush"}) {
    for (int nth = 1;; nth += is_long ? 1 : 7) {
      SCOPED_TRACE(point + " " + std::to_string(nth));
      if (!CrashWorld().survives(point, nth, nth % 2 == 0)) break;
      ++killed;
    }
  }
  RecordProperty("killed", killed);
  EXPECT_GE(killed, is_long ? 20 : 3);
}

}  // namespace
}  // namespace favsync
