#!/bin/sh
# Makes this copy of digitpad known to the desktop: its name and icon in the menu, and the files that it opens.
# Usage: sh register.sh [--undo]
set -eu
case ${1:-} in
  '' | --undo) ;;
  *)
    echo "Usage: sh register.sh [--undo]: puts this copy of digitpad into the desktop's menu, or takes it out again"
    [ "$1" = --help ] && exit 0 || exit 2
    ;;
esac
case $0 in
  */*) here=${0%/*} ;;
  *) here=. ;;
esac
# The point keeps line breaks at the end, which $(...) would take away.
here=$(cd "$here" && pwd && echo .)
here=${here%?.}
case $here in
  *'
'*)
    echo "digitpad's folder has a line break in its name, which no menu can hold: rename the folder" >&2
    exit 2
    ;;
esac
data=${XDG_DATA_HOME:-$HOME/.local/share}
cd "$here/share"
for file in $(find . -type f); do
  if [ "${1:-}" = --undo ]; then
    rm -f "$data/$file"
  else
    mkdir -p "$(dirname "$data/$file")"
    cp "$file" "$data/$file"
  fi
done
entry=$data/applications/org.digitpad.Digitpad.desktop
if [ -f "$entry" ]; then
  # Within quotes, Exec escapes these by a backslash, which is itself written as two, and a per cent sign by another.
  program=$(printf '%s/digitpad' "$here" | sed 's/[\\"$`]/\\\\&/g; s/%/%%/g')
  while IFS= read -r line; do
    case $line in
      Exec=*) printf 'Exec="%s" %%f\n' "$program" ;;
      *) printf '%s\n' "$line" ;;
    esac
  done <"applications/${entry##*/}" >"$entry"
fi
update() {
  if command -v "$1" >/dev/null && [ -d "$2" ]; then "$1" "$2" >/dev/null 2>&1 || true; fi
}
update update-desktop-database "$data/applications"
update update-mime-database "$data/mime"
[ "${1:-}" = --undo ] && echo "digitpad is not in the menu any more" || echo "digitpad is in the menu; sh register.sh --undo takes it out"
