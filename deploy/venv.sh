#!/bin/sh
# Make the virtual environment; on Debian and Ubuntu, install the package that holds `venv` if it is missing.
set -eu
python="$1" venv="$2"
"$python" - <<'PY' || exit 1
import sys
if sys.version_info < (3, 11):
    sys.exit("Maillage needs Python 3.11 or newer; this is %d.%d. Use: make PYTHON=python3.12 …" % sys.version_info[:2])
PY
[ -x "$venv/bin/python" ] && "$venv/bin/python" -m pip --version >/dev/null 2>&1 && exit 0
if ! "$python" -c 'import ensurepip' >/dev/null 2>&1; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-get update -qq && apt-get install -y -qq python3-venv >/dev/null
  else
    echo "Python's venv module is missing: install it (sudo apt-get install python3-venv), then run make again." >&2
    exit 1
  fi
fi
"$python" -m venv "$venv"
