#pragma once

#include <cstdint>
#include <string>

#include <CLI/CLI.hpp>

#include "favsync/commands.h"
#include "sync_engine/http_partner_client.h"
#include "sync_engine/sync_engine.h"
#include "wire/result.h"

namespace favsync {

// The command line of `favsync sync`, for one user and for many.
struct SyncArguments {
  std::string url, token, store, user = "me", auth = "bearer", tie = "local", timeout = "10s";
  std::string max_future, partner_tick, ca_file, proxy;
  std::size_t max_batch = 100;
  int retries = 2;
  std::uint64_t seed = 0;
  bool read_only = false, read_back = false, whole_lists = false, json = false;
  // Many users.
  std::string users, every, metrics_file;
  int jobs = 8;
  double rate = 0;
  bool quiet = false;
};

// How partners are spoken to and how a round goes, whoever the user is. base_url is left empty.
struct SyncSettings {
  HttpPartnerOptions http;
  SyncOptions round;
};

void add_sync_options(CLI::App& command, SyncArguments& given);

// Errors: kInvalidArgument that begins with the option's name.
[[nodiscard]] Result<SyncSettings> read_sync_settings(const SyncArguments& given);

// `error` with the option's name before its message.
tl::unexpected<Error> of_option(std::string_view option, Error error);

// Prints the error as the command's; returns the exit status that it means.
int complain_of_sync(const Error& error);
// As the program's interface has it: 2 for wrong values, 3 for no connection, 5 for faults of the
// store or of favsync, 130 for a stop, and 1 for whatever the partner did.
int exit_status_of(ErrorCode code);

// Says on stderr, where it is so, that tokens will travel in the open to this partner. Requires a
// URL that can be read.
void warn_of_open_tokens(const std::string& url);

// Syncs the users of a file, once or again and again until a signal comes. Returns the exit status.
int run_sync_of_many(const SyncArguments& given);

}  // namespace favsync
