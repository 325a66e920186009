// A configuration file and its published schema say the same of every option.
#include "favsync/certify_config.h"

#include <algorithm>
#include <filesystem>
#include <functional>
#include <map>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include "favsync/commands.h"
#include "favsync/files.h"
#include "favsync/test_program.h"
#include "sync_engine/test_support.h"

namespace favsync {
namespace {

using nlohmann::json;
using testing::HasSubstr;

json read_json(const std::string& path) {
  return json::parse(*read_file(FAVSYNC_SOURCE_DIR "/" + path), nullptr, true, true);
}

json published_schema() {
  return read_json("docs/schema/certify.schema.json");
}

bool schema_takes(const json& config) {
  const json text = published_schema();
  valijson::Schema schema;
  valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
  parser.populateSchema(valijson::adapters::NlohmannJsonAdapter(text), schema);
  valijson::Validator validator;
  return validator.validate(schema, valijson::adapters::NlohmannJsonAdapter(config), nullptr);
}

// The program's command line, with what `favsync certify` would run.
struct Program {
  CLI::App app;
  Job job;
  Program() { add_certify(app, job); }
  CLI::App& certify() { return *app.get_subcommand("certify"); }
  std::string value(const std::string& option) {
    const auto results = certify().get_option(option)->results();
    return results.empty() ? "" : results.back();
  }
};

std::string type_name(OptionKind kind) {
  switch (kind) {
    case OptionKind::kFlag:
      return "boolean";
    case OptionKind::kNumber:
      return "number";
    case OptionKind::kText:
      return "string";
    case OptionKind::kList:
      return "array";
  }
  return "";
}

class ConfigFile : public testing::Test {
 protected:
  std::string file(const std::string& text, const std::string& name = "c.json") {
    const std::string path = folder_.file(name);
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    EXPECT_TRUE(write_file(path, text));
    return path;
  }
  static Ended certify(const std::string& config, std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"certify", "--config", config});
    return run_program(std::move(more));
  }
  TemporaryFolder folder_;
};

TEST(ConfigSchema, HasEveryOptionOfCertifyWithItsType) {
  Program program;
  json left = published_schema()["properties"];
  left.erase("$schema");
  for (const CLI::Option* option : program.certify().get_options()) {
    const std::string name = config_name(*option);
    if (name.empty()) continue;
    ASSERT_TRUE(left.contains(name))
        << "option --" << name << " is not in docs/schema/certify.schema.json: add it there, and "
        << "to kPathOptions in certify_config.cc with \"x-path\" if its value is a file";
    std::string type = left[name]["type"];
    if (type == "integer") type = "number";
    EXPECT_EQ(type, type_name(kind_of(*option))) << name;
    EXPECT_FALSE(left[name].value("description", "").empty()) << name;
    const auto paths = path_options();
    EXPECT_EQ(left[name].value("x-path", false),
              std::find(paths.begin(), paths.end(), name) != paths.end())
        << name;
    left.erase(name);
  }
  EXPECT_EQ(left, json::object()) << "no options of certify";
}

TEST(ConfigSchema, TakesWhatTheProgramTakes) {
  for (const json& config : read_json("fixtures/config/configs.json")["accepted"]) {
    EXPECT_TRUE(schema_takes(config)) << config;
  }
  EXPECT_TRUE(schema_takes(read_json("fixtures/config/favsync.json")));
}

TEST(ConfigSchema, RefusesWhatTheProgramRefuses) {
  for (const json& row : read_json("fixtures/config/configs.json")["refused"]) {
    EXPECT_FALSE(schema_takes(row["config"])) << row["config"];
  }
}

TEST_F(ConfigFile, GivesTheOptionsTheirValues) {
  for (const json& config : read_json("fixtures/config/configs.json")["accepted"]) {
    Program program;
    EXPECT_TRUE(apply_config(program.certify(), file(config.dump()))) << config;
  }
  Program program;
  const auto places =
      apply_config(program.certify(), FAVSYNC_SOURCE_DIR "/fixtures/config/favsync.json");
  ASSERT_TRUE(places) << places.error().message;
  EXPECT_EQ(program.value("URL"), "https://api.partner.example/v1");
  EXPECT_EQ(program.value("--max-rps"), "4.5");
  EXPECT_EQ(program.value("--strict"), "true");
  EXPECT_EQ(program.value("--insecure"), "");
  EXPECT_EQ(program.certify().get_option("--skip")->results(),
            (std::vector<std::string>{"bulk.*", "durable.restart"}));
}

TEST_F(ConfigFile, SlipsAreTwoWithLineAndPlace) {
  for (const json& row : read_json("fixtures/config/configs.json")["refused"]) {
    const auto [exit, out, said] = certify(file(row["config"].dump()));
    EXPECT_EQ(exit, 2) << row["config"];
    EXPECT_THAT(said, HasSubstr("/" + row["says"].get<std::string>()));
  }
}

TEST_F(ConfigFile, LineOfASlipIsTold) {
  EXPECT_THAT(certify(file("{\n  // the depth\n  \"depth\": \"deap\"\n}")).err,
              HasSubstr("c.json:3: depth: --depth: \"deap\""));
  EXPECT_THAT(certify(file("{\n\"depth\" \"deep\"}")).err, HasSubstr("c.json:2:"));
  EXPECT_THAT(certify(file("{\"seed\": 1,\n\"seed\": 2}")).err,
              HasSubstr("c.json:2: seed: stands twice"));
}

TEST_F(ConfigFile, ThatIsMissingIsTwo) {
  const auto [exit, out, said] = certify(folder_.file("none.json"));
  EXPECT_EQ(exit, 2);
  EXPECT_THAT(said, HasSubstr("--config " + folder_.file("none.json") + ": cannot be read"));
}

TEST_F(ConfigFile, CommandLineWins) {
  const std::string config = file(R"({"depth": "deap", "skip": ["x.*"]})");
  const auto [exit, out, said] = certify(config, {"--depth", "deep", "--skip", "y.*"});
  EXPECT_EQ(exit, 2);
  EXPECT_THAT(said, HasSubstr("favsync certify: --skip: no check matches \"y.*\""));
}

TEST_F(ConfigFile, FilesAreRelativeToIt) {
  Program program;
  const std::string config =
      file(R"({"token": "@t", "items": "@/i", "waive": "../w.json", "json": "-", "key": "/k"})",
           "sub/c.json");
  ASSERT_TRUE(apply_config(program.certify(), config));
  EXPECT_EQ(program.value("--token"), "@" + folder_.file("sub/t"));
  EXPECT_EQ(program.value("--items"), "@/i");
  EXPECT_EQ(program.value("--waive"), folder_.file("sub/../w.json"));
  EXPECT_EQ(program.value("--json"), "-");
  EXPECT_EQ(program.value("--key"), "/k");
}

}  // namespace
}  // namespace favsync
