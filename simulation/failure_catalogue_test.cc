// docs/failure_catalogue.md: each row names what exercises it, and that exists.
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <sstream>

#include <gtest/gtest.h>

#include "simulation/partner_switch.h"

namespace favsync::simulation {
namespace {

std::string text_of(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

// All text of a folder's files whose names end so.
std::string sources(const char* folder, std::string_view ending) {
  std::string all;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(
           std::filesystem::path(FAVSYNC_SOURCE_DIR) / folder)) {
    if (entry.path().string().ends_with(ending)) all += text_of(entry.path());
  }
  return all;
}

std::map<int, std::string> rows() {
  std::map<int, std::string> found;
  std::istringstream lines(text_of(FAVSYNC_SOURCE_DIR "/docs/failure_catalogue.md"));
  const std::regex row(R"(^\| (\d+) \|.*)");
  for (std::string line; std::getline(lines, line);) {
    std::smatch match;
    if (std::regex_match(line, match, row)) found[std::stoi(match[1])] += line;
  }
  return found;
}

TEST(FailureCatalogue, EveryRowNamesWhatExercisesItAndThatExists) {
  const auto all = rows();
  ASSERT_EQ(all.size(), 74u);
  const std::string tests = sources("sync_engine", "_test.cc") + sources("wire", "_test.cc");
  const std::string behaviors = sources("mock_server/behaviors", ".cc");
  const std::regex reference(R"(`(sim|mock|test):([A-Za-z0-9.-]+)`)");
  for (const auto& [number, line] : all) {
    int references = 0;
    for (std::sregex_iterator at(line.begin(), line.end(), reference), end; at != end; ++at) {
      ++references;
      const std::string kind = (*at)[1], name = (*at)[2];
      if (kind == "sim") {
        const auto* found = find_partner_switch(name);
        ASSERT_NE(found, nullptr) << "row " << number << ": " << name;
        EXPECT_EQ(found->rows, std::to_string(number)) << name;
      } else if (kind == "mock") {
        EXPECT_NE(behaviors.find(".id = \"" + name + '"'), std::string::npos)
            << "row " << number << ": " << name;
      } else {
        const auto dot = name.find('.');
        const std::regex test(R"(TEST(_F|_P)?\()" + name.substr(0, dot) + R"(,\s+)" +
                              name.substr(dot + 1) + R"(\))");
        EXPECT_TRUE(std::regex_search(tests, test)) << "row " << number << ": " << name;
      }
    }
    EXPECT_GT(references, 0) << line;
  }
}

TEST(FailureCatalogue, EverySwitchOfARowIsNamedInIt) {
  const auto all = rows();
  for (const auto& each : partner_switches()) {
    if (each.rows.find('.') != std::string_view::npos) continue;  // of a clause, not of a row
    const auto& line = all.at(std::stoi(std::string(each.rows)));
    EXPECT_NE(line.find("`sim:" + std::string(each.id) + '`'), std::string::npos) << each.id;
  }
}

}  // namespace
}  // namespace favsync::simulation
