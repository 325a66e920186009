// The SQLite store against the memory store as its model: any series of calls gives the same
// answers and leaves the same records, whatever is closed and opened again in between. A failure
// prints the seed and a least series.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <rapidcheck/state.h>

#include "sync_engine/in_memory_favorite_store.h"
#include "sync_engine/sqlite_favorite_store.h"
#include "sync_engine/test_support.h"

namespace favsync {

bool operator==(const Error& a, const Error& b) {
  return a.code == b.code;
}

namespace {

// The store under test and the way to open it anew.
struct Subject {
  explicit Subject(std::string path) : file(std::move(path)) { reopen(); }
  void reopen() {
    store.reset();
    store = SqliteFavoriteStore::open(file).value();
  }
  std::string file;
  std::unique_ptr<SqliteFavoriteStore> store;
};

// RapidCheck wants to know the next state by a value, and the model is one that is changed by
// calls: the state is the series itself, and the model is kept beside the store.
struct Pair {
  explicit Pair(const std::string& file) : subject(file) {}
  Subject subject;
  InMemoryFavoriteStore model;
};

using Model = int;  // nothing: every call may follow any other
using Command = rc::state::Command<Model, Pair>;

std::string any_user() {
  return *rc::gen::element<std::string>("alice", "bob");
}
std::string any_item() {
  return *rc::gen::element<std::string>("a", "b", std::string("b\0", 2), "B", "\xc3\xa9");
}
Timestamp any_date() {
  // Close together, so that ties are common; with fractions that are no whole millisecond.
  return Timestamp::from_unix(1493721912 + *rc::gen::inRange(0, 2),
                              *rc::gen::element(0u, 1u, 798'000'000u, 798'500'000u));
}
ItemState any_state() {
  return {*rc::gen::element(Action::kAdd, Action::kDelete), any_date()};
}
Favorite any_favorite() {
  const auto state = any_state();
  return {any_item(), state.action, state.action_date};
}
std::optional<ItemState> maybe_state() {
  if (*rc::gen::inRange(0, 3) == 0) return std::nullopt;
  return any_state();
}

void expect_same(const Model&, Pair& pair) {
  for (const char* user : {"alice", "bob"}) {
    RC_ASSERT(pair.subject.store->load(user).value() == pair.model.load(user).value());
    RC_ASSERT(pair.subject.store->validator(user).value() == pair.model.validator(user).value());
  }
}

// A call to both stores, whose answers must be the same.
struct Call : Command {
  void run(const Model& state, Pair& pair) const override {
    call(pair);
    expect_same(state, pair);
  }
  virtual void call(Pair& pair) const = 0;
};

struct Edit : Call {
  std::string user = any_user(), item = *rc::gen::element<std::string>("a", "b", "");
  Action action = *rc::gen::element(Action::kAdd, Action::kDelete);
  Timestamp now = any_date();
  void call(Pair& pair) const override {
    RC_ASSERT((pair.subject.store->edit(user, item, action, now) ==
               pair.model.edit(user, item, action, now)));
  }
  void show(std::ostream& out) const override {
    out << "edit " << user << ' ' << item << ' ' << to_string(action) << ' ' << to_string(now);
  }
};

struct Offer : Call {
  std::string user = any_user();
  Favorite change = any_favorite();
  void call(Pair& pair) const override {
    RC_ASSERT((pair.subject.store->offer(user, change) == pair.model.offer(user, change)));
  }
  void show(std::ostream& out) const override {
    out << "offer " << user << ' ' << change.item << ' ' << to_string(change.action_date);
  }
};

// Some updates fit what stands, and some are too late.
struct Apply : Call {
  std::string user = any_user();
  std::vector<RecordUpdate> updates;
  std::vector<bool> fit;
  Apply() {
    const int count = *rc::gen::inRange(0, 4);
    for (int i = 0; i < count; ++i) {
      updates.push_back({maybe_state(), {any_favorite(), maybe_state(), *rc::gen::inRange(0, 3)}});
      fit.push_back(*rc::gen::arbitrary<bool>());
    }
  }
  void call(Pair& pair) const override {
    auto sent = updates;
    for (std::size_t i = 0; i < sent.size(); ++i) {
      if (!fit[i]) continue;
      const auto stands = pair.model.find(user, sent[i].record.favorite.item).value();
      sent[i].seen = stands ? std::optional(state_of(stands->favorite)) : std::nullopt;
    }
    RC_ASSERT((pair.subject.store->apply(user, sent) == pair.model.apply(user, sent)));
  }
  void show(std::ostream& out) const override {
    out << "apply " << user << ' ' << updates.size() << " updates";
  }
};

struct Acknowledge : Call {
  std::string user = any_user();
  Favorite sent = any_favorite();
  bool is_what_stands = *rc::gen::arbitrary<bool>();
  void call(Pair& pair) const override {
    auto favorite = sent;
    const auto stands = pair.model.find(user, sent.item).value();
    if (is_what_stands && stands) favorite = stands->favorite;
    const std::vector<Favorite> favorites{favorite};
    RC_ASSERT(pair.subject.store->acknowledge(user, favorites).has_value() ==
              pair.model.acknowledge(user, favorites).has_value());
  }
  void show(std::ostream& out) const override { out << "acknowledge " << user << ' ' << sent.item; }
};

struct Bind : Call {
  std::string user = any_user(), partner = *rc::gen::element<std::string>("p", "q");
  void call(Pair& pair) const override {
    RC_ASSERT((pair.subject.store->bind_partner(user, partner) ==
               pair.model.bind_partner(user, partner)));
  }
  void show(std::ostream& out) const override { out << "bind " << user << ' ' << partner; }
};

struct Validate : Call {
  std::string user = any_user();
  std::optional<ListValidator> validator =
      *rc::gen::arbitrary<bool>()
          ? std::optional(ListValidator{"p", "\"1\"", Timestamp::from_unix_millis(1493721912798)})
          : std::nullopt;
  void call(Pair& pair) const override {
    RC_ASSERT(pair.subject.store->set_validator(user, validator).has_value());
    RC_ASSERT(pair.model.set_validator(user, validator).has_value());
  }
  void show(std::ostream& out) const override { out << "validator " << user; }
};

struct ReadPage : Call {
  std::string user = any_user(), after = *rc::gen::element<std::string>("", "a", "b", "z");
  std::size_t limit = *rc::gen::inRange<std::size_t>(1, 4);
  void call(Pair& pair) const override {
    RC_ASSERT((pair.subject.store->load_page(user, after, limit) ==
               pair.model.load_page(user, after, limit)));
  }
  void show(std::ostream& out) const override { out << "page " << user << " after " << after; }
};

struct Reopen : Call {
  void call(Pair& pair) const override { pair.subject.reopen(); }
  void show(std::ostream& out) const override { out << "reopen"; }
};

RC_GTEST_PROP(SqliteModel, AnySeriesOfCallsGivesWhatTheMemoryStoreGives, ()) {
  const TemporaryFolder folder(TemporaryFolder::Place::kMemory);
  Pair pair(folder.file("store.db"));
  rc::state::check(Model{}, pair,
                   rc::state::gen::execOneOfWithArgs<Edit, Offer, Apply, Acknowledge, Bind,
                                                     Validate, ReadPage, Reopen>());
}

}  // namespace
}  // namespace favsync
