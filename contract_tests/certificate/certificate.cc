#include "contract_tests/certificate/certificate.h"

#include <nlohmann/json.hpp>

#include "contract_tests/certificate/envelope.h"
#include "contract_tests/certificate/obstacles.h"

namespace favsync::contract {

Result<std::string> issue_certificate(const Report& report, std::string_view evidence,
                                      const Issue& issue, const SigningKey& key) {
  const auto in_the_way = obstacles(report);
  if (!in_the_way.empty()) return fail(ErrorCode::kRejected, no_certificate(in_the_way));
  const auto statement = statement_of(report, evidence, issue, key.public_half());
  const auto envelope = seal(kPayloadType, statement.dump(), key);
  if (!envelope) return tl::unexpected(envelope.error());
  return to_json(*envelope);
}

}  // namespace favsync::contract
