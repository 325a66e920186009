#include "contract_tests/history/timeline.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

namespace favsync::contract {
namespace {

constexpr std::size_t kColumns = 36;

struct Bar {
  Moment start{0}, end{0};
  char mark = '=';
  bool open = false;  // never answered
  std::string label;
};

std::string shown_text(const std::optional<Value>& value) {
  return value ? to_text(*value) : "nothing";
}

std::optional<Bar> bar_of(const ItemHistory& history, const Operation& operation) {
  if (operation.kind == Operation::Kind::kInitial) return std::nullopt;
  if (operation.kind == Operation::Kind::kWrite) {
    const RecordedWrite& write = history.writes[operation.index];
    return Bar{
        write.start, write.end, '=', !write.completed,
        fmt::format("{}: POST #{} of {}", write.client, write.exchange, to_text(write.value))};
  }
  const RecordedRead& read = history.reads[operation.index];
  return Bar{
      read.start, read.end, '-', false,
      fmt::format("{}: GET #{} shows {}", read.client, read.exchange, shown_text(read.value))};
}

std::string millis_text(Moment moment) {
  return fmt::format("{:.1f} ms", std::chrono::duration<double, std::milli>(moment).count());
}

std::string name_of(const ItemHistory& history, const Operation& operation) {
  if (operation.kind == Operation::Kind::kInitial) {
    return fmt::format("{} before", shown_text(history.initial));
  }
  return bar_of(history, operation)->label;
}

}  // namespace

std::string draw(const ItemHistory& history, const Offence& offence) {
  std::vector<Bar> bars;
  std::string text;
  for (const auto& operation :
       {std::optional(offence.first), offence.between, std::optional(offence.second)}) {
    if (!operation) continue;
    if (auto bar = bar_of(history, *operation)) {
      bars.push_back(std::move(*bar));
    } else {
      text = fmt::format("before: {}\n", shown_text(history.initial));
    }
  }
  Moment begin = Moment::max(), end = Moment::min();
  for (const Bar& bar : bars) {
    begin = std::min(begin, bar.start);
    end = std::max(end, bar.end);
  }
  const Moment span = std::max(end - begin, Moment{1});
  const auto column = [&](Moment at) {
    return static_cast<std::size_t>((at - begin).count() * static_cast<std::int64_t>(kColumns - 1) /
                                    span.count());
  };
  text += fmt::format("{:<{}}{}", "0 ms", kColumns - 4, millis_text(span));
  for (const Bar& bar : bars) {
    std::string line(kColumns, ' ');
    const std::size_t from = column(bar.start), to = std::max(column(bar.end), from);
    std::fill(line.begin() + static_cast<std::ptrdiff_t>(from),
              line.begin() + static_cast<std::ptrdiff_t>(to), bar.mark);
    line[from] = '|';
    line[to] = bar.open ? '>' : '|';
    text += fmt::format("\n{}  {}", line, bar.label);
  }
  return text;
}

std::string describe(const ItemHistory& history, const Offence& offence) {
  const std::string first = name_of(history, offence.first);
  const std::string second = name_of(history, offence.second);
  if (offence.reason == "torn-record") {
    return fmt::format("{}: the date of one write with the action of another ({})", second, first);
  }
  if (offence.reason == "invented-value") {
    return fmt::format("{}: no write of the run had that date", second);
  }
  if (offence.reason == "read-before-write") {
    return fmt::format("{}, before {} was sent", first, second);
  }
  if (offence.reason == "non-monotonic-reads") {
    return fmt::format("{}, and later {}: reads went back to an older value", first, second);
  }
  if (offence.between) {
    return fmt::format("{} was over when {} was sent, which is older; even so {}", first,
                       name_of(history, *offence.between), second);
  }
  return fmt::format("{} was over, and later {}", first, second);
}

}  // namespace favsync::contract
