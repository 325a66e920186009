#include "mock_server/behaviors/printed_list.h"

#include <algorithm>
#include <string_view>

#include <nlohmann/json.hpp>

namespace favsync::mock {
namespace {

bool is_plain(char c) {
  return c >= ' ' && c < '\x7f' && c != '"' && c != '\\';
}

void append_member(std::string& out, std::string_view name, const std::string& value) {
  if (value.empty()) return;
  if (out.back() != '{') out += ',';
  out.append("\"").append(name).append("\":").append(value);
}

}  // namespace

std::string json_string(std::string_view text) {
  if (std::all_of(text.begin(), text.end(), is_plain)) return '"' + std::string(text) + '"';
  // What is not UTF-8, as a test may have stored it, must not end in an exception.
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

PrintedRow print_row(const Favorite& row) {
  return {json_string(row.item), json_string(to_string(row.action_date)),
          json_string(to_string(row.action)), ""};
}

std::string print_row_object(const PrintedRow& row) {
  std::string out = "{";
  append_member(out, "item", row.item);
  append_member(out, "actionDate", row.action_date);
  append_member(out, "action", row.action);
  if (out.size() > 1 || row.extra.empty()) return out + row.extra + '}';
  return out + row.extra.substr(1) + '}';
}

std::string print_list(const std::vector<PrintedRow>& rows) {
  std::string out = "[";
  for (const PrintedRow& row : rows) {
    if (out.size() > 1) out += ',';
    out += print_row_object(row);
  }
  return out + ']';
}

}  // namespace favsync::mock
