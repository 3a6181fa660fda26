"""Faro's own Rasa components: how a message is read, which topic it has, and what risk.

They import nothing of TensorFlow and run on numpy at parse time; scikit-learn only trains.
"""
