#include "mock_server/scenario_names.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "mock_server/strict_json.h"
#include "wire/nearest_name.h"
#include "wire/quote.h"

namespace favsync::mock {
namespace {

struct Known {
  std::vector<std::string_view> users, tokens, states;
};

Known known_names(const Scenario& scenario) {
  Known known;
  for (const Scenario::User& user : scenario.users) {
    known.users.push_back(user.name);
    for (const Scenario::Token& token : user.tokens) known.tokens.push_back(token.token.reveal());
  }
  known.states.push_back(scenario.state);
  for (const Step& step : scenario.script) {
    for (const Deed& deed : step.deeds) {
      if (const auto* issue = std::get_if<IssueToken>(&deed)) {
        known.users.push_back(issue->user);
        known.tokens.push_back(issue->token.reveal());
      } else if (const auto* edit = std::get_if<EditFavorite>(&deed)) {
        known.users.push_back(edit->user);
      } else if (const auto* change = std::get_if<SetState>(&deed)) {
        known.states.push_back(change->state);
      }
    }
  }
  return known;
}

Status expect_known(std::string_view name, const std::vector<std::string_view>& known,
                    std::string_view place, std::string_view what) {
  if (name.empty() || std::find(known.begin(), known.end(), name) != known.end()) return {};
  return fail(ErrorCode::kMalformed,
              fmt::format("{}: expected {} that the scenario or its script makes, got {}{}", place,
                          what, favsync::quoted(name), did_you_mean(name, known)));
}

Status check_trigger_names(const Trigger& trigger, const Known& known, const std::string& place) {
  if (Status user = expect_known(trigger.user, known.users, member_place(place, "user"), "a user");
      !user) {
    return user;
  }
  return expect_known(trigger.while_state, known.states, member_place(place, "while"), "a state");
}

}  // namespace

Status check_names(const Scenario& scenario) {
  const Known known = known_names(scenario);
  for (std::size_t i = 0; i < scenario.faults.size(); ++i) {
    const std::string place = element_place("faults", i);
    if (Status fits = check_trigger_names(scenario.faults[i].trigger, known, place); !fits) {
      return fits;
    }
  }
  for (std::size_t i = 0; i < scenario.script.size(); ++i) {
    const Step& step = scenario.script[i];
    const std::string place = element_place("script", i);
    if (Status fits = check_trigger_names(step.trigger, known, place); !fits) return fits;
    for (const Deed& deed : step.deeds) {
      const auto* revoke = std::get_if<RevokeToken>(&deed);
      if (revoke == nullptr) continue;
      if (Status fits = expect_known(revoke->token, known.tokens, place + ".do.revokes", "a token");
          !fits) {
        return fits;
      }
    }
  }
  return {};
}

}  // namespace favsync::mock
