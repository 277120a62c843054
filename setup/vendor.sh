#!/usr/bin/env bash
# Checks static/vendor/bpmn-js against its README; `vendor.sh fetch` gets the files from npm again (developers only).
set -euo pipefail
cd "$(dirname "$0")/../static/vendor/bpmn-js"
version=$(sed -n 's/^- version: \([0-9.]*\).*/\1/p' README.md)

if [ "${1:-check}" = fetch ]; then
  folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
  npm pack --silent --pack-destination "$folder" "bpmn-js@$version" >/dev/null
  tar xzf "$folder/bpmn-js-$version.tgz" -C "$folder"
  cp "$folder"/package/dist/bpmn-navigated-viewer.production.min.js "$folder"/package/dist/assets/{diagram-js,bpmn-js}.css \
    "$folder"/package/LICENSE .
fi
sed -n 's/^| \([A-Za-z][A-Za-z.-]*\) | [a-z./]* | \([0-9a-f]\{64\}\) |$/\2  \1/p' README.md | sha256sum --check --strict --quiet
echo "bpmn-js $version: all files as they were packed"
