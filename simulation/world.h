#pragma once

#include <memory>
#include <string>
#include <vector>

#include "simulation/ledger.h"
#include "simulation/partner.h"
#include "simulation/passage.h"
#include "simulation/round_sight.h"
#include "simulation/round_store.h"
#include "simulation/run.h"
#include "simulation/timeline.h"
#include "simulation/token_book.h"
#include "sync_engine/device.h"
#include "sync_engine/sync_engine.h"

namespace favsync::simulation {

// All of a run: backend, devices, partner, network, time. Made for one plan and used once.
class World {
 public:
  World(const Plan& plan, const RunOptions& options);

  void act();      // the plan's steps
  void quiesce();  // faults end, all is delivered, each user is synced until nothing moves
  void judge();    // both sides, the devices
  Outcome outcome() &&;

 private:
  struct Handheld {
    Handheld(const Timeline& timeline, std::chrono::milliseconds skew, FavoriteStore& store,
             const char* user, const Clock& backend_clock, std::chrono::milliseconds step)
        : clock(timeline, skew), device(store, user, backend_clock, clock, step) {}
    SkewedClock clock;
    Device device;  // borrows the clock
  };
  struct Active {
    RoundSight& sight;
    Passage& passage;
  };

  void happen(const Step& step);
  void click(const Step& step);
  void site_edit(const Step& step);
  void go_online(int user, int device);
  // Runs a round as `step` says and returns how many POSTs it sent.
  int run_round(const Step& step);
  Result<SyncReport> sync(const Step& step, Passage& passage, RoundSight& sight);
  void tell_end(const Passage& passage, const Result<SyncReport>& report);
  void restart();
  // One round for each user; returns the POSTs.
  int quiet_rounds();

  void judge_user(int user);
  void judge_acknowledged(int user);
  void judge_item(int user, const Favorite& shown_there, const FavoriteRecord* here);
  void judge_devices(int user, const std::vector<FavoriteRecord>& records);
  bool must(Property property) const { return !excuses_.contains(property); }
  Handheld& handheld(int user, int device);

  const Plan& plan_;
  const Setup& setup_;
  const RunOptions& options_;
  PropertySet excuses_;
  SyncOptions round_options_;
  Timeline timeline_;
  Ledger ledger_;
  SkewedClock backend_clock_;
  TokenBook tokens_;
  Partner partner_;
  std::unique_ptr<FavoriteStore> store_;
  std::vector<std::unique_ptr<DeviceStore>> device_stores_;  // by user
  std::vector<std::unique_ptr<Handheld>> handhelds_;         // by user, then device
  std::vector<Active> active_;  // rounds on their way, the innermost last
  bool has_crashed_ = false;    // and is not yet started again
  Outcome outcome_;
};

}  // namespace favsync::simulation
