// favsync simulate: the reference engine in simulated worlds, one for each seed.
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "favsync/commands.h"
#include "simulation/shrink.h"
#include "sync_engine/sqlite_favorite_store.h"
#include "wire/nearest_name.h"

namespace favsync {
namespace {

namespace sim = simulation;

struct SimulateArguments {
  std::uint64_t seed = 1;
  int runs = 1;
  std::vector<std::string> steps, faults, partner;
  std::string sabotage, json, store = "memory";
  bool tells = false;
};

int complain(const std::string& message) {
  fmt::print(stderr, "favsync simulate: {}\n", message);
  return kUsage;
}

// A folder for SQLite files that goes away with the object.
class ScratchFolder {
 public:
  ScratchFolder() : path_((std::filesystem::temp_directory_path() / "favsync-XXXXXX").string()) {
    if (::mkdtemp(path_.data()) == nullptr) throw std::runtime_error("cannot make " + path_);
  }
  ~ScratchFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  std::string file(int number) const { return fmt::format("{}/{}.db", path_, number); }

 private:
  std::string path_;
};

struct Task {
  sim::Choice choice;
  sim::RunOptions options;
  std::set<int> steps;
};

template <typename Names>
std::string unknown(std::string_view option, const std::string& name, const Names& names) {
  return fmt::format("{}: unknown name \"{}\"{}", option, name, did_you_mean(name, names));
}

Status read_faults(const SimulateArguments& given, Task& task) {
  if (given.faults.empty()) return {};
  task.choice.faults.clear();
  std::vector<std::string_view> names{"none"};
  for (const auto kind : sim::all_fault_kinds()) names.push_back(to_string(kind));
  for (const auto& name : given.faults) {
    const auto at = std::ranges::find(names, name);
    if (at == names.end()) {
      return fail(ErrorCode::kInvalidArgument, unknown("--faults", name, names));
    }
    if (at == names.begin()) continue;
    task.choice.faults.push_back(
        sim::all_fault_kinds()[static_cast<std::size_t>(at - names.begin()) - 1]);
  }
  return {};
}

Status read_partner(const SimulateArguments& given, Task& task) {
  std::vector<std::string_view> names{"honest"};
  for (const auto& each : sim::partner_switches()) names.push_back(each.id);
  for (const auto& name : given.partner) {
    if (name == "honest") {
      task.choice.draws_switches = false;
    } else if (const auto* found = sim::find_partner_switch(name)) {
      task.choice.switches.push_back(found);
    } else {
      return fail(ErrorCode::kInvalidArgument, unknown("--partner", name, names));
    }
  }
  return {};
}

Result<Task> read_task(const SimulateArguments& given) {
  Task task;
  if (auto read = read_faults(given, task); !read) return tl::unexpected(read.error());
  if (auto read = read_partner(given, task); !read) return tl::unexpected(read.error());
  if (!given.sabotage.empty()) {
    task.options.sabotage = sim::find_sabotage(given.sabotage);
    std::vector<std::string_view> names;
    for (const auto& each : sim::all_sabotages()) names.push_back(each.id);
    if (task.options.sabotage == nullptr) {
      return fail(ErrorCode::kInvalidArgument, unknown("--sabotage", given.sabotage, names));
    }
  }
  for (const auto& text : given.steps) {
    int id = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
    if (error != std::errc() || end != text.data() + text.size() || id < 1) {
      return fail(
          ErrorCode::kInvalidArgument,
          fmt::format("--steps: expected numbers of pieces such as 2,5,9, got \"{}\"", text));
    }
    task.steps.insert(id);
  }
  if (!task.steps.empty() && given.runs != 1) {
    return fail(ErrorCode::kInvalidArgument, "--steps: tells one run; leave --runs out");
  }
  return task;
}

// The words that, with a seed and steps, run the same again.
std::string command_of(const SimulateArguments& given) {
  std::string command = "favsync simulate";
  const auto add = [&](std::string_view option, const std::vector<std::string>& values) {
    if (!values.empty()) command += fmt::format(" {} {}", option, fmt::join(values, ","));
  };
  add("--faults", given.faults);
  add("--partner", given.partner);
  if (!given.sabotage.empty()) command += " --sabotage " + given.sabotage;
  if (given.store != "memory") command += " --store " + given.store;
  return command;
}

struct Summary {
  int runs = 0;
  long rounds = 0, posts = 0, calls = 0, crashes = 0;
  std::map<std::string, long> fired;

  void add(const sim::Plan& plan, const sim::Outcome& outcome) {
    ++runs;
    rounds += outcome.rounds;
    posts += outcome.posts;
    calls += outcome.calls;
    crashes += outcome.crashes;
    for (std::size_t i = 0; i < outcome.fired.size(); ++i) {
      fired[std::string(plan.setup.switches[i].is->id)] += outcome.fired[i];
    }
  }
};

bool write_json(const std::string& file, const Summary& summary, std::uint64_t seed,
                const std::optional<sim::ShortStory>& story) {
  nlohmann::ordered_json json = {
      {"seed", seed},           {"runs", summary.runs},   {"rounds", summary.rounds},
      {"posts", summary.posts}, {"calls", summary.calls}, {"crashes", summary.crashes},
      {"fired", summary.fired}, {"failure", nullptr}};
  if (story) {
    json["failure"] = {{"seed", story->plan.seed},
                       {"property", sim::property_info(story->breach.property).id},
                       {"sentence", story->breach.sentence},
                       {"steps", story->pieces}};
  }
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  out << json.dump(2) << '\n';
  return static_cast<bool>(out.flush());
}

// Tells one run, whole or by the steps that were named.
void tell(const sim::Plan& plan, sim::RunOptions options) {
  options.tells = true;
  fmt::print("{}\n", print_plan(plan));
  for (const auto& line : run_plan(plan, options).tale) fmt::print("{}\n", line);
}

int run(const SimulateArguments& given) {
  auto task = read_task(given);
  if (!task) return complain(task.error().message);
  ScratchFolder folder;
  int file = 0;
  std::string current;
  if (given.store == "sqlite") {
    task->options.make_store = [&] {
      auto opened = SqliteFavoriteStore::open(current);
      if (!opened) throw std::runtime_error(opened.error().message);
      return std::unique_ptr<FavoriteStore>(*std::move(opened));
    };
  }
  // A run begins with an empty store; a crash within it opens the same file again.
  const auto fresh = [&] { current = folder.file(++file); };
  const bool is_terminal = isatty(STDERR_FILENO) != 0;
  const auto start = std::chrono::steady_clock::now();
  Summary summary;
  std::optional<sim::ShortStory> story;
  for (int i = 0; i < given.runs && !story; ++i) {
    sim::Plan plan = make_plan(given.seed + static_cast<std::uint64_t>(i), task->choice);
    if (!task->steps.empty()) {
      if (*task->steps.rbegin() > plan.pieces) {
        return complain(fmt::format("--steps: seed {} has pieces 1 to {}, got {}", given.seed,
                                    plan.pieces, *task->steps.rbegin()));
      }
      plan = keep_pieces(plan, task->steps);
    }
    if (given.tells || !task->steps.empty()) {
      fresh();
      tell(plan, task->options);
    }
    fresh();
    const auto outcome = run_plan(plan, task->options);
    summary.add(plan, outcome);
    if (!outcome.breaches.empty()) {
      sim::RunOptions shrinking = task->options;
      if (task->options.make_store) shrinking.make_store = nullptr;
      story = shrink(plan, shrinking);
      if (story->breach.sentence.empty()) story->breach = outcome.breaches.front();
    }
    if (is_terminal && i % 100 == 0) fmt::print(stderr, "\r\x1b[K{} of {} runs", i, given.runs);
  }
  if (is_terminal) fmt::print(stderr, "\r\x1b[K");
  if (!given.json.empty() && !write_json(given.json, summary, given.seed, story)) {
    return complain(fmt::format("--json {}: cannot be written", given.json));
  }
  if (story) {
    fmt::print("{}", print_story(*story, {task->options.sabotage, true, {}}, command_of(given)));
    return kNotConformant;
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  fmt::print(
      "{} runs from seed {}: every property held\n"
      "{} rounds, {} calls at store and partner, {} POSTs, {} crashes, {} partner switches "
      "fired; {:.1f} s\n",
      summary.runs, given.seed, summary.rounds, summary.calls, summary.posts, summary.crashes,
      std::ranges::count_if(summary.fired, [](const auto& each) { return each.second > 0; }),
      took.count());
  return kConformant;
}

}  // namespace

void add_simulate(CLI::App& app, Job& job) {
  CLI::App* command = app.add_subcommand(
      "simulate", "Run the reference engine in simulated worlds with faults, each from a seed");
  auto given = std::make_shared<SimulateArguments>();
  command->add_option("--seed", given->seed, "The first seed")->capture_default_str();
  command->add_option("--runs", given->runs, "How many seeds, one after another")
      ->check(CLI::Range(1, 100'000'000))
      ->capture_default_str();
  command
      ->add_option("--steps", given->steps,
                   "Only these pieces of the seed's plan, as a failure names them; tells the tale")
      ->delimiter(',')
      ->type_name("N,N…");
  command
      ->add_option("--faults", given->faults,
                   "none, or: lost-request, lost-answer, duplicate, late-delivery, unavailable, "
                   "throttled, storage, crash-before, crash-after; default: all")
      ->delimiter(',')
      ->type_name("F,F…");
  command
      ->add_option(
          "--partner", given->partner,
          "honest, or ways in which it is wrong (docs/failure_catalogue.md); default: drawn")
      ->delimiter(',')
      ->type_name("SWITCH,…");
  command->add_option("--sabotage", given->sabotage, "Plant this bug in the engine, and find it")
      ->type_name("BUG");
  command->add_option("--store", given->store, "The backend's store")
      ->check(CLI::IsMember({"memory", "sqlite"}))
      ->capture_default_str();
  command->add_flag("--tell", given->tells, "Tell what happens in every run");
  command->add_option("--json", given->json, "Write a summary as JSON")->type_name("FILE");
  command->footer(
      "A run that breaks a property is shrunk to its shortest story and told, with the command\n"
      "that tells it again. docs/simulation.md lists the properties.\n"
      "Exit status: 0 every property held, 1 one did not, 2 wrong options.\n"
      "Examples:\n"
      "  favsync simulate --runs 10000\n"
      "  favsync simulate --sabotage forgets-tombstones --runs 1000\n"
      "  favsync simulate --partner floors-to-seconds --runs 500 --seed 7");
  command->callback([given, &job] { job = [given] { return run(*given); }; });
}

}  // namespace favsync
