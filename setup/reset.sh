#!/usr/bin/env bash
# Throws the demo's SQLite database, archive and uploads away. A PostgreSQL database is never touched.
set -euo pipefail
cd "$(dirname "$0")/.."
case "${DATABASE_URL:-}" in
  postgres*) echo "DATABASE_URL names a PostgreSQL database: drop and create it yourself." >&2; exit 1 ;;
esac
rm -rf var/db.sqlite3 var/db.sqlite3-wal var/db.sqlite3-shm var/archive var/files
echo "Demo data removed; make demo starts over."
