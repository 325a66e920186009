#include "favsync/state_folder.h"

#include <unistd.h>

#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <system_error>
#include <vector>

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace favsync {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> candidates() {
  std::vector<fs::path> folders;
  const auto add = [&](const char* variable, const char* below) {
    const char* value = std::getenv(variable);
    // A relative path in either is to be ignored: XDG Base Directory Specification.
    if (value && fs::path(value).is_absolute()) folders.push_back(fs::path(value) / below);
  };
  add("XDG_STATE_HOME", "favsync");
  add("HOME", ".local/state/favsync");
  std::error_code error;
  const fs::path temporary = fs::temp_directory_path(error);
  if (!error) folders.push_back(temporary / fmt::format("favsync-{}", ::getuid()));
  return folders;
}

bool usable(const fs::path& folder) {
  std::error_code error;
  if (fs::create_directories(folder, error)) {
    fs::permissions(folder, fs::perms::owner_all, error);
  }
  return fs::is_directory(folder, error) && ::access(folder.c_str(), W_OK | X_OK) == 0;
}

}  // namespace

Result<std::string> new_state_file(const std::string& stem, const std::string& extension) {
  for (const fs::path& folder : candidates()) {
    if (!usable(folder)) continue;
    const std::string name = fmt::format("{}-{:%Y%m%dT%H%M%SZ}-{}{}", stem,
                                         fmt::gmtime(std::time(nullptr)), ::getpid(), extension);
    return (folder / name).string();
  }
  return fail(ErrorCode::kStorage,
              "no folder for the journal: none of $XDG_STATE_HOME, $HOME/.local/state and the "
              "folder for temporary files can be written; name a file with --journal");
}

}  // namespace favsync
