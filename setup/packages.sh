#!/usr/bin/env bash
# Installs missing Debian packages: `packages.sh run` for running, `packages.sh test` for the tests.
# As another user than root it names what is missing and how to install it.
set -euo pipefail

case "${1:-run}" in
  run)  wanted=(python3-venv libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 gettext) ;;
  test) wanted=(chromium-headless-shell poppler-utils npm) ;;
  *)    echo "usage: packages.sh run|test" >&2; exit 2 ;;
esac

missing=()
for package in "${wanted[@]}"; do
  case "$package" in
    python3-venv) "${PYTHON:-python3}" -c 'import ensurepip, venv' 2>/dev/null && continue ;;
    npm) command -v npm >/dev/null && continue ;;
    *) [ "$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null)" = "install ok installed" ] && continue ;;
  esac
  missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

if [ "$(id -u)" -ne 0 ]; then
  echo "These system packages are missing: ${missing[*]}" >&2
  echo "Install them as root and run make again:  apt-get install --no-install-recommends ${missing[*]}" >&2
  exit 1
fi
echo "Installing system packages: ${missing[*]}"
log=$(mktemp)
if ! { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
  tail -n 20 "$log" >&2
  echo "apt-get could not install: ${missing[*]}" >&2
  exit 1
fi
rm -f "$log"
