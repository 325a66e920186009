// keygen, certify --certificate, --waive, --set and verify, as a user would run them.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <functional>

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <nlohmann/json.hpp>

#include "favsync/files.h"
#include "favsync/test_program.h"
#include "sync_engine/test_support.h"

namespace favsync {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class Certificate : public testing::Test {
 protected:
  std::string file(const std::string& name) const { return folder_.file(name); }
  std::string write(const std::string& name, const std::string& text) const {
    EXPECT_TRUE(write_file(file(name), text));
    return file(name);
  }
  void make_key(const std::string& name = "a") const {
    const Ended made =
        run_program({"keygen", "--key", file(name + ".key"), "--public-key", file(name + ".pub")});
    ASSERT_EQ(made.exit, 0) << made.err;
  }
  // `favsync certify MORE… --certificate c.json` with key and subject, on the built-in mock.
  Ended certify(std::vector<std::string> more) const {
    more.insert(more.begin(), {"certify", "--certificate", file("c.json"), "--key", file("a.key"),
                               "--partner", "P", "--product", "Q", "--product-version", "1"});
    return run_program(std::move(more));
  }
  Ended verify(std::vector<std::string> more) const {
    more.insert(more.begin(), {"verify", file("c.json")});
    return run_program(std::move(more));
  }
  bool exists(const std::string& name) const { return std::filesystem::exists(file(name)); }

  TemporaryFolder folder_;
};

// Writes the action as the contract does not.
HttpServer partner_with_another_action() {
  return HttpServer([](const TestRequest& request, TestReply& reply) {
    if (request.header("Authorization") != "Bearer secret-one") reply.status = 401;
    if (request.method != "GET") reply.status = 405;
    reply.body = R"([{"item":"a","action":"Add","actionDate":"2017-05-02T10:45:12.798Z"}])";
  });
}

std::string waiver(const std::string& reason, const std::string& expires) {
  return R"([{"check":"list.action","reason":")" + reason + R"(","owner":"Ada","expires":")" +
         expires + R"(","why":"known"}])";
}

TEST_F(Certificate, KeysAreSecretNewAndPem) {
  make_key();
  struct stat found {};
  ASSERT_EQ(::stat(file("a.key").c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777, 0600u);
  EXPECT_THAT(*read_file(file("a.key")), StartsWith("-----BEGIN PRIVATE KEY-----\n"));
  EXPECT_THAT(*read_file(file("a.pub")), StartsWith("-----BEGIN PUBLIC KEY-----\n"));
  const std::string before = *read_file(file("a.key"));
  const Ended again = run_program({"keygen", "--key", file("a.key")});
  EXPECT_EQ(again.exit, 2);
  EXPECT_THAT(again.err, HasSubstr("a key is never overwritten"));
  EXPECT_EQ(*read_file(file("a.key")), before);
}

TEST_F(Certificate, KeyWithoutAPlaceForItsPublicHalfIsNotMade) {
  write("taken", "");
  const Ended made = run_program({"keygen", "--key", file("b.key"), "--public-key", file("taken")});
  EXPECT_EQ(made.exit, 2);
  EXPECT_FALSE(exists("b.key"));
}

TEST_F(Certificate, PublicHalfIsPrintedWhenNoFileIsNamed) {
  const Ended made = run_program({"keygen", "--key", file("b.key")});
  EXPECT_EQ(made.exit, 0);
  EXPECT_THAT(made.out, StartsWith("-----BEGIN PUBLIC KEY-----\n"));
  EXPECT_THAT(made.err, Not(HasSubstr("PRIVATE")));
}

// One whole certification, and everything that a reader may do with its certificate.
TEST_F(Certificate, OfTheMockIsIssuedHoldsAndShowsTampering) {
  make_key("a");
  make_key("other");
  const Ended run = certify({"--seed", "7", "--profile", "read-only"});
  ASSERT_EQ(run.exit, 0) << run.out << run.err;
  EXPECT_THAT(run.out, HasSubstr("Certificate: " + file("c.json")));
  const std::string evidence = file("c.evidence.json");
  const Ended held = verify({"--evidence", evidence, "--public-key", file("a.pub")});
  EXPECT_EQ(held.exit, 0) << held.err;
  EXPECT_THAT(held.out,
              AllOf(HasSubstr("P: Q 1 at http://127.0.0.1:"), HasSubstr("lists judged again"),
                    HasSubstr("requirement set 2026-1")));
  const Ended trusting = verify({});
  EXPECT_EQ(trusting.exit, 0) << trusting.err;
  EXPECT_THAT(trusting.out, AllOf(HasSubstr("only --public-key can tell"),
                                  HasSubstr("nothing was judged again")));
  const auto refused = [&](std::vector<std::string> more, const std::string& says) {
    const Ended ended = verify(std::move(more));
    EXPECT_EQ(ended.exit, 1) << says;
    EXPECT_THAT(ended.err, AllOf(HasSubstr("favsync verify: refused: "), HasSubstr(says)));
    EXPECT_EQ(ended.out, "");
  };
  refused({"--public-key", file("other.pub")}, "signed with another key");
  refused({"--at", "2126-01-01T00:00:00Z"}, "expired on");
  const std::string text = *read_file(evidence);
  write("bad.json", std::string(text).replace(text.find("\"pass\""), 6, "\"warn\""));
  refused({"--evidence", file("bad.json")}, "not the evidence of this certificate");
  const std::string certificate = *read_file(file("c.json"));
  write("c.json", certificate.substr(0, certificate.size() / 2));
  refused({}, "not JSON");
}

TEST_F(Certificate, VerifyOfWhatCannotBeReadIsTwo) {
  const auto usage = [&](std::vector<std::string> more, const std::string& says) {
    const Ended ended = verify(std::move(more));
    EXPECT_EQ(ended.exit, 2) << says;
    EXPECT_THAT(ended.err, HasSubstr(says));
  };
  usage({}, "c.json: cannot be read");
  write("c.json", "{}");
  usage({"--evidence", file("none")}, "--evidence " + file("none") + ": cannot be read");
  usage({"--public-key", file("none")}, "--public-key " + file("none"));
  usage({"--public-key", file("c.json")}, "expected an Ed25519 public key in PEM");
  usage({"--at", "soon"}, "--at soon: expected a date-time in GMT");
  usage({"--evidenc", "x"}, "--evidenc");
}

TEST_F(Certificate, WhatIsMissingIsToldBeforeTheRun) {
  make_key();
  const auto usage = [&](std::vector<std::string> arguments, const std::string& says) {
    const Ended ended = run_program(std::move(arguments));
    EXPECT_EQ(ended.exit, 2) << says;
    EXPECT_THAT(ended.err, HasSubstr("favsync certify: " + says));
    EXPECT_EQ(ended.out, "");
  };
  const std::string c = file("c.json"), key = file("a.key");
  usage({"certify", "--certificate", c}, "--certificate: --key is missing");
  usage({"certify", "--certificate", c, "--key", key}, "--certificate: --partner is missing");
  usage({"certify", "--certificate", c, "--key", key, "--partner", "P", "--product", "Q"},
        "--certificate: --product-version is missing");
  usage({"certify", "--key", key}, "--key: means nothing without --certificate FILE");
  usage({"certify", "--certificate", c, "--key", file("none"), "--partner", "P", "--product", "Q",
         "--product-version", "1"},
        "--key " + file("none") + ": cannot be read");
  usage({"certify", "--certificate", c, "--key", file("a.pub"), "--partner", "P", "--product", "Q",
         "--product-version", "1"},
        "--key " + file("a.pub") + ": expected an Ed25519 private key");
  EXPECT_EQ(certify({"--depth", "quick"}).exit, 2);
  EXPECT_THAT(certify({"--depth", "quick"}).err, HasSubstr("never issued at quick depth"));
  EXPECT_THAT(certify({"--skip", "list.stable"}).err, HasSubstr("never issued when --only"));
  EXPECT_EQ(certify({"--valid-days", "0"}).exit, 2);
  EXPECT_FALSE(exists("c.json"));
}

TEST_F(Certificate, FailedRunGetsNoneAndSaysWhyInOneSentence) {
  make_key();
  write("c.json", "of an earlier run");
  const HttpServer server = partner_with_another_action();
  const Ended run = certify({server.url(), "--token", "secret-one", "--profile", "read-only"});
  EXPECT_EQ(run.exit, 1);
  EXPECT_THAT(run.err, AllOf(HasSubstr("favsync certify: no certificate: failed: list.action"),
                             HasSubstr("is of an earlier run and was left as it is")));
  EXPECT_EQ(*read_file(file("c.json")), "of an earlier run");
}

class Waiving : public Certificate {
 protected:
  Ended run(const std::string& waivers, std::vector<std::string> more = {}) {
    const std::string json_file = file("r.json");
    more.insert(more.begin(), {"certify", server_.url(), "--token", "secret-one", "--profile",
                               "read-only", "--only", "list.action", "--json", json_file, "--waive",
                               write("w.json", waivers)});
    Ended ended = run_program(std::move(more));
    if (exists("r.json")) report_ = json::parse(*read_file(json_file));
    return ended;
  }
  json list_action() const {
    const auto& checks = report_["checks"];
    return *std::find_if(checks.begin(), checks.end(),
                         [](const json& check) { return check["id"] == "list.action"; });
  }
  HttpServer server_ = partner_with_another_action();
  json report_;
};

TEST_F(Waiving, KnownFailureDoesNotFailTheRun) {
  const Ended ended = run(waiver("not-add-or-delete", "2999-12-31"));
  EXPECT_EQ(ended.exit, 0) << ended.out << ended.err;
  EXPECT_EQ(list_action()["status"], "waived");
  EXPECT_EQ(list_action()["waived_from"], "fail");
  EXPECT_EQ(report_["waivers"][0]["state"], "used");
  EXPECT_THAT(ended.out, AllOf(HasSubstr("wavd list.action"), HasSubstr("1 waived")));
}

TEST_F(Waiving, OtherReasonFails) {
  EXPECT_EQ(run(waiver("html", "2999-12-31")).exit, 1);
  EXPECT_EQ(report_["waivers"][0]["state"], "unused");
}

TEST_F(Waiving, ExpiredWaiverIsIgnoredLoudly) {
  const Ended ended = run(waiver("not-add-or-delete", "2026-01-31"));
  EXPECT_EQ(ended.exit, 1);
  EXPECT_THAT(ended.err, HasSubstr("warning: " + file("w.json") +
                                   ": the waiver of list.action for not-add-or-delete ended on "
                                   "2026-01-31 and is ignored; ask Ada"));
  EXPECT_EQ(report_["waivers"][0]["state"], "expired");
}

TEST_F(Waiving, WaiverOfACheckThatPassesIsStale) {
  std::string stale = waiver("not-json", "2999-12-31");
  stale.replace(stale.find("list.action"), 11, "list.json");
  const std::vector<std::string> more = {"--skip", "list.action", "--only", "list.json"};
  const Ended ended = run(stale, more);
  EXPECT_EQ(ended.exit, 0) << ended.out << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("stale waiver: list.json for not-json (Ada"));
  auto strict = more;
  strict.emplace_back("--strict");
  EXPECT_EQ(run(stale, strict).exit, 1);
}

TEST_F(Waiving, SlipInTheFileIsTwo) {
  std::string wrong = waiver("x", "2999-12-31");
  wrong.replace(wrong.find("list.action"), 11, "list.acton");
  const Ended ended = run(wrong);
  EXPECT_EQ(ended.exit, 2);
  EXPECT_THAT(ended.err, HasSubstr("--waive " + file("w.json") +
                                   ":1: [0].check: no check is called \"list.acton\"; did you mean "
                                   "\"list.action\"?"));
}

TEST_F(Waiving, RequirementSetIsChosenAndAnUnknownOneIsTwo) {
  EXPECT_EQ(run(waiver("not-add-or-delete", "2999-12-31"), {"--set", "2026-1"}).exit, 0);
  EXPECT_EQ(report_["set"], "2026-1");
  const Ended unknown = run("[]", {"--set", "2025-1"});
  EXPECT_EQ(unknown.exit, 2);
  EXPECT_THAT(unknown.err, HasSubstr("--set \"2025-1\": no such requirement set; expected 2026-1"));
}

TEST(ListSets, ShowsEachWithItsDigest) {
  const Ended ended = run_program({"list", "sets"});
  EXPECT_EQ(ended.exit, 0);
  EXPECT_THAT(ended.out, AllOf(StartsWith("2026-1 "), HasSubstr("SHA-256 ")));
}

}  // namespace
}  // namespace favsync
