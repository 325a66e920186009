#pragma once

#include <string>

#include "wire/result.h"

namespace favsync {

// A new name for a file of the user's state, below $XDG_STATE_HOME/favsync, else
// $HOME/.local/state/favsync, else the folder for temporary files: `stem`, the time and the process
// id, then `extension`. The folder is made when it is missing, for this user alone; the file is
// not. Errors: kStorage when no folder can be had.
[[nodiscard]] Result<std::string> new_state_file(const std::string& stem,
                                                 const std::string& extension);

}  // namespace favsync
