"""How dangerous is it? Pure, works without the NLU, and outranks every flow."""
