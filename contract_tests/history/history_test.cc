// The checkers against corpora, and against exhaustive search.
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <map>

#include "contract_tests/history/max_register.h"
#include "contract_tests/history/random_history.h"
#include "contract_tests/history/timeline.h"
#include "contract_tests/history/verdicts.h"
#include "wire/test_fixtures.h"

namespace favsync::contract {

void PrintTo(const ItemHistory& history, std::ostream* out) {
  *out << "initially " << (history.initial ? to_text(*history.initial) : "nothing");
  for (const auto& w : history.writes) {
    *out << "\n  write " << to_text(w.value) << " " << w.start.count() << ".."
         << (w.completed ? std::to_string(w.end.count()) : "");
  }
  for (const auto& r : history.reads) {
    *out << "\n  read " << (r.value ? to_text(*r.value) : "nothing") << " " << r.start.count()
         << ".." << r.end.count();
  }
}

namespace {

using std::chrono::milliseconds;

constexpr std::string_view to_string(HistoryVerdict verdict) {
  return verdict == HistoryVerdict::kLegal     ? "legal"
         : verdict == HistoryVerdict::kIllegal ? "illegal"
                                               : "unknown";
}

std::optional<Value> read_value(const nlohmann::json& json) {
  if (json.is_null()) return std::nullopt;
  const JudgedDate date = judge_date(json.at("actionDate").get<std::string>());
  return Value{json.at("action") == "ADD" ? Act::kAdd : Act::kDelete, date.instant.value()};
}

struct Vector {
  nlohmann::json json;
  ItemHistory history;
  std::map<std::string, Operation> ids;
  Moment staleness{0};

  std::string name_of(const Operation& operation) const {
    for (const auto& [id, known] : ids) {
      if (known == operation) return id;
    }
    return "";
  }
};

Vector read_vector(const nlohmann::json& json) {
  Vector vector{json, {}, {}, milliseconds(json.value("staleness_ms", 0))};
  vector.history.initial = read_value(json.at("initial"));
  for (const auto& op : json.at("operations")) {
    const Moment start = milliseconds(op.at("start_ms"));
    const bool completed = !op.at("end_ms").is_null();
    const Moment end = completed ? milliseconds(op.at("end_ms")) : milliseconds(1000);
    if (op.at("kind") == "write") {
      vector.ids[op.at("id")] = {Operation::Kind::kWrite, vector.history.writes.size()};
      vector.history.writes.push_back({op.at("client"), *read_value(op), start, end, completed, 0});
    } else {
      vector.ids[op.at("id")] = {Operation::Kind::kRead, vector.history.reads.size()};
      vector.history.reads.push_back(
          {op.at("client"), read_value(op.at("shows")), start, end, 0, op.value("settled", false)});
    }
  }
  return vector;
}

class Corpus : public testing::TestWithParam<const char*> {};

TEST_P(Corpus, IsJudgedAsItSays) {
  const auto file = parse_fixture(std::string("histories/") + GetParam());
  ASSERT_GE(file.at("histories").size(), 5u);
  for (const auto& json : file.at("histories")) {
    SCOPED_TRACE(json.at("name").get<std::string>());
    const Vector vector = read_vector(json);
    const JudgedHistory judged = json.value("removals_hidden", false)
                                     ? check_with_hidden_removals(vector.history, vector.staleness)
                                     : check_max_register(vector.history, vector.staleness);
    EXPECT_EQ(to_string(judged.verdict), json.at("verdict").get<std::string>());
    ASSERT_EQ(judged.offence.has_value(), judged.verdict == HistoryVerdict::kIllegal);
    if (!judged.offence) continue;
    EXPECT_EQ(judged.offence->reason, json.at("reason").get<std::string>());
    if (!json.contains("pair")) continue;
    std::vector<std::string> pair;
    for (const auto& operation : {judged.offence->first, judged.offence->second}) {
      if (operation.kind != Operation::Kind::kInitial) pair.push_back(vector.name_of(operation));
    }
    EXPECT_EQ(pair, json.at("pair").get<std::vector<std::string>>());
  }
}

INSTANTIATE_TEST_SUITE_P(Histories, Corpus,
                         testing::Values("good.json", "bad.json", "hidden_removals.json"),
                         [](const auto& file) {
                           std::string name(file.param);
                           return name.substr(0, name.find('.'));
                         });

constexpr std::uint64_t kSeed = 20170502;

TEST(MaxRegister, AgreesWithExhaustiveSearchOnAHundredThousandHistories) {
  std::mt19937_64 random(kSeed);
  int illegal = 0;
  for (int i = 0; i < 110'000; ++i) {
    const ItemHistory history = random_history(random);
    const Moment staleness(i % 4 == 0 ? static_cast<int>(random() % 6) : 0);
    const bool legal = some_order_explains(history, staleness);
    illegal += legal ? 0 : 1;
    const JudgedHistory judged = check_max_register(history, staleness);
    ASSERT_EQ(judged.verdict, legal ? HistoryVerdict::kLegal : HistoryVerdict::kIllegal)
        << "seed " << kSeed << ", history " << i << ", staleness " << staleness.count() << "\n"
        << testing::PrintToString(history);
  }
  EXPECT_GT(illegal, 30'000);  // both sides are tried
  EXPECT_LT(illegal, 80'000);
}

// The history that is left of the operations that an offence names, and of one write for each value
// that they show.
ItemHistory only_the_offence(const ItemHistory& history, const Offence& offence) {
  ItemHistory rest{history.item, history.initial, {}, {}};
  std::vector<std::size_t> writes;
  const auto keep = [&](const Operation& operation) {
    if (operation.kind == Operation::Kind::kWrite) writes.push_back(operation.index);
    if (operation.kind != Operation::Kind::kRead) return;
    const RecordedRead& read = history.reads[operation.index];
    rest.reads.push_back(read);
    for (std::size_t i = 0; i < history.writes.size(); ++i) {
      if (read.value && history.writes[i].value == *read.value) writes.push_back(i);
    }
  };
  keep(offence.first);
  keep(offence.second);
  if (offence.between) keep(*offence.between);
  std::sort(writes.begin(), writes.end());
  writes.erase(std::unique(writes.begin(), writes.end()), writes.end());
  for (const std::size_t i : writes) rest.writes.push_back(history.writes[i]);
  return rest;
}

TEST(MaxRegister, TheOffenceAloneIsImpossible) {
  std::mt19937_64 random(kSeed + 1);
  for (int i = 0; i < 10'000; ++i) {
    const ItemHistory history = random_history(random);
    const JudgedHistory judged = check_max_register(history);
    if (!judged.offence) continue;
    const ItemHistory rest = only_the_offence(history, *judged.offence);
    ASSERT_FALSE(some_order_explains(rest))
        << "seed " << kSeed + 1 << ", history " << i << ", " << judged.offence->reason << "\n"
        << testing::PrintToString(history) << "\n"
        << testing::PrintToString(rest);
  }
}

TEST(HiddenRemovals, AgreesWithExhaustiveSearchOrSaysUnknown) {
  std::mt19937_64 random(kSeed + 2);
  int illegal = 0, unknown = 0;
  for (int i = 0; i < 20'000; ++i) {
    const ItemHistory history = random_history(random, true);
    const bool legal = some_order_explains(history, Moment{0}, true);
    illegal += legal ? 0 : 1;
    const JudgedHistory judged = check_with_hidden_removals(history, Moment{0}, 60);
    if (judged.verdict == HistoryVerdict::kUnknown) {
      ++unknown;
      continue;
    }
    ASSERT_EQ(judged.verdict, legal ? HistoryVerdict::kLegal : HistoryVerdict::kIllegal)
        << "seed " << kSeed + 2 << ", history " << i << "\n"
        << testing::PrintToString(history);
  }
  EXPECT_GT(illegal, 4'000);
  EXPECT_LT(unknown, 200);
}

Value at_millis(Act act, int millis) {
  return {act, {1'000'000, millis * 1'000'000}};
}

TEST(HiddenRemovals, GiveUpWhenTheStepsAreUsedUp) {
  ItemHistory history;
  for (int i = 0; i < 12; ++i) {
    history.writes.push_back({"a", at_millis(Act::kDelete, 10 * i), Moment(0), Moment(100)});
    history.reads.push_back({"b", std::nullopt, Moment(0), Moment(100)});
  }
  history.writes.push_back({"a", at_millis(Act::kAdd, 999), Moment(0), Moment(1)});
  history.reads.push_back({"b", std::nullopt, Moment(200), Moment(201)});
  EXPECT_EQ(check_with_hidden_removals(history, Moment{0}, 50).verdict, HistoryVerdict::kUnknown);
}

TEST(Weigh, ReadsThatGoBackDoNotHideALoss) {
  ItemHistory history;
  history.writes = {{"w1", at_millis(Act::kAdd, 1), Moment(0), Moment(50)},
                    {"w2", at_millis(Act::kDelete, 2), Moment(0), Moment(60)}};
  history.reads = {{"r", at_millis(Act::kAdd, 1), Moment(5), Moment(10)},
                   {"r", std::nullopt, Moment(15), Moment(20)},
                   {"r", at_millis(Act::kAdd, 1), Moment(90), Moment(95), 0, true}};
  const HistoryFindings findings = weigh(history, Moment{0});
  ASSERT_TRUE(findings.flicker);
  EXPECT_EQ(findings.flicker->first, (Operation{Operation::Kind::kRead, 0}));
  EXPECT_EQ(findings.flicker->second, (Operation{Operation::Kind::kRead, 1}));
  ASSERT_TRUE(findings.broken);
  EXPECT_EQ(findings.broken->reason, "lost-under-concurrency");
  EXPECT_EQ(findings.broken->first, (Operation{Operation::Kind::kWrite, 1}));
  EXPECT_EQ(findings.broken->second, (Operation{Operation::Kind::kRead, 2}));
}

TEST(Weigh, FlickerAloneBreaksNoMust) {
  ItemHistory history;
  history.writes = {{"w1", at_millis(Act::kAdd, 1), Moment(0), Moment(50)}};
  history.reads = {{"r", at_millis(Act::kAdd, 1), Moment(5), Moment(10)},
                   {"r", std::nullopt, Moment(15), Moment(20)},
                   {"r", at_millis(Act::kAdd, 1), Moment(90), Moment(95), 0, true}};
  const HistoryFindings findings = weigh(history, Moment{0});
  EXPECT_TRUE(findings.flicker);
  EXPECT_FALSE(findings.broken);
}

TEST(Timeline, DrawsThePairOnOneScale) {
  ItemHistory history;
  history.writes = {
      {"writer 2", at_millis(Act::kAdd, 7), milliseconds(10), milliseconds(20), true, 12}};
  history.reads = {{"reader", std::nullopt, milliseconds(30), milliseconds(45), 15, true}};
  const JudgedHistory judged = check_max_register(history);
  ASSERT_TRUE(judged.offence);
  EXPECT_EQ(draw(history, *judged.offence),
            "0 ms                            35.0 ms\n"
            "|=========|                           writer 2: POST #12 of ADD of "
            "1970-01-12T13:46:40.007Z\n"
            "                    |--------------|  reader: GET #15 shows nothing");
  EXPECT_EQ(describe(history, *judged.offence),
            "writer 2: POST #12 of ADD of 1970-01-12T13:46:40.007Z was over, and later reader: GET "
            "#15 shows nothing");
}

TEST(MaxRegister, TakesAHundredThousandOperationsInASweep) {
  ItemHistory history;
  for (int i = 0; i < 50'000; ++i) {
    const Value value{Act::kAdd, {1'000'000 + i, 0}};
    history.writes.push_back({"w", value, Moment(4 * i), Moment(4 * i + 1)});
    history.reads.push_back({"r", value, Moment(4 * i + 2), Moment(4 * i + 3)});
  }
  EXPECT_EQ(check_max_register(history).verdict, HistoryVerdict::kLegal);
  history.reads[777].value = history.writes[776].value;
  EXPECT_EQ(check_max_register(history).verdict, HistoryVerdict::kIllegal);
}

}  // namespace
}  // namespace favsync::contract
