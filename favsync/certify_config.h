#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

#include <CLI/CLI.hpp>

#include "wire/result.h"

namespace favsync {

// What kind of value an option takes in a configuration file. The published schema,
// docs/schema/certify.schema.json, says the same; a test compares them.
enum class OptionKind { kFlag, kNumber, kText, kList };
OptionKind kind_of(const CLI::Option& option);

// The name of an option in a configuration file: as on the command line without the dashes; "url"
// for URL. "" for what a file cannot say: --help, --config.
std::string config_name(const CLI::Option& option);

// Options whose value is a file or folder: in a configuration file, relative to that file.
std::span<const std::string_view> path_options();

// Where the values of a configuration file stood, for errors that show only later.
class ConfigPlaces {
 public:
  void add(const std::string& option, std::string place) { places_[option] = std::move(place); }
  // The message, beginning with the place when it begins with an option that the file has.
  std::string located(const std::string& message) const;

 private:
  std::map<std::string, std::string, std::less<>> places_;  // by "--depth" or "URL"
};

// Gives each option of `command` that the command line left alone the value that the file has for
// it. JSON with comments; members are the options' names; "$schema" is ignored. A path, and the
// FILE of @FILE, is relative to the folder of the file. Errors: kNotFound; kMalformed with line,
// member, what was expected, and the nearest name of an unknown one.
[[nodiscard]] Result<ConfigPlaces> apply_config(CLI::App& command, const std::string& file);

}  // namespace favsync
