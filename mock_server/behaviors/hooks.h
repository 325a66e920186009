#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "mock_server/favorite_list.h"
#include "mock_server/partner_message.h"

namespace favsync::mock {

struct Visit;
class Notebook;

// The JSON texts of one favourite of a list, as they are about to be printed.
struct PrintedRow {
  std::string item, action_date,
      action;         // JSON values, quotes included; empty leaves the member out
  std::string extra;  // further members, each with a comma before it
};

// The points at which a behaviour may step in, in the order in which a request meets them. Each
// returns whether it changed something that a client, or the stored state, can show: that is what
// is counted as fired. Most behaviours set one.
struct Hooks {
  // Before anything: may answer, or alter visit.method, path, query, headers, body.
  bool (*on_request)(Visit&) = nullptr;
  // After the honest partner has looked at the token: may set visit.standing, user, list.
  bool (*authorize)(Visit&) = nullptr;
  // GET: which rows are listed, in which order.
  bool (*list_rows)(Visit&, std::vector<Favorite>& rows) = nullptr;
  // GET: how one row is printed.
  bool (*print_row)(Visit&, const Favorite& row, PrintedRow& text) = nullptr;
  // GET: the whole body.
  bool (*print_list)(Visit&, const std::vector<PrintedRow>& rows, std::string& body) = nullptr;
  // POST: what the honest reader made of the body, in visit.posted or visit.refusal.
  bool (*read_body)(Visit&) = nullptr;
  // POST: one favourite before it is judged; the store is locked. Counts as fired only where the
  // item is applied or another verdict comes of it.
  bool (*take_item)(Visit&, Favorite& incoming) = nullptr;
  // POST: the verdict on one favourite (`stored` may be null); kApplied puts `incoming`.
  bool (*decide)(Visit&, const Favorite* stored, Favorite& incoming, Verdict&) = nullptr;
  // POST: after the favourites were applied, the store still locked.
  bool (*after_apply)(Visit&, FavoriteRows& rows) = nullptr;
  // The answer, whichever it is.
  bool (*reply)(Visit&, PartnerReply& reply) = nullptr;
  // A simulated restart of the partner: what one user's list looks like afterwards. `seed` is what
  // the scenario began with.
  bool (*on_restart)(Notebook&, const std::vector<Favorite>& seed, FavoriteRows& rows) = nullptr;
};

}  // namespace favsync::mock
