#pragma once

#include "mock_server/script/step.h"
#include "wire/result.h"
#include "wire/timestamp.h"

namespace favsync::mock {

class PartnerApi;

// Does what a deed does to the partner's state. `moment` is when its step acts. Answers, the clock
// and the script's state are the director's: they do nothing here. Errors: kNotFound for a token
// that was never issued, kInvalidArgument for one that is another user's.
Status perform(const Deed& deed, PartnerApi& partner, Timestamp moment);

}  // namespace favsync::mock
