#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "contract_tests/finding.h"
#include "contract_tests/judge/listing.h"
#include "contract_tests/lab/account.h"
#include "contract_tests/lab/observations.h"
#include "contract_tests/lab/session.h"
#include "contract_tests/lab/ticks.h"
#include "contract_tests/lab/write_journal.h"
#include "contract_tests/options.h"

namespace favsync::contract {

// A list that was read and compared with what it should show.
struct Reading {
  Listing listing;
  std::vector<Mismatch> wrong;   // items that were written since the last comparison
  std::vector<Mismatch> others;  // items that nobody wrote
};

// What a POST came to. `acknowledged`: a 2xx.
struct Posted {
  int exchange = 0;
  int status = 0;
  bool acknowledged = false;
  std::string body;
};

// One write, its answer, and the reading after it.
struct SingleWrite {
  Write write;
  Posted posted;
  Reading reading;
};

// Where checks experiment with a partner: its users, their expected favourites, items and dates to
// write with, and the two calls of the API. Keeps what it expects of each user, so that every list
// that is read is compared whole. One thread; concurrent checks send through `session` and tell the
// lab afterwards.
class Lab {
 public:
  Lab(const Options& options, Session& session, Instant now);

  Account& first() { return *first_; }
  Account* other() { return other_.get(); }  // null when no such token was given
  Account* same_user() { return same_user_.get(); }
  Account* empty() { return empty_.get(); }
  Account* expired() { return expired_.get(); }

  // --- Reading -----------------------------------------------------------------------------------
  // GET by this account, judged and noted. A finding when there is no list to go on with.
  OrFinding<Listing> read(Account& account);
  // As read, sent with `request` for checks that vary it.
  OrFinding<Listing> read_with(Account& account, const Request& request);
  // Reads until the user's list shows what is expected of the items written since the last time, at
  // most for the settle time; a value that no write explains ends the wait at once. Afterwards the
  // list as shown counts as expected, so that one fault is found once.
  OrFinding<Reading> settle(Account& account);

  // Reads and compares where something is not known yet: before the first list, or after a write.
  OrFinding<bool> known(Account& account);
  // Waits until the settle time since the last write is over: after it, any read must show the
  // same.
  void wait_settled();
  // Takes what each user's list shows for what is expected, after a fault that was reported.
  void resync();
  // Whether another client may have made all of the differences that a listing shows; then it is
  // noted, and the list as shown is expected from now on.
  bool put_down_to_others(Account& account, const std::vector<Mismatch>& differences,
                          const Listing& listing);
  // Reads again twice and compares with `reading`: null when they agree. Otherwise the lists differ
  // with no write between them, which is noted for list.stable, and the finding blames that check.
  std::optional<Finding> unstable_since(Account& account, const Reading& reading, Finding own);

  // --- Writing -----------------------------------------------------------------------------------
  // POSTs the writes as one array. A 2xx makes them expected, newest wins. A finding when the
  // partner gave no answer, or asked to wait for too long; any status is a value.
  OrFinding<Posted> post(Account& account, std::span<const Write> writes);
  // POSTs a request of the check's own making. `writes`: what it says, for the record; not
  // expected. `suspect`: an item that it names in a way that must not be understood, and that is
  // put back should it be taken all the same.
  OrFinding<Posted> post_raw(Account& account, const Request& request,
                             std::span<const Write> writes = {}, std::string_view suspect = {});
  // Posts, and turns anything but a 2xx into a failure of the check.
  OrFinding<Posted> must_post(Account& account, std::span<const Write> writes);
  // For requests that go past `post`: puts the writes into the journal, before they are sent.
  OrFinding<bool> announce(Account& account, std::span<const Write> writes);
  // And afterwards: notes what was sent, and expects what was acknowledged.
  void note_posted(Account& account, std::span<const Write> writes, const Posted& posted,
                   Instant sent);
  // post in arrays of at most a hundred (§4.9).
  OrFinding<Posted> post_all(Account& account, std::span<const Write> writes);

  // --- Items and dates ---------------------------------------------------------------------------
  // Whether ids may be made up; otherwise only those that the operator named are written.
  bool generates_items() const { return options_.items.empty(); }
  // Whether the id was made up by this run: nobody else can write it.
  bool is_made_up(std::string_view item) const;
  // Takes ids that begin so for made up, too: by the run that is put back.
  void adopt_made_up(std::string prefix) { made_up_.push_back(std::move(prefix)); }
  // Up to `count` items with no experiment under way: new ones, or the named ones in turn.
  std::vector<std::string> items(Account& account, std::size_t count);
  // What the ids that are made up begin with; empty where the operator named the items.
  std::string_view item_prefix() const {
    return generates_items() ? std::string_view(run_prefix_) : std::string_view();
  }
  // A new id with `tail` at its end, for checks of ids; only where ids are generated.
  std::string item_named(std::string_view tail);
  // Dates, ascending, newer than what any user is known to have for the item.
  std::vector<Instant> dates(std::string_view item, std::size_t count);
  Ticks& ticks() { return ticks_; }
  // When the run began: the earlier of this machine's and the partner's clock.
  Instant start() const { return start_; }
  // The partner was seen to refuse dates of that age and more, as it may.
  void set_oldest_date(Instant refused_from) { refused_from_ = refused_from; }
  bool takes_date(const Instant& at) const { return !refused_from_ || at > *refused_from_; }
  // No date was refused for its age so far.
  bool takes_old_dates() const { return !refused_from_; }

  // --- Findings ----------------------------------------------------------------------------------
  // A failure from the first mismatch: reason, sentence, expected, actual, and the exchanges behind
  // it.
  Finding failure(const Account& account, const Mismatch& mismatch, int exchange) const;
  // Pass, or the failure of the first wrong item.
  Finding judge(const Account& account, const Reading& reading) const;

  // What one check found out for another in passing: kept until it is taken.
  void keep(std::string_view check, Finding finding);
  std::optional<Finding> take(std::string_view check);
  bool was_kept(std::string_view check) const { return was_kept_.contains(check); }

  // The single write that the first checks of writing look at together.
  const std::optional<SingleWrite>& single_write() const { return single_write_; }
  void set_single_write(SingleWrite made) { single_write_ = std::move(made); }

  // --- The rest ----------------------------------------------------------------------------------
  Request get_request(const Account& account) const;
  Request post_request(const Account& account, std::string body) const;
  // The request without or with another token; the token rides by the agreed scheme.
  Request with_token(Request request, const UserToken& token) const;
  std::string print(std::span<const Write> writes) const;
  Observations& observations() { return observations_; }
  Session& session() { return session_; }
  const Options& options() const { return options_; }
  bool wrote() const { return wrote_; }
  // Favourites that were posted so far.
  int writes() const { return writes_; }
  WriteJournal& journal() { return journal_; }
  // How long acknowledged writes took to show, one measurement for each reading after writes.
  const std::vector<std::chrono::milliseconds>& convergence() const { return convergence_; }
  std::vector<Account*> accounts();
  // New connections for every account, by the options as they are now.
  void reconnect();
  std::unique_ptr<Account> make_account(std::string name, const UserToken& token,
                                        std::shared_ptr<User> user) const;

 private:
  OrFinding<Posted> send_post(Account& account, const Request& request,
                              std::span<const Write> writes, bool expects);
  void note_difference(const User& user, const Mismatch& mismatch, const Listing& listing);
  bool explained(const User& user, const Mismatch& mismatch) const;

  const Options& options_;
  Session& session_;
  Instant start_;
  std::optional<Instant> refused_from_;
  Ticks ticks_;
  WriteJournal journal_;
  Observations observations_;
  std::optional<SingleWrite> single_write_;
  std::map<std::string, Finding, std::less<>> kept_;
  std::set<std::string, std::less<>> was_kept_;
  std::string run_prefix_;
  std::vector<std::string> made_up_;  // prefixes
  std::size_t next_item_ = 0;
  bool wrote_ = false;
  int writes_ = 0;
  std::vector<std::chrono::milliseconds> convergence_;
  SteadyTime last_write_{};
  std::unique_ptr<Account> first_, other_, same_user_, empty_, expired_;
};

}  // namespace favsync::contract
