#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "contract_tests/options.h"
#include "favsync/certify_safety_options.h"
#include "wire/result.h"

namespace favsync {

// The options of `favsync certify` as they stand on the command line.
struct CertifyArguments {
  std::string url;
  std::string token, other_token, same_user_token, expired_token, empty_token;
  std::string auth = "bearer", profile = "auto", depth = "standard";
  std::string settle = "0ms", timeout = "10s";
  std::string items;
  std::optional<double> max_rps;
  std::optional<std::uint64_t> seed;
  std::string ca_file, client_cert, client_key, proxy;
  std::vector<std::string> resolve, only, skip;
  bool insecure = false;
  std::string restart_command, journal;
  SafetyArguments safety;
};

// Adds those of how the partner is reached: certificates, proxy, addresses.
void add_transport_options(CLI::App& command, CertifyArguments& arguments);
// Adds all of them to a subcommand.
void add_certify_options(CLI::App& command, CertifyArguments& arguments);

// Reads them. Without a URL the target is left for the caller to fill. Errors: kInvalidArgument and
// kNotFound, with the option's name, what was expected and what came.
[[nodiscard]] Result<contract::Options> read_certify_options(const CertifyArguments& arguments);

}  // namespace favsync
