#include <fmt/format.h>

#include "contract_tests/check.h"
#include "contract_tests/self_test/matrix_views.h"

namespace favsync::contract {
namespace {

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

constexpr std::string_view kHead = R"(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>favsync kill matrix</title>
<style>
:root { color-scheme: light dark; }
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 76rem; padding: 0 1rem; }
h1 { font-size: 1.4rem; }
input { font: inherit; padding: .3rem .6rem; width: 24rem; max-width: 100%; }
table { border-collapse: collapse; width: 100%; margin-top: 1rem; }
th, td { text-align: left; vertical-align: top; padding: .35rem .6rem; border-bottom: 1px solid #8884; }
th { position: sticky; top: 0; background: Canvas; }
td small { display: block; opacity: .8; }
code { font-size: .92em; }
.bad { background: #d333; }
@media print { input, label { display: none; } body { margin: 0; max-width: none; } }
</style>
</head>
<body>
<main>
<h1>favsync kill matrix</h1>
)";

constexpr std::string_view kTail = R"(</tbody>
</table>
</main>
<script>
const filter = document.getElementById("filter");
filter.addEventListener("input", () => {
  const wanted = filter.value.toLowerCase();
  for (const row of document.querySelectorAll("tbody tr")) {
    row.hidden = !row.textContent.toLowerCase().includes(wanted);
  }
});
</script>
</body>
</html>
)";

std::string list_of(const std::vector<Kill>& kills) {
  std::string text;
  for (const Kill& kill : kills) {
    text += fmt::format("<small><code>{}</code></small>", escaped(to_text(kill)));
  }
  return text;
}

std::string row_html(const MatrixRow& row, const RecordedRow* declared) {
  const std::string complaint = row.complaint(declared);
  const auto* behavior = mock::find_behavior(row.behavior);
  const Kill* first = row.first();
  std::vector<Kill> others = row.failed;
  others.insert(others.end(), row.warned.begin(), row.warned.end());
  if (!others.empty()) others.erase(others.begin());
  return fmt::format(
      "<tr{}><td>{}</td><td><code>{}</code><small>{}</small></td><td>{} §{}</td><td>{}</td>"
      "<td>{}{}</td><td>{}</td></tr>\n",
      complaint.empty() ? "" : " class=\"bad\"", complaint.empty() ? "ok" : "BAD",
      escaped(row.behavior), behavior ? escaped(behavior->story) : "", mock::to_string(row.kind),
      escaped(row.clause), row.fired,
      first ? fmt::format("<code>{}</code>", escaped(to_text(*first))) : "green",
      complaint.empty() ? "" : "<small>" + escaped(complaint) + "</small>", list_of(others));
}

}  // namespace

std::string to_html(const KillMatrix& matrix, const std::vector<RecordedRow>& declared) {
  const auto complaints = matrix.complaints(declared);
  std::string page(kHead);
  page += fmt::format(
      "<p>{} checks against {} defects and quirks: {}. Clean mock: two-way {}, read-only {}. Time "
      "of the mock {}, seed {}.</p>\n<p><code>sha256:{}</code></p>\n",
      all_checks().size(), matrix.rows.size(),
      complaints.empty() ? "all as declared" : fmt::format("{} complaints", complaints.size()),
      to_string(matrix.clean.verdict), to_string(matrix.clean_read_only.verdict),
      to_string(matrix.settings.at), matrix.settings.seed, digest(record(matrix, declared)));
  if (!complaints.empty()) {
    page += "<ul>\n";
    for (const auto& complaint : complaints) page += "<li>" + escaped(complaint) + "</li>\n";
    page += "</ul>\n";
  }
  page +=
      "<label for=\"filter\">Show rows with </label><input id=\"filter\" type=\"search\" "
      "placeholder=\"BAD, a check, a clause, a word\">\n"
      "<table>\n<thead><tr><th scope=\"col\"></th><th scope=\"col\">behaviour</th>"
      "<th scope=\"col\">kind, clause</th><th scope=\"col\">fired</th>"
      "<th scope=\"col\">first finding</th><th scope=\"col\">other findings</th></tr></thead>\n"
      "<tbody>\n";
  for (const auto& row : matrix.rows) page += row_html(row, find_row(declared, row.behavior));
  page += kTail;
  return page;
}

}  // namespace favsync::contract
