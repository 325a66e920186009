#include "contract_tests/lab/journal_file.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "contract_tests/http/text.h"

namespace favsync::contract {
namespace {

using nlohmann::json;

constexpr std::string_view kForm =
    R"({"user":…,"item":…,"write":{"action":…,"actionDate":…},"original":null or likewise})";

// What is wrong with a line: a sentence. Thrown within this file alone.
struct Wrong {
  std::string what;
};

const json& member(const json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end()) {
    throw Wrong{fmt::format("expected {}, got no \"{}\"", kForm, name)};
  }
  return *found;
}

std::string text_of(const json& object, const char* name) {
  const json& value = member(object, name);
  if (!value.is_string() || value.get_ref<const std::string&>().empty()) {
    throw Wrong{fmt::format("{}: expected a text, got {}", name, clip(value.dump(), 60))};
  }
  return value;
}

Value value_of(const json& object, const char* name) {
  const json& value = member(object, name);
  if (!value.is_object()) {
    throw Wrong{fmt::format("{}: expected {{\"action\":…,\"actionDate\":…}}, got {}", name,
                            clip(value.dump(), 60))};
  }
  const std::string action = text_of(value, "action"), date = text_of(value, "actionDate");
  if (action != "ADD" && action != "DELETE") {
    throw Wrong{fmt::format("{}.action: expected \"ADD\" or \"DELETE\", got \"{}\"", name,
                            clip(action, 60))};
  }
  const JudgedDate judged = judge_date(date);
  if (!judged.instant) {
    throw Wrong{
        fmt::format("{}.actionDate: expected a date such as 2017-05-02T10:45:12.798Z, got "
                    "\"{}\"",
                    name, clip(date, 60))};
  }
  return {action == "ADD" ? Act::kAdd : Act::kDelete, *judged.instant};
}

void take_head(JournalFile& journal, const json& line) {
  const json& version = member(line, "favsync_journal");
  if (version != 1) {
    throw Wrong{fmt::format("favsync_journal: expected 1, got {}", clip(version.dump(), 60))};
  }
  const std::string url = text_of(line, "url");
  if (!journal.url.empty() && journal.url != url && !journal.users.empty()) {
    throw Wrong{
        fmt::format("expected writes to one partner, {}, got some to {}", journal.url, url)};
  }
  journal.url = url;
  if (line.contains("made_up") && line["made_up"] != "") {
    journal.prefixes.push_back(text_of(line, "made_up"));
  }
}

void take(JournalFile& journal, std::string_view text) {
  const json line = json::parse(text, nullptr, false);
  if (!line.is_object()) throw Wrong{fmt::format("expected {}, got {}", kForm, clip(text, 80))};
  if (line.contains("favsync_journal")) return take_head(journal, line);
  if (line.contains("restored")) {
    journal.users.clear();
    journal.writes = 0;
    return;
  }
  if (journal.url.empty()) {
    throw Wrong{
        fmt::format("expected the journal's head, {{\"favsync_journal\":1,\"url\":…}}, got "
                    "{}",
                    clip(text, 80))};
  }
  const std::string user = text_of(line, "user"), item = text_of(line, "item");
  const Value write = value_of(line, "write");
  std::optional<Value> original;
  if (!member(line, "original").is_null()) original = value_of(line, "original");
  const auto [entry, fresh] = journal.users[user].try_emplace(item);
  if (fresh) entry->second.original = original;  // what stood before the first write counts
  entry->second.writes.push_back(write);
  ++journal.writes;
}

}  // namespace

Result<JournalFile> parse_journal(std::string_view text, std::string_view name) {
  JournalFile journal;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const auto end = text.find('\n');
    if (end == std::string_view::npos) {
      journal.torn = true;
      break;
    }
    try {
      take(journal, text.substr(0, end));
    } catch (const Wrong& wrong) {
      return fail(ErrorCode::kMalformed,
                  fmt::format("{}: line {}: {}; nothing was put back", name, number, wrong.what));
    }
    text.remove_prefix(end + 1);
  }
  return journal;
}

Result<JournalFile> read_journal(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  if (!file.is_open() || file.bad()) {
    return fail(ErrorCode::kNotFound, fmt::format("{}: expected a journal of favsync certify: {}",
                                                  path, strerror(errno ? errno : EIO)));
  }
  return parse_journal(text, path);
}

}  // namespace favsync::contract
