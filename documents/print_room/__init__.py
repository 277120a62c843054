"""The print room: copies and their ledger, seal, hand-over, proof of service, reconciliation."""
