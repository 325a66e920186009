// Runs fixtures/merge.json: the language-neutral vectors that a partner can run against its own
// code.
#include <fstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "sync_engine/local_edit.h"
#include "sync_engine/merge_lists.h"
#include "sync_engine/test_support.h"
#include "wire/favorites_codec.h"

namespace favsync {
namespace {

using nlohmann::json;

const json& vectors() {
  static const json file = json::parse(std::ifstream(FAVSYNC_SOURCE_DIR "/fixtures/merge.json"));
  return file;
}

Timestamp moment(const json& text) {
  return parse_timestamp(text.get<std::string>()).value().instant;
}

std::optional<ItemState> state(const json& value) {
  if (value.is_null()) return std::nullopt;
  return ItemState{parse_action(value.at("action").get<std::string>()).value(),
                   moment(value.at("actionDate"))};
}

std::string shown(const std::optional<ItemState>& state) {
  if (!state) return "nothing";
  return std::string(to_string(state->action)) + " " + to_string(state->action_date);
}

MergePolicy policy_of(const json& vector, const std::string& ties) {
  MergePolicy policy;
  policy.ties = parse_tie_policy(ties).value();
  policy.now = moment(vector.value("now", vectors().at("now")));
  policy.partner_tick = std::chrono::milliseconds{vector.value("partner_tick_ms", 0)};
  if (vector.contains("max_future_ms")) {
    policy.max_future = std::chrono::milliseconds{vector.at("max_future_ms").get<std::int64_t>()};
  }
  return policy;
}

void expect_vector(const json& vector, const std::string& ties) {
  SCOPED_TRACE(vector.at("id").get<std::string>() + " --tie " + ties + ": " +
               vector.at("note").get<std::string>());
  const auto item = vectors().at("item").get<std::string>();
  const auto& expect = vector.at("expect");
  const auto list = parse_favorites_leniently(vector.contains("incoming_text")
                                                  ? vector.at("incoming_text").get<std::string>()
                                                  : vector.at("incoming").dump());
  if (expect.contains("error")) {
    EXPECT_FALSE(list);
    return;
  }
  ASSERT_TRUE(list) << list.error().message;
  EXPECT_EQ(list->skipped.size(), expect.value("skipped", 0u));

  std::vector<FavoriteRecord> records;
  if (const auto local = state(vector.at("local"))) {
    records.push_back({{item, local->action, local->action_date}, state(vector.at("base")), 0});
  }
  const auto incoming = fold_duplicates(list->favorites);
  for (const auto& merged : merge(records, ItemIndex(records), incoming, policy_of(vector, ties))) {
    const auto* record = merged.record == MergedItem::kNone ? nullptr : &records[merged.record];
    const auto* listed =
        merged.incoming == MergedItem::kNone ? nullptr : &incoming[merged.incoming];
    if ((record ? record->favorite : *listed).item != item) continue;
    const auto& decision = merged.decision;
    std::optional<ItemState> after, base;
    if (record != nullptr || decision.adopt) {
      const auto stands = record_after(decision, record, listed);
      after = state_of(stands.favorite);
      base = stands.base;
    }
    EXPECT_EQ(to_string(decision.outcome), expect.at("outcome").get<std::string>());
    EXPECT_EQ(shown(after), shown(state(expect.at("local"))));
    EXPECT_EQ(shown(base), shown(state(expect.at("base"))));
    EXPECT_EQ(decision.push, expect.at("send").get<bool>());
    EXPECT_EQ(decision.regressed, expect.value("regressed", false));
    EXPECT_EQ(decision.far_future, expect.value("far_future", false));
    return;
  }
  ADD_FAILURE() << "the merge says nothing about " << item;
}

TEST(MergeGolden, EveryVectorHoldsUnderEachOfItsTiePolicies) {
  ASSERT_GE(vectors().at("merges").size(), 80u);
  for (const auto& vector : vectors().at("merges")) {
    for (const auto& ties : vector.at("ties")) expect_vector(vector, ties.get<std::string>());
  }
}

TEST(MergeGolden, EveryEditVectorHolds) {
  ASSERT_FALSE(vectors().at("edits").empty());
  for (const auto& vector : vectors().at("edits")) {
    SCOPED_TRACE(vector.at("id").get<std::string>());
    std::optional<FavoriteRecord> record;
    if (const auto known = state(vector.at("known"))) {
      record = FavoriteRecord{{"a", known->action, known->action_date}, std::nullopt, 0};
    }
    for (const auto& click : vector.at("clicks")) {
      const auto action = parse_action(click.at("action").get<std::string>()).value();
      record = edited(record, "a", action, moment(click.at("now"))).value();
    }
    EXPECT_EQ(shown(state_of(record->favorite)), shown(state(vector.at("expect"))));
  }
}

}  // namespace
}  // namespace favsync
