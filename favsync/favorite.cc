// favsync favorite: the local device, which adds and deletes favourites in a store.
#include <cstdio>
#include <memory>
#include <string>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "favsync/commands.h"
#include "sync_engine/sqlite_favorite_store.h"
#include "wire/clock.h"
#include "wire/quote.h"

namespace favsync {
namespace {

struct FavoriteArguments {
  std::string item, store, user = "me", at;
  bool json = false;
};

int complain(const Error& error) {
  fmt::print(stderr, "favsync favorite: {}\n", error.message);
  return error.code == ErrorCode::kStorage ? kOwnFault : kUsage;
}

Result<Timestamp> time_of(const FavoriteArguments& given) {
  if (given.at.empty()) return SystemClock().now();
  const auto parsed = parse_timestamp(given.at);
  if (!parsed) return fail(ErrorCode::kInvalidArgument, "--at: " + parsed.error().message);
  return parsed->instant;
}

Result<std::unique_ptr<SqliteFavoriteStore>> open_store(const FavoriteArguments& given) {
  auto store = SqliteFavoriteStore::open(given.store);
  if (!store) return fail(ErrorCode::kInvalidArgument, "--store: " + store.error().message);
  return store;
}

int change(const FavoriteArguments& given, Action action) {
  const auto now = time_of(given);
  if (!now) return complain(now.error());
  const auto store = open_store(given);
  if (!store) return complain(store.error());
  const auto stored = (*store)->edit(given.user, given.item, action, *now);
  if (!stored) return complain(stored.error());
  fmt::print("{:<6} {}  {}\n", to_string(stored->action), favsync::quoted(stored->item),
             to_string(stored->action_date));
  return kConformant;
}

int list(const FavoriteArguments& given) {
  const auto store = open_store(given);
  if (!store) return complain(store.error());
  const auto records = (*store)->load(given.user);
  if (!records) return complain(records.error());
  auto array = nlohmann::ordered_json::array();
  for (const auto& record : *records) {
    const auto& favorite = record.favorite;
    if (given.json) {
      array.push_back({{"item", favorite.item},
                       {"action", to_string(favorite.action)},
                       {"actionDate", to_string(favorite.action_date)},
                       {"agreed", record.is_clean()}});
    } else {
      fmt::print("{:<6} {}  {}{}\n", to_string(favorite.action), favsync::quoted(favorite.item),
                 to_string(favorite.action_date),
                 record.is_clean() ? "" : "  not agreed with the partner yet");
    }
  }
  if (given.json) {
    fmt::print("{}\n", array.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  }
  return kConformant;
}

std::shared_ptr<FavoriteArguments> add_common_options(CLI::App& command) {
  auto given = std::make_shared<FavoriteArguments>();
  command.add_option("--store", given->store, "The local favourites; made where there is none")
      ->required()
      ->type_name("FILE");
  command.add_option("--user", given->user, "Whose favourites in the store")->capture_default_str();
  return given;
}

void add_change(CLI::App& favorite, Job& job, const char* name, const char* text, Action action) {
  CLI::App* command = favorite.add_subcommand(name, text);
  auto given = add_common_options(*command);
  command->add_option("item", given->item, "The item's id, byte for byte")->required();
  command
      ->add_option("--at", given->at,
                   "When, such as 2017-05-02T10:45:12.798Z; default: now. Never earlier than 1 ms "
                   "after what it changes")
      ->type_name("TIME");
  command->callback(
      [given, action, &job] { job = [given, action] { return change(*given, action); }; });
}

}  // namespace

void add_favorite(CLI::App& app, Job& job) {
  CLI::App* favorite =
      app.add_subcommand("favorite", "The local device: adds, deletes and lists favourites");
  favorite->require_subcommand(1);
  add_change(*favorite, job, "add", "Makes an item a favourite", Action::kAdd);
  add_change(*favorite, job, "delete", "Removes a favourite; its tombstone is kept and synced",
             Action::kDelete);
  CLI::App* command = favorite->add_subcommand("list", "Lists what the store holds, removals too");
  auto given = add_common_options(*command);
  command->add_flag("--json", given->json, "A JSON array on stdout");
  command->callback([given, &job] { job = [given] { return list(*given); }; });
  favorite->footer(
      "Example:\n"
      "  favsync favorite add session_21982 --store me.db\n"
      "  favsync favorite list --store me.db");
}

}  // namespace favsync
