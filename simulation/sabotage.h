#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "simulation/property.h"
#include "sync_engine/favorite_store.h"
#include "sync_engine/partner_client.h"
#include "wire/clock.h"

namespace favsync::simulation {

// What a planted bug may reach.
struct SabotageScene {
  FavoriteStore& store;   // as the engine would have it
  PartnerClient& client;  // as the engine would have it
  const Clock& clock;     // the backend's
  std::string_view user;
  const UserToken& another_users_token;
};

// What the engine gets instead; null: what it would have had.
struct SabotagedParts {
  std::unique_ptr<FavoriteStore> store;
  std::unique_ptr<PartnerClient> client;
};

// A bug of an engine, planted between it and its surroundings, to prove that the simulation can
// fail. Each is of a kind that has been shipped by someone.
struct Sabotage {
  std::string_view id;     // stable
  std::string_view story;  // one sentence
  Property breaks;         // the property that it is found by first, most often
  SabotagedParts (*plant)(const SabotageScene& scene) = nullptr;
  bool ignores_read_only = false;  // the engine gets a client that can write all the same
};

std::span<const Sabotage> all_sabotages();
const Sabotage* find_sabotage(std::string_view id);

}  // namespace favsync::simulation
