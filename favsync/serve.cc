// favsync serve: a partner on this machine, until it is told to stop.
#include <csignal>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>
#include <nlohmann/json.hpp>

#include "favsync/commands.h"
#include "favsync/port_file.h"
#include "mock_server/behaviors.h"
#include "mock_server/director.h"
#include "mock_server/faults/fault_spec.h"
#include "mock_server/mock_server.h"
#include "mock_server/partner_api.h"
#include "wire/auth_scheme.h"

namespace favsync {
namespace {

struct ServeOptions {
  int port = 8080, admin_port = 8081;
  std::string bind = "127.0.0.1", scenario, check, auth, port_file, log = "text";
  std::string clock;
  std::vector<std::string> quirks, defects, faults;
  bool read_only = false;
  std::uint64_t seed = 1;
};

int complain(const Error& error, int status) {
  fmt::print(stderr, "favsync serve: {}\n", error.message);
  return status;
}

int check_scenario(const std::string& file) {
  const auto scenario = mock::load_scenario(file);
  if (!scenario) return complain(scenario.error(), kUsage);
  std::size_t tokens = 0, favorites = 0;
  for (const auto& user : scenario->users) {
    tokens += user.tokens.size();
    favorites += user.favorites.size();
  }
  fmt::print(
      "{}: in order: {} users, {} tokens, {} favourites, {} quirks, {} defects, {} faults, {} "
      "steps\n",
      file, scenario->users.size(), tokens, favorites, scenario->quirks.size(),
      scenario->defects.size(), scenario->faults.size(), scenario->script.size());
  return kConformant;
}

// What the command line says, as the server takes it. Errors: kInvalidArgument, kMalformed,
// kNotFound.
Result<MockServer::Options> server_options(const ServeOptions& given) {
  MockServer::Options options;
  options.bind_address = given.bind;
  options.port = given.port;
  options.admin_port = given.admin_port;
  options.read_only = given.read_only;
  options.seed = given.seed;
  options.scenario = mock::default_scenario();
  if (!given.scenario.empty()) {
    auto scenario = mock::load_scenario(given.scenario);
    if (!scenario) return tl::unexpected(scenario.error());
    options.scenario = std::move(*scenario);
  }
  if (!given.auth.empty()) {
    auto scheme = parse_auth_scheme(given.auth);
    if (!scheme) return fail(scheme.error().code, "--auth: " + scheme.error().message);
    options.auth = std::move(*scheme);
  }
  for (const std::string& id : given.quirks) {
    const auto known = mock::look_up_behavior(mock::BehaviorKind::kQuirk, id);
    if (!known) return fail(known.error().code, "--quirk: " + known.error().message);
  }
  for (const std::string& id : given.defects) {
    const auto known = mock::look_up_behavior(mock::BehaviorKind::kDefect, id);
    if (!known) return fail(known.error().code, "--defect: " + known.error().message);
  }
  for (const std::string& spec : given.faults) {
    const auto fault = mock::parse_fault(spec);
    if (!fault) {
      return fail(fault.error().code,
                  fmt::format("--fault \"{}\": {}", spec, fault.error().message));
    }
    options.faults.push_back(*fault);
  }
  if (!given.clock.empty()) {
    const auto clock = mock::parse_clock_setting(given.clock);
    if (!clock) return fail(clock.error().code, "--clock: " + clock.error().message);
    options.clock_setting = *clock;
  }
  options.quirks = given.quirks;
  options.defects = given.defects;
  return options;
}

std::string shell_quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

// A command that reads the first user's favourites; empty without a user that has a token.
std::string example(const MockServer& server, const MockServer::Options& options) {
  for (const auto& user : options.scenario.users) {
    if (user.tokens.empty()) continue;
    const TokenPlacement place =
        place_token(options.auth.value_or(options.scenario.auth), user.tokens[0].token);
    std::string url = server.url() + "/getUserFavorites";
    if (!place.query_name.empty()) url += "?" + place.query_name + "=" + place.query_value;
    const std::string header =
        place.header_name.empty()
            ? ""
            : "-H " + shell_quoted(place.header_name + ": " + place.header_value) + " ";
    return "curl " + header + shell_quoted(url);
  }
  return {};
}

nlohmann::ordered_json facts(const MockServer& server) {
  return {{"partner", server.url()},
          {"admin", server.admin_url()},
          {"pid", ::getpid()},
          {"instance", server.instance()}};
}

void announce(MockServer& server, const MockServer::Options& options, bool as_json) {
  if (as_json) {
    nlohmann::ordered_json line = {{"event", "ready"}};
    line.update(facts(server));
    line["seed"] = options.seed;
    fmt::print("{}\n", line.dump());
  } else {
    fmt::print("A mock partner is ready. Ctrl-C stops it.\n");
    fmt::print("  partner   {}   (GET /getUserFavorites, POST /postUserFavorites)\n", server.url());
    fmt::print("  admin     {}/__admin/health\n", server.admin_url());
    for (const auto& user : options.scenario.users) {
      std::vector<std::string_view> tokens;
      for (const auto& token : user.tokens) tokens.push_back(token.token.reveal());
      fmt::print("  user      {}   (token {})\n", user.name, fmt::join(tokens, ", "));
    }
    const auto named = [](const char* title, std::vector<std::string> ids,
                          const std::vector<std::string>& more) {
      ids.insert(ids.end(), more.begin(), more.end());
      if (!ids.empty()) fmt::print("  {:<9} {}\n", title, fmt::join(ids, ", "));
    };
    named("quirks", options.scenario.quirks, options.quirks);
    named("defects", options.scenario.defects, options.defects);
    for (const auto& fault : server.api().director().faults()) {
      fmt::print("  fault     {}\n", mock::print_fault(fault.fault));
    }
    if (const std::size_t steps = server.api().director().steps().size(); steps > 0) {
      fmt::print("  script    {} steps\n", steps);
    }
    if (server.api().clock().is_moved()) {
      fmt::print("  clock     {}\n", to_string(server.api().scenario()->clock));
    }
    fmt::print("  seed      {}\n", options.seed);
    if (const std::string command = example(server, options); !command.empty()) {
      fmt::print("Try it:\n  {}\n", command);
    }
  }
  std::fflush(stdout);
}

// Every connection takes a descriptor, and the usual 1,024 are few.
void raise_file_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

// Reads the scenario file again, as SIGHUP asks. A bad one is said, and the old one stays.
void reload(MockServer& server, const ServeOptions& given) {
  if (given.scenario.empty()) {
    fmt::print(stderr, "favsync serve: SIGHUP: no --scenario to read again; nothing is changed\n");
    return;
  }
  const Result<MockServer::Options> options = server_options(given);
  const Status loaded = options ? server.load(*options) : Status(tl::unexpected(options.error()));
  if (!loaded) {
    fmt::print(stderr, "favsync serve: {}; the scenario from before stays\n",
               loaded.error().message);
  } else if (given.log == "json") {
    fmt::print("{}\n",
               nlohmann::ordered_json{{"event", "reloaded"}, {"scenario", given.scenario}}.dump());
  } else {
    fmt::print("Read {} again and reset all.\n", given.scenario);
  }
  std::fflush(stdout);
}

// How often what the scenario promises came to pass, and which steps waited in vain.
void say_goodbye(MockServer& server, bool as_json) {
  const std::uint64_t requests = server.journal().counts().received;
  server.api().director().catch_up();
  const std::vector<std::string> unconsumed = server.api().director().unconsumed();
  const auto faults = server.api().director().faults();
  if (as_json) {
    nlohmann::ordered_json line = {{"event", "stopped"}, {"requests", requests}};
    line["faults"] = nlohmann::ordered_json::array();
    for (const auto& fault : faults) {
      line["faults"].push_back({{"spec", mock::print_fault(fault.fault)}, {"fired", fault.fired}});
    }
    line["unconsumed"] = unconsumed;
    fmt::print("{}\n", line.dump());
    return;
  }
  fmt::print("Stopped after {} requests.\n", requests);
  for (const auto& fault : faults) {
    fmt::print("  fault     {}: fired {} times\n", mock::print_fault(fault.fault), fault.fired);
  }
  for (const std::string& step : unconsumed) fmt::print("  unused    {}\n", step);
}

int serve(const ServeOptions& given) {
  if (!given.check.empty()) return check_scenario(given.check);
  const Result<MockServer::Options> options = server_options(given);
  if (!options) return complain(options.error(), kUsage);
  raise_file_limit();

  // Blocked before the server's threads begin, so that they inherit it and only this one is told.
  sigset_t stop_signals;
  sigemptyset(&stop_signals);
  sigaddset(&stop_signals, SIGINT);
  sigaddset(&stop_signals, SIGTERM);
  sigaddset(&stop_signals, SIGHUP);
  ::pthread_sigmask(SIG_BLOCK, &stop_signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);

  const auto server = MockServer::start(*options);
  if (!server) return complain(server.error(), kNoConnection);
  std::optional<PortFile> port_file;
  if (!given.port_file.empty()) {
    auto written = PortFile::write(given.port_file, facts(**server).dump() + "\n");
    if (!written) return complain(written.error(), kUsage);
    port_file.emplace(std::move(*written));
  }
  const bool as_json = given.log == "json";
  announce(**server, *options, as_json);

  int signal = 0;
  while (sigwait(&stop_signals, &signal) == 0 && signal == SIGHUP) reload(**server, given);
  port_file.reset();  // first: nobody should be sent to a server that goes
  (*server)->stop();
  say_goodbye(**server, as_json);
  return kConformant;
}

CLI::Validator port_number() {
  return CLI::Validator(
      [](std::string& text) {
        int port = -1;
        if (CLI::detail::lexical_cast(text, port) && port >= 0 && port <= 65535)
          return std::string();
        return fmt::format("expected 0..65535 (0 picks a free port), got \"{}\"", text);
      },
      "PORT");
}

CLI::Validator numeric_address() {
  return CLI::Validator(
      [](std::string& text) {
        in6_addr address;
        if (::inet_pton(AF_INET, text.c_str(), &address) == 1 ||
            ::inet_pton(AF_INET6, text.c_str(), &address) == 1) {
          return std::string();
        }
        return fmt::format("expected a numeric address such as 127.0.0.1 or ::1, got \"{}\"", text);
      },
      "ADDRESS");
}

}  // namespace

void add_serve(CLI::App& app, Job& job) {
  CLI::App* command = app.add_subcommand("serve", "Runs a mock partner until Ctrl-C or SIGTERM");
  auto given = std::make_shared<ServeOptions>();
  command->add_option("--port", given->port, "Port of the partner's API; 0 picks a free one")
      ->check(port_number())
      ->capture_default_str();
  command->add_option("--admin-port", given->admin_port, "Port of /__admin; 0 picks a free one")
      ->check(port_number())
      ->capture_default_str();
  command
      ->add_option("--bind", given->bind, "Address of the partner port; /__admin stays on loopback")
      ->check(numeric_address())
      ->capture_default_str();
  command
      ->add_option("--scenario", given->scenario, "Users, tokens, favourites and behaviours (JSON)")
      ->type_name("FILE");
  command->add_option("--check", given->check, "Only check a scenario file")->type_name("FILE");
  command->add_option("--quirk", given->quirks, "Odd but legal behaviour; again for more")
      ->type_name("ID")
      ->allow_extra_args(false);
  command->add_option("--defect", given->defects, "Behaviour that breaks a clause; again for more")
      ->type_name("ID")
      ->allow_extra_args(false);
  command
      ->add_option("--fault", given->faults,
                   "Transport trouble, such as status=503,on=POST,nth=3; again for more")
      ->type_name("SPEC")
      ->allow_extra_args(false);
  command
      ->add_option("--clock", given->clock,
                   "real, real@DATE, frozen or frozen@DATE; default: the scenario's")
      ->type_name("CLOCK");
  command->add_flag("--read-only", given->read_only, "Refuse POST: a partner with the GET alone");
  command
      ->add_option("--auth", given->auth,
                   "bearer, basic, header:NAME, query:NAME or cookie:NAME; default: the scenario's")
      ->type_name("SCHEME");
  command
      ->add_option("--port-file", given->port_file,
                   "Write addresses, pid and instance there (JSON) when ready; removed at the end")
      ->type_name("FILE");
  command->add_option("--log", given->log, "text or json: one line for each event on stdout")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  command->add_option("--seed", given->seed, "Of whatever is random")->capture_default_str();
  command->footer(
      "Example:\n"
      "  favsync serve --port 8080 --defect hard-delete --fault latency=200ms,on=GET\n"
      "  curl -H 'Authorization: Bearer alice-token' http://127.0.0.1:8080/getUserFavorites\n"
      "`favsync list quirks`, `defects` and `faults` show what there is. SIGHUP reads the scenario "
      "again.");
  command->callback([given, &job] { job = [given] { return serve(*given); }; });
}

}  // namespace favsync
