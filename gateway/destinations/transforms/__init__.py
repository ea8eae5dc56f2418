"""Transforms: functions of the operator's own that make the body of a call from the records of a batch."""
