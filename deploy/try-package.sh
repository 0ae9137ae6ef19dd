#!/usr/bin/env bash
# Build the wheel and the source distribution as users do (pip wheel ., PyPA build, uv build), without a compiler; install each into a fresh
# environment outside the checkout, and live through a pole's day there.
set -euo pipefail
source="$(cd "$(dirname "$0")/.." && pwd)"
python="${PYTHON:-python3}"
work="$(mktemp -d)"
served=""
finish() { [ -z "$served" ] || kill "$served" 2>/dev/null || true; rm -rf "$work"; }
trap finish EXIT
export CC=/bin/false CXX=/bin/false PIP_DISABLE_PIP_VERSION_CHECK=1 PYTHONDONTWRITEBYTECODE=1
unset PYTHONPATH VIRTUAL_ENV
say() { printf '%s\n' "$*" >&2; }

say "building"
# A copy: building leaves files behind, and what is not part of the source must not help.
mkdir "$work/tree"
git -C "$source" ls-files -z --cached --others --exclude-standard | tar -C "$source" --null -T - -cf - | tar -C "$work/tree" -xf -
"$python" -m venv "$work/builder"
"$work/builder/bin/pip" install --quiet build uv
cd "$work"
"$work/builder/bin/pip" wheel --quiet --no-deps --wheel-dir pip "$work/tree"
"$work/builder/bin/python" -m build --sdist --outdir sdist "$work/tree" >/dev/null
"$work/builder/bin/uv" build --quiet --out-dir uv "$work/tree"
wheel="$(echo pip/*.whl)"; sdist="$(echo sdist/*.tar.gz)"
case "$wheel" in *-py3-none-any.whl) ;; *) say "not universal: $wheel"; exit 1 ;; esac
"$python" - "$wheel" uv/*.whl <<'PY'
import sys, zipfile
held = [{each.filename: archive.read(each) for each in archive.infolist()} for archive in map(zipfile.ZipFile, sys.argv[1:])]
sys.exit(0 if all(each == held[0] for each in held) else "wheels differ")
PY

live() {  # ENVIRONMENT: a pole's day with the command that was installed there
  local maillage="$1/bin/maillage" folder="$1/pole" told
  mkdir "$folder"; cd "$folder"
  "$maillage" --version
  told="$("$maillage" 2>&1 || true)"
  grep -q publish <<<"$told"
  _MAILLAGE_COMPLETE=bash_source "$maillage" >/dev/null
  cat > places.csv <<'CSV'
id,pivot,nom,commune,code_postal,code_insee,adresse,latitude,longitude,telephone,services,horaires,date_maj
alpha,43493312300029,Médiathèque Alpha,Nantes,44000,44109,1 rue du Port,47.21,-1.55,+33240000000,Aide aux démarches administratives,Mo-Fr 09:00-12:00,2025-05-01
CSV
  "$maillage" --quiet init --base-url https://essai.example/ --name "Pôle d'essai" --departements 44 --yes
  grep -q "pole-essai" maillage.toml
  "$maillage" --quiet import places.csv
  "$maillage" validate places.csv
  told="$("$maillage" publish site/feed)"
  grep -q stream.trig <<<"$told"
  "$maillage" validate site/feed/dumps/places.ttl
  serve "$maillage"
  "$maillage" --quiet backup node.zip
  "$maillage" --quiet --data again restore node.zip
  "$maillage" --data again verify
  told="$("$maillage" --data again publish again-site)"
  grep -q stream.trig <<<"$told"
}

serve() {  # COMMAND: the pages of a running node answer
  local port; port="$("$python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')"
  "$1" serve --port "$port" >serve.log 2>&1 & served=$!
  "$python" - "$port" <<'PY' || { cat serve.log >&2; return 1; }
import sys, time, urllib.request
base = f"http://127.0.0.1:{sys.argv[1]}"
for attempt in range(120):  # ready, and the feed published in the background
    try:
        for path in ("/readyz", "/feed/"):
            urllib.request.urlopen(base + path, timeout=5)
        break
    except OSError:
        time.sleep(0.5)
for path in ("/", "/lieux", "/sparql", "/feed/", "/quality", "/vocabulary", "/aide/rejoindre"):
    try:
        urllib.request.urlopen(base + path, timeout=30).read()
    except urllib.error.HTTPError as error:
        if path in ("/", "/lieux", "/sparql", "/feed/", "/aide/rejoindre") or error.code != 404:
            sys.exit(f"{path}: {error}")
PY
  kill -INT "$served"; wait "$served" || true; served=""
}

for package in "$wheel" "$sdist"; do
  say "trying $package"
  environment="$work/env-$(basename "$package")"
  "$python" -m venv "$environment"
  "$environment/bin/pip" install --quiet "$work/$package"
  "$environment/bin/pip" check
  (live "$environment")
done
say "wheel and source distribution work"
