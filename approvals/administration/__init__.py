"""What an administrator sees: packs, flows, jobs, the calendar, the journal. No case rights."""
