"""What is measured. Each module has a class `Subject`: `prepare(cases)`, then `run() -> tasks`."""
