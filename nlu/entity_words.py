"""Countries of origin and documents, as women name them. Data of `entities`."""

COUNTRIES: dict[str, str] = {
    "HN": "honduras, ondura, hondura, hondureñ*, hondurena*, hondureno*, honduran*, catrach*, san pedro sula, tegucigalpa, tegus",
    "GT": "guatemala, guate, guatemalt*, guatemalan*, chapin, chapina, chapines, chapinas, huehuetenango, quetzaltenango, xela",
    "SV": "el salvador, salvador, salvadoreñ*, salvadoren*, salvadoran*, salvadorian*, guanac*, san salvador",
    "NI": "nicaragua, nicaragu*, nica, nicas, pinoler*, managua",
    "CR": "costa rica, costarric*, costaric*, tica, tico, ticas, ticos",
    "PA": "panama, panameñ*",
    "BZ": "belice, belize, beliceñ*, belizean*",
    "VE": "venezuela, venesuela, venezolan*, venesolan*, venezuelan*, venec*, chama, chamo, chamos, chamas, caracas, maracaibo",
    "CO": "colombia, colonbia, colombian*, bogota, medellin",
    "EC": "ecuador, ecuatorian*, ecuadorian*, guayaquil, quito ecuador",
    "PE": "peru, peruan*, peruvian*",
    "BO": "bolivia, bolivian*",
    "CL": "chilen*, chilean*",
    "AR": "argentin*",
    "BR": "brasil, brazil, brasileñ*, brasileir*, brazilian*",
    "CU": "cuba, cuban*, la habana, habana",
    "HT": "haiti, aiti, ayiti, haitian*, aitian*, ayisyen*, port au prince, puerto principe",
    "DO": "republica dominicana, dominicana, dominican*, quisqueyan*, santo domingo republica",
    "JM": "jamaica, jamaican*, jamaiquin*",
    "PR": "puerto rico, boricua*, puertorriqueñ*",
    "TT": "trinidad, trinidadian*",
    "CM": "camerun, cameroon, camerunes*, cameroonian*",
    "NG": "nigeria, nigerian*",
    "GH": "ghana, ghanaian*, ghanes*",
    "CD": "congo, congolese, congoleñ*, congoles*",
    "AO": "angola, angolan*, angoleñ*",
    "SN": "senegal, senegales*",
    "GN": "guinea, guinean*",
    "ER": "eritrea, eritrean*",
    "ET": "etiopia, ethiopia, ethiopian*",
    "SO": "somalia, somali",
    "MR": "mauritania, mauritanian*",
    "AF": "afganistan, afghanistan, afgan*, afghan*",
    "RU": "rusia, russia, rusa, russian*",
    "UA": "ucrania, ukraine, ucranian*, ukrainian*",
    "US": "estados unidos, eeuu, usa, united states, the states, estadounidense*",
    "MX": "mexico, mejico, mexicana, mexicano, mexican",
}
ONLY_WITH_ORIGIN = frozenset({"US", "MX"})
"""Countries that everybody here names, and few come from: they count only after words such as "soy de"."""

DOCUMENTS: dict[str, str] = {
    "curp": "curp, clave unica",
    "passport": "pasaporte, pasaportes, passport, passports, pasport, pazaporte, passaporte",
    "birth_certificate": "acta, actas, acta de nacimiento, partida de nacimiento, birth certificate, birth certificates",
    "tvrh": "tvrh, tarjeta humanitaria, visa humanitaria, tarjeta de visitante, tarjeta de visitante por razones humanitarias, "
    "humanitarian card, humanitarian visa, visitor card",
    "residence": "tarjeta de residente, tarjeta de residencia, residencia permanente, residencia temporal, residente permanente, "
    "residente temporal, resident card, permanent residence, temporary residence, permanent resident, temporary resident",
    "ine": "ine, credencial de elector, credencial para votar, voter card, voter id",
    "matricula": "matricula consular, consular id",
    "national_id": "dpi, dui, cedula, dni, tarjeta de identidad, national id",
    "rfc": "rfc",
    "nss": "nss, numero de seguro social, social security number",
    "constancia": "constancia de comar, constancia de la comar, constancia de tramite, comar paper, comar constancia",
    "exit_order": "oficio de salida, orden de salida, exit order",
    "fmm": "fmm, forma migratoria multiple, forma migratoria",
    "driver_license": "licencia de conducir, licencia de manejar, driver license, drivers license",
    "school_certificate": "boleta, certificado de estudios, certificado de primaria, certificado de secundaria, report card, "
    "transcript, transcripts, school certificate",
    "vaccination_card": "cartilla, cartilla de vacunacion, vaccination card",
}

NUMBERS: dict[str, float] = {
    "un": 1, "una": 1, "uno": 1, "a": 1, "an": 1, "one": 1, "dos": 2, "two": 2, "tres": 3, "three": 3, "cuatro": 4, "four": 4,
    "cinco": 5, "five": 5, "seis": 6, "six": 6, "siete": 7, "seven": 7, "ocho": 8, "eight": 8, "nueve": 9, "nine": 9, "diez": 10,
    "ten": 10, "once": 11, "eleven": 11, "doce": 12, "twelve": 12, "trece": 13, "thirteen": 13, "catorce": 14, "fourteen": 14,
    "quince": 15, "fifteen": 15, "dieciseis": 16, "sixteen": 16, "diecisiete": 17, "seventeen": 17, "veinte": 20, "twenty": 20,
    "unos": 3, "unas": 3, "few": 3, "varios": 4, "varias": 4, "several": 4,
    "couple": 2, "a couple": 2, "a few": 3, "un par": 2, "par": 2, "media": 0.5, "half": 0.5,
    "muchos": 10, "many": 10,
}  # fmt: skip
"""Number words; vague ones as the likeliest count."""

UNIT_HOURS: dict[str, float] = {
    "minuto": 1 / 60, "minutos": 1 / 60, "minutitos": 1 / 60, "min": 1 / 60, "mins": 1 / 60, "minute": 1 / 60, "minutes": 1 / 60,
    "hora": 1, "horas": 1, "horitas": 1, "hr": 1, "hrs": 1, "hour": 1, "hours": 1, "h": 1,
    "dia": 24, "dias": 24, "day": 24, "days": 24, "noches": 24, "nights": 24,
    "semana": 168, "semanas": 168, "week": 168, "weeks": 168, "mes": 730, "meses": 730, "month": 730, "months": 730,
    "año": 8760, "años": 8760, "year": 8760, "years": 8760,
}  # fmt: skip

MOMENTS: dict[str, float] = {
    "ayer en la noche": 14, "ayer por la noche": 14, "ayer noche": 14, "ayer en la madrugada": 32,
    "ayer en la tarde": 22, "ayer por la tarde": 22, "ayer en la mañana": 28, "yesterday night": 14,
    "yesterday morning": 28, "yesterday evening": 16, "last night": 12, "anoche": 12, "la noche de ayer": 14,
    "ayer": 24, "yesterday": 24, "antes de ayer": 48, "antier en la noche": 38, "antier": 48, "antiyer": 48,
    "antiayer": 48, "anteayer": 48, "ante ayer": 48, "day before yesterday": 48, "anteanoche": 36,
    "antenoche": 36, "antes de anoche": 36, "night before last": 36, "esta madrugada": 8, "en la madrugada": 8,
    "esta mañana": 6, "hoy en la mañana": 6, "hoy por la mañana": 6, "this morning": 6, "hoy en la madrugada": 8,
    "esta tarde": 3, "this afternoon": 3, "hace rato": 2, "hace un rato": 2, "hace ratito": 1,
    "hace un ratito": 1, "hace ratitos": 1, "hace poquito": 1, "a while ago": 2, "just now": 0.5,
    "ahorita mismo": 0.5, "right now": 0.5, "hace un momento": 0.5, "hace un momentito": 0.5, "moments ago": 0.5,
    "el fin de semana": 72, "este fin de semana": 72, "last weekend": 96, "over the weekend": 72,
    "la semana pasada": 168, "semana pasada": 168, "last week": 168, "el mes pasado": 730, "mes pasado": 730,
    "last month": 730, "el año pasado": 8760, "año pasado": 8760, "last year": 8760,
}  # fmt: skip
"""Hours since, for words that name no number; counted from the middle of what they mean."""

WEEKDAYS: dict[str, int] = {
    "lunes": 0, "monday": 0, "martes": 1, "tuesday": 1, "miercoles": 2, "wednesday": 2, "jueves": 3, "thursday": 3, "viernes": 4,
    "friday": 4, "sabado": 5, "saturday": 5, "domingo": 6, "sunday": 6,
}  # fmt: skip

COMMON_NAMES = "altar hidalgo guerrero morelos leon victoria guadalupe acuna frontera obregon escobedo suchiate el la"
"""Places that are also common words or surnames: named only where a place is expected."""

BEFORE_PLACE = "en de desde a hasta para por hacia cerca estoy vivo in at from near to around is city ciudad estado soy entre"
BEFORE_ORIGIN = "soy vengo venimos vine somos naci nacida nacido sali from born am origen"
