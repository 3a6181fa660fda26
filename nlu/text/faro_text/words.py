"""The words that every contact can type, in any state.

A word counts only as the whole message, after trimming case, accents, punctuation and emoji: "no me deja salir" is ordinary
text.
"""

import unicodedata

GLOBAL_WORDS = {
    "menu": "menu",
    "ayuda": "help",
    "help": "help",
    "salir": "exit",
    "exit": "exit",
    "borrar": "delete",
    "delete": "delete",
    "espanol": "spanish",
    "english": "english",
}


def bare(text: str) -> str:
    """Lower case, without accents, punctuation, symbols and emoji; words joined by single spaces."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    kept = (ch if ch.isalnum() else " " if ch.isspace() else "" for ch in decomposed if not unicodedata.combining(ch))
    return " ".join("".join(kept).split())


def global_word(text: str) -> str | None:
    """The global word that the whole message is (menu, help, exit, delete, spanish, english), else None."""
    return GLOBAL_WORDS.get(bare(text))
