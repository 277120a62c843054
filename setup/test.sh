#!/usr/bin/env bash
# The suite on SQLite, then on PostgreSQL what can differ there (docs/testing.md says what and why).
# CI=true: PostgreSQL and Chromium are required, nothing is skipped in silence.
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p var
unset DATABASE_URL DEMO_MODE
unset PYTHONDONTWRITEBYTECODE  # dozens of processes start: three seconds each without kept bytecode
workers=${TEST_WORKERS:-2}
run=(.venv/bin/pytest -n "$workers" --dist loadscope --no-loadscope-reorder -q)

postgres=${POSTGRES_URL:-}
if [ -z "$postgres" ]; then postgres=$(.venv/bin/python setup/find_postgres.py) || postgres=""; fi
if [ -z "$postgres" ] && [ "${CI:-}" = true ]; then
  echo "CI=true and no PostgreSQL is reachable: set POSTGRES_URL or start one on 127.0.0.1:5432" >&2
  exit 1
fi

echo "== suite on SQLite"
DATABASE_URL=sqlite:///var/suite.sqlite3 "${run[@]}" -m "not faults and not postgres" tests "$@"

if [ -z "$postgres" ]; then
  echo "!! No PostgreSQL reachable on 127.0.0.1:5432: the PostgreSQL half of the suite was NOT run."
  exit 0
fi
echo "== suite on PostgreSQL"
DATABASE_URL=$postgres POSTGRES_URL=$postgres "${run[@]}" -m "both and not faults" tests "$@"
