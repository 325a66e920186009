#pragma once

#include <span>

#include "mock_server/behaviors.h"

namespace favsync::mock {

// The closed list of behaviours by theme, one file each. Only all_behaviors() puts them together.
std::span<const Behavior> token_defects();         // §1.1, 1.3 to 1.5: who is let in
std::span<const Behavior> user_defects();          // §1.2: whose favourites they are
std::span<const Behavior> date_defects();          // §2.4, 2.5, 4.2: dates as they are stored
std::span<const Behavior> printed_date_defects();  // §2.4, 2.5: dates as they are printed
std::span<const Behavior> merge_defects();         // §4.4 to 4.6: who wins
std::span<const Behavior> item_defects();          // §2.1: ids
std::span<const Behavior> body_defects();          // §4.1, 4.3, 4.7, 4.9: what is taken for a list
std::span<const Behavior> write_defects();         // §2.3, 4.1 to 4.3, 6: what becomes of a write
std::span<const Behavior> race_and_restart_defects();  // §4.8, 4.10
std::span<const Behavior> list_defects();              // §2.2, 2.3, 3.3, 3.4: what is listed
std::span<const Behavior> list_form_defects();         // §2.3, 3.1, 3.2, 3.5: how it is listed
std::span<const Behavior> merge_edge_defects();  // §4.4, 4.6: who wins, where it is seldom asked
std::span<const Behavior> request_defects();     // §1, 4: what few requests bring out
std::span<const Behavior> answer_defects();      // §2.5, 3: how lists are answered
std::span<const Behavior> printing_quirks();     // how lists look
std::span<const Behavior> answer_quirks();       // how requests are answered
std::span<const Behavior> refusal_quirks();      // what is refused, and how

}  // namespace favsync::mock
