#include "favsync/certify_config.h"

#include <algorithm>
#include <filesystem>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "contract_tests/located_json.h"
#include "favsync/files.h"

namespace favsync {
namespace {

using contract::LocatedJson;
using nlohmann::json;

constexpr std::string_view kPathOptions[] = {
    "cacert", "certificate", "client-cert", "client-key", "evidence", "har",  "html", "journal",
    "json",   "junit",       "key",         "markdown",   "report",   "text", "waive"};
// Values that may be @FILE.
constexpr std::string_view kFileOrValue[] = {"token",         "other-token", "same-user-token",
                                             "expired-token", "empty-token", "items"};

bool is_one_of(std::span<const std::string_view> names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::string relative_to(const std::filesystem::path& folder, const std::string& path) {
  return path == "-" ? path : (folder / path).string();
}

std::string_view expected(OptionKind kind) {
  switch (kind) {
    case OptionKind::kFlag:
      return "true or false";
    case OptionKind::kNumber:
      return "a number";
    case OptionKind::kText:
      return "a text";
    case OptionKind::kList:
      return "an array of texts";
  }
  return "a text";
}

bool is_text(const json& value) {
  return value.is_string();
}

bool fits(OptionKind kind, const json& value) {
  switch (kind) {
    case OptionKind::kFlag:
      return value.is_boolean();
    case OptionKind::kNumber:
      return value.is_number();
    case OptionKind::kText:
      return is_text(value);
    case OptionKind::kList:
      return value.is_array() && std::all_of(value.begin(), value.end(), is_text);
  }
  return false;
}

// The value as the command line would have it.
std::vector<std::string> as_arguments(OptionKind kind, const json& value) {
  switch (kind) {
    case OptionKind::kFlag:
      return value.get<bool>() ? std::vector<std::string>{"true"} : std::vector<std::string>{};
    case OptionKind::kNumber:
      return {value.dump()};
    case OptionKind::kText:
      return {value.get<std::string>()};
    case OptionKind::kList:
      return value.get<std::vector<std::string>>();
  }
  return {};
}

Status apply(CLI::Option& option, const LocatedJson& file, const std::filesystem::path& folder) {
  const std::string name = config_name(option);
  const json& value = file.root().at(name);
  const OptionKind kind = kind_of(option);
  const std::string place = contract::place_of_member("", name);
  if (!fits(kind, value)) return file.unexpected(place, expected(kind), value);
  try {
    for (std::string argument : as_arguments(kind, value)) {
      if (is_one_of(kPathOptions, name)) argument = relative_to(folder, argument);
      if (is_one_of(kFileOrValue, name) && argument.starts_with('@')) {
        argument = "@" + relative_to(folder, argument.substr(1));
      }
      option.add_result(argument);
    }
    if (option.count() > 0) option.run_callback();
  } catch (const CLI::Error& wrong) {
    return file.error(place, wrong.what());
  }
  return {};
}

}  // namespace

OptionKind kind_of(const CLI::Option& option) {
  if (option.get_items_expected_max() == 0) return OptionKind::kFlag;
  if (option.get_items_expected_max() > 1) return OptionKind::kList;
  const std::string type = option.get_type_name();
  const bool number =
      type.starts_with("INT") || type.starts_with("UINT") || type.starts_with("FLOAT");
  return number ? OptionKind::kNumber : OptionKind::kText;
}

std::string config_name(const CLI::Option& option) {
  const std::string name = option.get_single_name();
  if (name == "help" || name == "version" || name == "config") return {};
  return name == "URL" ? "url" : name;
}

std::span<const std::string_view> path_options() {
  return kPathOptions;
}

std::string ConfigPlaces::located(const std::string& message) const {
  const auto end = message.find_first_of(": ");
  const auto place = places_.find(std::string_view(message).substr(0, end));
  return place == places_.end() ? message : fmt::format("{}: {}", place->second, message);
}

Result<ConfigPlaces> apply_config(CLI::App& command, const std::string& file) {
  const auto text = read_file(file);
  if (!text) return fail(text.error().code, "--config " + text.error().message);
  const auto config = LocatedJson::parse(*text, file, contract::JsonComments::kAllowed);
  if (!config) return tl::unexpected(config.error());
  std::vector<std::string> names = {"$schema"};
  for (const CLI::Option* option : command.get_options()) {
    if (const auto name = config_name(*option); !name.empty()) names.push_back(name);
  }
  const std::vector<std::string_view> known(names.begin(), names.end());
  if (auto status = config->expect_members(config->root(), "", {}, known); !status) {
    return tl::unexpected(status.error());
  }
  const std::filesystem::path folder = std::filesystem::path(file).parent_path();
  ConfigPlaces places;
  for (CLI::Option* option : command.get_options()) {
    const std::string name = config_name(*option);
    if (name.empty() || !config->root().contains(name) || option->count() > 0) continue;
    if (auto status = apply(*option, *config, folder); !status) {
      return tl::unexpected(status.error());
    }
    const std::string place =
        config->error(contract::place_of_member("", name), "").value().message;
    places.add(name == "url" ? "URL" : "--" + name, place.substr(0, place.rfind(": ")));
  }
  return places;
}

}  // namespace favsync
