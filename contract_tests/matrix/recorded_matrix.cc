#include "contract_tests/matrix/recorded_matrix.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <openssl/evp.h>
#include <nlohmann/json.hpp>

#include "contract_tests/matrix/matrix_text.h"

namespace favsync::contract {
namespace {

using Json = nlohmann::ordered_json;

Json kill_json(const Kill& kill) {
  return Json::array({kill.check, kill.reason});
}

Json kills_json(const std::vector<Kill>& kills) {
  Json list = Json::array();
  for (const Kill& kill : kills) list.push_back(kill_json(kill));
  return list;
}

Kill read_kill(const Json& pair) {
  return {pair.at(0).get<std::string>(), pair.at(1).get<std::string>()};
}

std::vector<Kill> read_kills(const Json& row, const char* name) {
  std::vector<Kill> kills;
  if (!row.contains(name)) return kills;
  for (const Json& pair : row.at(name)) kills.push_back(read_kill(pair));
  return kills;
}

RecordedRow read_row(const Json& row) {
  const auto text = [&](const char* name) { return row.value(name, std::string()); };
  RecordedRow read;
  read.behavior = row.at("behavior").get<std::string>();
  read.kind = row.at("kind").get<std::string>();
  read.clause = text("clause");
  read.breaks = text("breaks");
  read.verdict = row.at("verdict").get<std::string>();
  if (row.contains("first")) read.first = read_kill(row.at("first"));
  read.also = read_kills(row, "also");
  read.why = text("why");
  read.failed = read_kills(row, "failed");
  read.warned = read_kills(row, "warned");
  read.story = text("story");
  read.cure = text("cure");
  return read;
}

Json row_json(const RecordedRow& row) {
  Json json{{"behavior", row.behavior}, {"kind", row.kind}};
  const auto text = [&](const char* name, const std::string& value) {
    if (!value.empty()) json[name] = value;
  };
  const auto kills = [&](const char* name, const std::vector<Kill>& list) {
    if (!list.empty()) json[name] = kills_json(list);
  };
  text("clause", row.clause);
  text("breaks", row.breaks);
  json["verdict"] = row.verdict;
  if (row.first) json["first"] = kill_json(*row.first);
  kills("also", row.also);
  text("why", row.why);
  kills("failed", row.failed);
  kills("warned", row.warned);
  text("story", row.story);
  text("cure", row.cure);
  return json;
}

void sort_rows(std::vector<RecordedRow>& rows) {
  std::sort(rows.begin(), rows.end(),
            [](const RecordedRow& a, const RecordedRow& b) { return a.behavior < b.behavior; });
}

}  // namespace

std::string to_text(const Kill& kill) {
  return fmt::format("{} ({})", kill.check, kill.reason);
}

bool RecordedRow::declares(const Kill& found) const {
  return (first && *first == found) || std::find(also.begin(), also.end(), found) != also.end();
}

Result<std::vector<RecordedRow>> read_matrix(std::string_view text) {
  std::vector<RecordedRow> rows;
  int line = 0;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    std::string_view row = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    ++line;
    if (row.empty() || row == "[" || row == "]") continue;
    if (row.back() == ',') row.remove_suffix(1);
    try {
      rows.push_back(read_row(Json::parse(row)));
    } catch (const nlohmann::json::exception& wrong) {
      return fail(
          ErrorCode::kMalformed,
          fmt::format("line {}: expected a row of the kill matrix, got {}", line, wrong.what()));
    }
  }
  return rows;
}

std::string to_json(std::vector<RecordedRow> rows) {
  sort_rows(rows);
  std::string text = "[\n";
  for (const auto& row : rows) {
    text += row_json(row).dump() + (&row == &rows.back() ? "\n" : ",\n");
  }
  return text + "]\n";
}

std::string digest(const std::vector<RecordedRow>& rows) {
  std::vector<RecordedRow> sorted = rows;
  sort_rows(sorted);
  std::string text;
  for (const auto& row : sorted) {
    text += fmt::format("{}\t{}\t{}\n", row.behavior, row.verdict,
                        row.first ? to_text(*row.first) : "");
  }
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  unsigned int size = 0;
  if (EVP_Digest(text.data(), text.size(), bytes.data(), &size, EVP_sha256(), nullptr) != 1) {
    return {};
  }
  std::string hex;
  for (unsigned int i = 0; i < size; ++i) hex += fmt::format("{:02x}", bytes[i]);
  return hex;
}

const std::vector<RecordedRow>& recorded_matrix() {
  static const std::vector<RecordedRow> kRows = [] {
    std::string text;
    for (const std::string_view line : matrix_lines()) text += std::string(line) + "\n";
    auto rows = read_matrix(text);
    return rows ? *std::move(rows) : std::vector<RecordedRow>();
  }();
  return kRows;
}

const RecordedRow* find_recorded(std::string_view behavior) {
  const auto& rows = recorded_matrix();
  const auto found = std::find_if(rows.begin(), rows.end(),
                                  [&](const RecordedRow& row) { return row.behavior == behavior; });
  return found == rows.end() ? nullptr : &*found;
}

}  // namespace favsync::contract
