#pragma once

#include <string>

#include "contract_tests/history/max_register.h"

namespace favsync::contract {

// The operations of an offence on one scale of time, a line each, for a terminal of 100 columns:
//
//   0 ms                             4.2 ms
//   |===========|                    writer 2: POST #12 of ADD of 2026-05-02T10:45:12.798Z
//                    |-------|       reader: GET #15 shows DELETE of 2026-05-02T10:45:12.791Z
//
// '=' is a write ('>' at its end: never answered), '-' a read. No line break at the end.
std::string draw(const ItemHistory& history, const Offence& offence);

// The offence in one sentence.
std::string describe(const ItemHistory& history, const Offence& offence);

}  // namespace favsync::contract
