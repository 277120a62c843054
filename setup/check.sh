#!/usr/bin/env bash
# Everything that can be said about the code without running it. All checks run; any failure fails.
set -uo pipefail
cd "$(dirname "$0")/.."
bin=.venv/bin
failed=()
run() { local name=$1; shift; echo "== $name"; "$@" || failed+=("$name"); }

run format      $bin/ruff format --check .
run lint        $bin/ruff check .
run types       $bin/mypy clock prepared journal jobs organizations workflows documents approvals config
run imports     $bin/lint-imports --no-logo
run templates   $bin/djlint --lint --quiet templates
run migrations  $bin/python manage.py makemigrations --check --dry-run
run django      $bin/python manage.py check --fail-level WARNING
run policies    $bin/python manage.py check_policy policies/jiaxing
run policies    $bin/python manage.py check_policy policies/mudanjiang

if [ ${#failed[@]} -gt 0 ]; then
  echo "make check failed: ${failed[*]}" >&2
  exit 1
fi
echo "make check: all clean"
