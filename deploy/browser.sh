#!/bin/sh
# Make sure that the tests can drive a Chromium: the distribution's own package (or MAILLAGE_CHROMIUM), and the library
# that Playwright's driver needs and a bare Debian lacks. The package without windows, chromium-headless-shell, is taken
# where it is installed: it takes less time.
set -eu
missing=""
if [ -z "${MAILLAGE_CHROMIUM:-}" ] && ! command -v chromium-headless-shell >/dev/null && ! command -v chromium >/dev/null \
  && ! command -v chromium-browser >/dev/null && ! command -v google-chrome >/dev/null; then
  missing="chromium"
fi
if command -v ldconfig >/dev/null && ! ldconfig -p | grep -q 'libatomic\.so\.1'; then
  missing="$missing libatomic1"
fi
[ -n "$missing" ] || exit 0
if ! command -v apt-get >/dev/null; then
  echo "The tests need: $missing. Install them, or name a Chromium with MAILLAGE_CHROMIUM=/path/to/chromium." >&2
  exit 1
fi
if [ "$(id -u)" = 0 ]; then sudo=""; else sudo="sudo"; fi
$sudo apt-get update -qq
# shellcheck disable=SC2086  # a list of package names
$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
