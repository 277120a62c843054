#!/usr/bin/env bash
# Makes .venv and installs exactly the given requirements file; does nothing when it is up to date.
set -euo pipefail
cd "$(dirname "$0")/.."

requirements=${1:?usage: environment.sh requirements.txt}
stamp=.venv/installed-$(basename "$requirements" .txt)
wanted=$(cat requirements.txt "$requirements" | sha256sum | cut -d' ' -f1)
[ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ] && exit 0

[ -x .venv/bin/python ] || "${PYTHON:-python3}" -m venv .venv
if ! .venv/bin/python -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
  echo "Python 3.11 or newer is needed; found $(.venv/bin/python --version)" >&2
  exit 1
fi
echo "Installing $requirements into .venv"
.venv/bin/python -m pip install -q --disable-pip-version-check uv
.venv/bin/uv pip install -q --compile-bytecode --python .venv/bin/python -r "$requirements"
echo "$wanted" > "$stamp"
