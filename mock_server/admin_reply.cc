#include "mock_server/admin_reply.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "mock_server/admin_json.h"

namespace favsync::mock {
namespace {

AdminReply refusal_json(std::string_view where, std::string_view expected, std::string_view got,
                        std::string_view message, int status) {
  return answer(
      {{"error", {{"where", where}, {"expected", expected}, {"got", got}, {"message", message}}}},
      status);
}

}  // namespace

AdminReply answer(const nlohmann::ordered_json& json, int status) {
  return {.status = status, .body = print_json(json) + "\n", .allow = {}};
}

AdminReply refuse(const Complaint& complaint) {
  return refusal_json(complaint.where, complaint.expected, complaint.got,
                      fmt::format("{}: expected {}, got {}{}", complaint.where, complaint.expected,
                                  complaint.got, complaint.hint),
                      complaint.status);
}

AdminReply refuse(std::string_view where, std::string_view expected, const Error& error,
                  int status) {
  return refusal_json(where, expected, error.message, error.message, status);
}

}  // namespace favsync::mock
