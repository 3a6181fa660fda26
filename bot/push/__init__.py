"""Alerts on an operator's phone, through the push service of its browser. Constant words, never one of hers (R35)."""
