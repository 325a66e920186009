#include "favsync/sync_output.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace favsync {
namespace {

using ::testing::HasSubstr;

Favorite favorite(std::string item, Action action = Action::kAdd) {
  return {std::move(item), action, Timestamp::from_unix(1493721912, 798'000'000)};
}

SyncReport report() {
  SyncReport report;
  report.pulled = {favorite("session_1")};
  report.pushed = {favorite("a\nb", Action::kDelete)};
  report.conflicts = {
      {"c", state_of(favorite("c")), state_of(favorite("c", Action::kDelete)), true}};
  report.kept = 1;
  report.requests = 2;
  return report;
}

TEST(SyncOutput, TextHasALineForEachFavoriteAndASummary) {
  EXPECT_EQ(print_sync_text(report()),
            "pulled       ADD    \"session_1\"  2017-05-02T10:45:12.798Z\n"
            "pushed       DELETE \"a\\nb\"  2017-05-02T10:45:12.798Z\n"
            "conflict     \"c\"  2017-05-02T10:45:12.798Z: ADD here, DELETE at the partner; DELETE "
            "stays\n"
            "1 pulled, 1 pushed, 1 kept, 1 in conflict, 0 the same (2 requests)\n");
}

TEST(SyncOutput, TextOfAMillionFavoritesIsShort) {
  SyncReport large;
  large.pulled.assign(1'000'000, favorite("a"));
  const auto text = print_sync_text(large);
  EXPECT_LT(text.size(), 2000u);
  EXPECT_THAT(text, HasSubstr("… and 999980 more"));
}

TEST(SyncOutput, JsonIsOneObjectOnOneLine) {
  EXPECT_EQ(
      print_sync_json(report()),
      R"({"pulled":[{"item":"session_1","action":"ADD","actionDate":"2017-05-02T10:45:12.798Z"}],)"
      R"("pushed":[{"item":"a\nb","action":"DELETE","actionDate":"2017-05-02T10:45:12.798Z"}],)"
      R"("unsent":[],"rejected":[],"conflicts":[{"item":"c","local":{"action":"ADD",)"
      R"("actionDate":"2017-05-02T10:45:12.798Z"},"partner":{"action":"DELETE",)"
      R"("actionDate":"2017-05-02T10:45:12.798Z"},"kept":"partner"}],"quarantined":[],)"
      R"("skipped":[],"warnings":[],"listed":0,"kept":1,"same":0,"forgotten":0,"requests":2,)"
      R"("error":null})"
      "\n");
}

TEST(SyncOutput, JsonNamesTheErrorThatEndedSending) {
  auto stopped = report();
  stopped.push_error = Error{ErrorCode::kRateLimited, "429", std::nullopt};
  EXPECT_THAT(print_sync_json(stopped),
              HasSubstr(R"("error":{"code":"rate_limited","message":"429"})"));
  EXPECT_EQ(print_sync_json(*stopped.push_error),
            "{\"error\":{\"code\":\"rate_limited\",\"message\":\"429\"}}\n");
}

}  // namespace
}  // namespace favsync
