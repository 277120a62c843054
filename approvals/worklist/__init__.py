"""The queue page: search, saved filters, keyboard, bulk acts, hand-over of a leaver."""
