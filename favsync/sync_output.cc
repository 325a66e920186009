#include "favsync/sync_output.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "wire/quote.h"

namespace favsync {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMaxLines = 20;  // of one kind: a first round may pull a million

Json to_json(const ItemState& state) {
  return {{"action", to_string(state.action)}, {"actionDate", to_string(state.action_date)}};
}

Json to_json(const Favorite& favorite) {
  return {{"item", favorite.item},
          {"action", to_string(favorite.action)},
          {"actionDate", to_string(favorite.action_date)}};
}

Json to_json(const RejectedFavorite& rejected) {
  Json json = to_json(rejected.favorite);
  json["message"] = rejected.message;
  return json;
}

Json to_json(const SyncConflict& conflict) {
  return {{"item", conflict.item},
          {"local", to_json(conflict.local)},
          {"partner", to_json(conflict.partner)},
          {"kept", conflict.partner_won ? "partner" : "local"}};
}

Json to_json(const Error& error) {
  return {{"code", to_string(error.code)}, {"message", error.message}};
}

template <typename Values>
Json array_of(const Values& values) {
  Json array = Json::array();
  for (const auto& value : values) array.push_back(to_json(value));
  return array;
}

std::string dumped(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string shown(const Favorite& favorite) {
  return fmt::format("{:<6} {}  {}", to_string(favorite.action), favsync::quoted(favorite.item),
                     to_string(favorite.action_date));
}

std::string shown(const RejectedFavorite& rejected) {
  return fmt::format("{}: {}", shown(rejected.favorite), rejected.message);
}

std::string shown(const SyncConflict& conflict) {
  return fmt::format(
      "{}  {}: {} here, {} at the partner; {} stays", favsync::quoted(conflict.item),
      to_string(conflict.local.action_date), to_string(conflict.local.action),
      to_string(conflict.partner.action),
      to_string(conflict.partner_won ? conflict.partner.action : conflict.local.action));
}

std::string shown(const std::string& text) {
  return text;
}

template <typename Values>
void append_lines(std::string& out, std::string_view label, const Values& values) {
  for (std::size_t i = 0; i < values.size() && i < kMaxLines; ++i) {
    out += fmt::format("{:<12} {}\n", label, shown(values[i]));
  }
  if (values.size() > kMaxLines) {
    out += fmt::format("{:<12} … and {} more\n", label, values.size() - kMaxLines);
  }
}

}  // namespace

std::string print_sync_text(const SyncReport& report) {
  std::string out;
  append_lines(out, "pulled", report.pulled);
  append_lines(out, "pushed", report.pushed);
  append_lines(out, "not sent", report.unsent);
  append_lines(out, "rejected", report.rejected);
  append_lines(out, "conflict", report.conflicts);
  append_lines(out, "quarantined", report.quarantined);
  append_lines(out, "skipped", report.skipped);
  append_lines(out, "warning", report.warnings);
  out += fmt::format("{} pulled, {} pushed, {} kept, {} in conflict, {} the same",
                     report.pulled.size(), report.pushed.size(), report.kept,
                     report.conflicts.size(), report.same);
  if (!report.unsent.empty()) out += fmt::format(", {} not sent", report.unsent.size());
  if (!report.rejected.empty()) out += fmt::format(", {} rejected", report.rejected.size());
  return out + fmt::format(" ({} requests)\n", report.requests);
}

std::string print_sync_json(const SyncReport& report) {
  return dumped({{"pulled", array_of(report.pulled)},
                 {"pushed", array_of(report.pushed)},
                 {"unsent", array_of(report.unsent)},
                 {"rejected", array_of(report.rejected)},
                 {"conflicts", array_of(report.conflicts)},
                 {"quarantined", array_of(report.quarantined)},
                 {"skipped", report.skipped},
                 {"warnings", report.warnings},
                 {"listed", report.listed},
                 {"kept", report.kept},
                 {"same", report.same},
                 {"forgotten", report.forgotten},
                 {"requests", report.requests},
                 {"error", report.push_error ? to_json(*report.push_error) : Json()}});
}

std::string print_sync_json(const Error& error) {
  return dumped({{"error", to_json(error)}});
}

}  // namespace favsync
