# --- What the steps below use --------------------------------------------------------------------
stop() {
  printf '%s\n' "$2" >&2
  exit "$1"
}
command -v curl >/dev/null || stop 2 "curl: not found; install it and run this again"
umask 077
work=$(mktemp -d) || stop 2 "mktemp: no folder for temporary files"
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
LC_ALL=C
export LC_ALL

in_url() {
  printf '%s' "$1" | od -An -v -tx1 | tr -d ' \n' | sed 's/../%&/g'
}
in_cookie() {
  printf '%s' "$1" |
    sed -e 's/%/%25/g' -e 's/ /%20/g' -e 's/"/%22/g' -e 's/,/%2C/g' -e 's/;/%3B/g' -e 's/\\/%5C/g'
}
in_basic() {
  case $1 in
    *:*) printf '%s' "$1" ;;
    *) printf '%s:' "$1" ;;
  esac | base64 | tr -d '\n'
}

# The recorded second $1, moved: 2017-05-02T10:45:12.
at() {
  s=$(($1 + moved))
  day=$((s / 86400)) rest=$((s % 86400))
  z=$((day + 719468))
  era=$((z / 146097))
  doe=$((z - era * 146097))
  yoe=$(((doe - doe / 1460 + doe / 36524 - doe / 146096) / 365))
  doy=$((doe - (365 * yoe + yoe / 4 - yoe / 100)))
  mp=$(((5 * doy + 2) / 153))
  dom=$((doy - (153 * mp + 2) / 5 + 1))
  if [ "$mp" -lt 10 ]; then month=$((mp + 3)); else month=$((mp - 9)); fi
  year=$((yoe + era * 400))
  if [ "$month" -le 2 ]; then year=$((year + 1)); fi
  printf '%04d-%02d-%02dT%02d:%02d:%02d' "$year" "$month" "$dom" \
    $((rest / 3600)) $((rest % 3600 / 60)) $((rest % 60))
}

# A request is built up in files, so that no token shows in the list of processes.
begin() {
  : >"$work/curl"
  body=
}
option() {
  printf '%s = "%s"\n' "$1" "$(printf '%s' "$2" | sed 's/[\\"]/\\&/g')" >>"$work/curl"
}
header() {
  option header "$1"
}
data() {
  printf '%s' "$1" >"$work/sent"
  body=1
}
# send METHOD PATH: leaves the answer in $status, $work/head and $work/answer.
send() {
  option url "$base$2"
  if [ "$1" = HEAD ]; then printf 'head\n' >>"$work/curl"; else option request "$1"; fi
  if [ -n "$body" ]; then option data-binary "@$work/sent"; fi
  : >"$work/head"
  : >"$work/answer"
  # shellcheck disable=SC2086  # words on purpose
  status=$(curl -q -sS -g --path-as-is --max-time "$timeout" -H 'Expect:' -K "$work/curl" \
    ${FAVSYNC_CURL_OPTIONS:-} -D "$work/head" -o "$work/answer" -w '%{http_code}') || true
}
# The element of item $1 in the answer, as ACTION of DATE, or "not in the list".
look() {
  element=$(tr -d '\n' <"$work/answer" | tr '}' '\n' | grep -F "\"$1\"" | head -n 1) || true
  action=$(printf '%s' "$element" | sed -n 's/.*"action" *: *"\([^"]*\)".*/\1/p')
  date=$(printf '%s' "$element" | sed -n 's/.*"actionDate" *: *"\([^"]*\)".*/\1/p')
  if [ -n "$element" ]; then printf '%s of %s' "$action" "$date"; else printf 'not in the list'; fi
}
# ACTION of DATE with exactly three fraction digits, so that equal instants are equal texts.
to_millis() {
  printf '%s' "$1" | sed -e 's/+00:00$/Z/' -e 's/\(:[0-9][0-9]\)Z$/\1.Z/' -e 's/\.\([0-9]*\)Z$/.\1000Z/' \
    -e 's/\.\([0-9][0-9][0-9]\)[0-9]*Z$/.\1Z/'
}
# Shows the start of a file, with what could drive a terminal made harmless.
show() {
  head -c 1500 "$1" | tr -c '\11\12\40-\176\200-\377' '?'
  printf '\n'
}
