#!/bin/sh
# Make sure that the tests find a Chromium: the distribution's own package, or MAILLAGE_CHROMIUM.
set -eu
if [ -n "${MAILLAGE_CHROMIUM:-}" ] || command -v chromium >/dev/null || command -v chromium-browser >/dev/null \
  || command -v google-chrome >/dev/null; then
  exit 0
fi
if [ "$(id -u)" = 0 ]; then sudo=""; else sudo="sudo"; fi
if command -v apt-get >/dev/null; then
  $sudo apt-get update -qq
  $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium
else
  echo "The tests drive Chromium: install it, or name one with MAILLAGE_CHROMIUM=/path/to/chromium." >&2
  exit 1
fi
