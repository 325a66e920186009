// favsync keygen: a key pair to sign certificates with.
#include <cstdio>
#include <memory>
#include <string>

#include <fmt/format.h>
#include <unistd.h>

#include "contract_tests/certificate/signing_key.h"
#include "favsync/commands.h"
#include "favsync/files.h"

namespace favsync {
namespace {

struct KeygenArguments {
  std::string key, public_key;
};

int complain(std::string_view option, const Error& error) {
  const std::string_view hint = error.message.ends_with("File exists")
                                    ? "; a key is never overwritten: name another file"
                                    : "";
  fmt::print(stderr, "favsync keygen: {} {}{}\n", option, error.message, hint);
  return error.code == ErrorCode::kInternal ? kOwnFault : kUsage;
}

int run(const KeygenArguments& arguments) {
  const auto key = contract::SigningKey::generate();
  if (!key) return complain("", key.error());
  const contract::VerifyingKey verifying = key->public_half();
  if (auto status = write_new_file(arguments.key, key->pem(), 0600); !status) {
    return complain("--key", status.error());
  }
  if (!arguments.public_key.empty()) {
    if (auto status = write_new_file(arguments.public_key, verifying.pem(), 0644); !status) {
      ::unlink(arguments.key.c_str());  // half a pair is of no use
      return complain("--public-key", status.error());
    }
  } else {
    fmt::print("{}", verifying.pem());
  }
  fmt::print(stderr, "favsync keygen: key {}; keep {} secret, give the public half away\n",
             verifying.id(), arguments.key);
  return kConformant;
}

}  // namespace

void add_keygen(CLI::App& app, Job& job) {
  auto arguments = std::make_shared<KeygenArguments>();
  CLI::App* keygen =
      app.add_subcommand("keygen", "Make an Ed25519 key pair to sign certificates with");
  keygen->add_option("--key", arguments->key, "new file for the secret key (PEM, mode 0600)")
      ->required();
  keygen->add_option("--public-key", arguments->public_key,
                     "new file for the public key (PEM); else it is printed");
  keygen->footer(
      "Existing files are not overwritten.\n"
      "Example:\n"
      "  favsync keygen --key favsync.key --public-key favsync.pub");
  keygen->callback([arguments, &job] { job = [arguments] { return run(*arguments); }; });
}

}  // namespace favsync
