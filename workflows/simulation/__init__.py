"""Scenarios run through the real engine, with people and handlers of their own (bpmn.md §8)."""
