#include "contract_tests/harness_front.h"

#include <algorithm>
#include <ctime>

#include <fmt/chrono.h>

#include "contract_tests/reports/reports.h"
#include "mock_server/partner_api.h"

namespace favsync::contract {

MockServer::Options Front::with_two_users() {
  MockServer::Options options;
  options.scenario = mock::default_scenario();
  return options;
}

Front::Front(MockServer::Options options, StepIn step_in)
    : partner_(options),
      step_in_(std::move(step_in)),
      door_([this](const TestRequest& request, TestReply& reply) { answer(request, reply); }) {
  partner_.user("alice").token("alice-second-token");
  partner_.user("nobody").token("nobody-token");
}

Options Front::options() const {
  Options options;
  options.target = *Target::parse(url());
  options.token = *UserToken::make("alice-token");
  options.other_token = *UserToken::make("bob-token");
  options.same_user_token = *UserToken::make("alice-second-token");
  options.empty_token = *UserToken::make("nobody-token");
  return options;
}

int Front::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

std::vector<std::string> Front::added(std::string_view user) {
  std::vector<std::string> items;
  for (const auto& favorite : partner_.user(user).favorites()) {
    if (favorite.action == Action::kAdd) items.push_back(favorite.item);
  }
  std::sort(items.begin(), items.end());
  return items;
}

void Front::answer(const TestRequest& request, TestReply& reply) {
  {
    const std::lock_guard lock(mutex_);
    ++requests_;
  }
  if (step_in_) {
    const std::lock_guard one_at_a_time(stepping_);
    if (!step_in_(request, reply)) return;
  }
  const bool dated = std::any_of(reply.headers.begin(), reply.headers.end(),
                                 [](const auto& header) { return header.first == "Date"; });
  if (!dated) {
    reply.headers.emplace_back(
        "Date", fmt::format("{:%a, %d %b %Y %H:%M:%S GMT}", fmt::gmtime(std::time(nullptr))));
  }
  mock::PartnerRequest asked;
  asked.method = request.method;
  const std::string_view target = request.target;
  asked.path = target.substr(0, target.find('?'));
  if (asked.path.size() < target.size()) asked.query = target.substr(asked.path.size() + 1);
  for (const auto& [name, value] : request.headers) asked.headers.emplace_back(name, value);
  asked.body = request.body;
  const mock::PartnerReply answered = partner_.api().handle(asked);
  reply.status = answered.status;
  reply.body = answered.text();
  for (const auto& [name, value] : answered.headers) {
    if (name == "Content-Type") {
      reply.content_type = value;
    } else {
      reply.headers.emplace_back(name, value);
    }
  }
}

std::string failures_of(const Report& report) {
  std::string text = to_text(report, {.colour = false, .quiet = true});
  return text + "seed " + std::to_string(report.seed);
}

}  // namespace favsync::contract
