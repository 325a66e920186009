#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "mock_server/admin_api.h"
#include "wire/result.h"

namespace favsync::mock {

// The JSON as an answer.
AdminReply answer(const nlohmann::ordered_json& json, int status = 200);

// A wrong call: where it is wrong, what was expected there, what came.
struct Complaint {
  std::string where, expected, got;
  std::string hint{};  // "; did you mean …?" or nothing
  int status = 400;
};
// {"error":{"where","expected","got","message"}}.
AdminReply refuse(const Complaint& complaint);
// The same with a reader's sentence as message; its place, where it names one, as `where`.
AdminReply refuse(std::string_view where, std::string_view expected, const Error& error,
                  int status = 400);

}  // namespace favsync::mock
