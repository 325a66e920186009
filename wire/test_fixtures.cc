#include "wire/test_fixtures.h"

#include <fstream>
#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>

namespace favsync {
namespace {

[[noreturn]] void give_up(const std::string& path, const std::string& reason) {
  std::cerr << path << ": " << reason << '\n';
  std::exit(1);
}

std::string fixture_path(const std::string& name) {
  return std::string(FAVSYNC_SOURCE_DIR) + "/fixtures/" + name;
}

}  // namespace

std::string read_fixture(const std::string& name) {
  std::ifstream file(fixture_path(name), std::ios::binary);
  if (!file) give_up(fixture_path(name), "cannot be opened");
  return {std::istreambuf_iterator<char>(file), {}};
}

nlohmann::json parse_fixture(const std::string& name) {
  auto parsed = nlohmann::json::parse(read_fixture(name), nullptr, false);
  if (parsed.is_discarded()) give_up(fixture_path(name), "is not JSON");
  return parsed;
}

}  // namespace favsync
