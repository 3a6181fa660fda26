"""Words for numbers, order, days, yes and no, in Spanish and English, bare (no accents, lower case)."""

from datetime import timedelta


def _numbered(lines: str, start: int = 0) -> dict[str, int]:
    """Each line is one more than the line before."""
    return {word: number for number, line in enumerate(lines.strip().splitlines(), start) for word in line.split()}


def _words(line: str) -> frozenset[str]:
    return frozenset(line.split())


NUMBERS = _numbered(
    """
    cero zero
    un una uno one a an
    dos two
    tres three
    cuatro four
    cinco five
    seis six
    siete seven
    ocho eight
    nueve nine
    diez ten
    once eleven
    doce twelve
    trece thirteen
    catorce fourteen
    quince fifteen
    dieciseis sixteen
    diecisiete seventeen
    dieciocho eighteen
    diecinueve nineteen
    veinte twenty
    """
) | {"treinta": 30, "thirty": 30, "cuarenta": 40, "forty": 40, "cincuenta": 50, "fifty": 50}

ORDER = _numbered(
    """
    primera primero primer 1a 1o 1ra 1era 1st first
    segunda segundo 2a 2o 2da 2nd second
    tercera tercero tercer 3a 3o 3ra 3rd third
    cuarta cuarto 4a 4o 4ta 4th fourth
    quinta quinto 5a 5o 5ta 5th fifth
    sexta sexto 6a 6o 6ta 6th sixth
    septima septimo 7a 7o 7ma 7th seventh
    octava octavo 8a 8o 8va 8th eighth
    novena noveno 9a 9o 9na 9th ninth
    decima decimo 10a 10th tenth
    """,
    start=1,
)
LAST = _words("ultima ultimo last")
AROUND_ORDER = _words("la el lo the opcion option numero number num no de choice")

MONTHS = _numbered(
    """
    enero ene january jan
    febrero feb february
    marzo mar march
    abril abr april apr
    mayo may
    junio jun june
    julio jul july
    agosto august aug
    septiembre setiembre sep september
    octubre oct october
    noviembre nov november
    diciembre dic december dec
    """,
    start=1,
)
UNITS = (
    dict.fromkeys(_words("hora horas hour hours hr hrs"), timedelta(hours=1))
    | dict.fromkeys(_words("dia dias day days"), timedelta(days=1))
    | dict.fromkeys(_words("semana semanas week weeks"), timedelta(weeks=1))
    | dict.fromkeys(_words("mes meses month months"), timedelta(days=30))
    | dict.fromkeys(_words("ano anos year years"), timedelta(days=365))
)
BEFORE_YESTERDAY = _words("anteayer antier")
YESTERDAY = _words("ayer anoche yesterday")
TODAY = _words("hoy ahorita ahora today now")
PAST = _words("pasada pasado last")

YES = _words("si sip claro yes yeah yep yup ok okay vale va dale sure simon correcto exacto afirmativo please")
NO = _words("no nop nope nel nunca never not negativo")
UNSURE = (
    "no se",
    "no lo se",
    "no estoy segur",
    "no me acuerdo",
    "no recuerdo",
    "quien sabe",
    "dont know",
    "i dont know",
    "i dont remember",
    "im not sure",
    "i am not sure",
    "not sure",
)
NEGATIONS = _words("no not never nunca sin dont ni tampoco jamas")

ERASING = ("borr", "elimin", "quit", "suprim", "olvid", "delet", "eras", "remov", "wipe", "forget")
"""How words begin that ask for something to be taken away."""
