"""How words are written on a phone, and what they stand for. Data of `normalise`; words are already bare of case and accents.

A rule that is safe in both languages stands in ALWAYS. Where Spanish and English would read the same letters differently, the
words beside it decide (BY_NEIGHBOUR). Danger words are never guessed here: that is the lexicon's and the concepts' work.
"""

from typing import NamedTuple


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


ENGLISH_NEAR = _words(
    "i you u ur she it we they my your his her our their him them us the this that these those is are am was were be been do "
    "does did have has had not will would can could should to of and or but if so with for from at on in out up about what "
    "when where who why how there here need want help please dont just now then when because been kids baby husband"
)
SPANISH_NEAR = _words(
    "el la los las un una unos unas mi mis tu tus su sus lo le les se te de del que q porque xq pq por para con sin en es esta "
    "este esto eso ese esa estoy soy somos ya y o pero muy mas aqui ahi alla hay tengo tiene quiero puedo como cuando donde "
    "cuanto todo todos nada casa calle"
)
ENGLISH_DETERMINERS = _words("a an the my his her your our their this that broken bloody little baby old")


class Near(NamedTuple):
    """One reading of a word: `to`, if a neighbour is among those named (an empty set: that side does not matter).

    Attributes:
        to: what it stands for.
        before, after: the word before or after must be one of these.
        unless_before, unless_after: the reading is wrong beside these.
        lean: "en" only in a message that leans to English; "es" in any other.
    """

    to: str
    before: frozenset[str] = frozenset()
    after: frozenset[str] = frozenset()
    unless_before: frozenset[str] = frozenset()
    unless_after: frozenset[str] = frozenset()
    lean: str = ""


_ALWAYS = """
que: qe ke qee kee qeu
porque: xq pq porq xk xke xqe pke porke xque porqe pirque pporque
para: pa pra xa
por favor: porfavor xfa pf porfa xfavor porfis plis plissss porfabor porfabo porfavorr xfis porfas
tambien: tmb tb tbn tmbn tbm tambn tanbien tambein tambin
te quiero mucho: tqm
no te preocupes: ntp
bien: bn vien
bueno: bno weno
buena: bna wena
buenas: bnas wenas
buenos: bnos wenos
mucho: muxo mxo musho
mucha: muxa mxa musha
gracias: grax grcs grx gcs grasias gracis grasia grasiass gracais grcias
donde: dnd dond dnde dde onde adonde
cuando: cdo cuand qando kuando cuano
tengo: tng tngo temgo tenho
estoy: stoy estoi sto etoy
esta: sta
estan: stan
estaba: staba estava
pues: ps pz pos
mensaje: msj mensage
celular: cel celu selular cll celuar
whatsapp: wpp wasap whats wsp guasap watsap wats whatsap guats whasap watsapp
facebook: fb feis feisbuk
hermano: hno ermano
hermana: hna ermana
hermanos: ermanos
hermanas: ermanas
señor: sr snr
señora: sra snra
doctor: dr
doctora: dra
verdad: vdd vrdd berdad
mejor: mjr
hacer: aser acer haser aserr
hace: ase
hacen: asen
haciendo: asiendo haciemdo
hizo: iso izo hiso
hicieron: isieron hisieron icieron
hice: ise hise
hacia: asia
asi: haci
dice: dise
dicen: disen
decir: desir
dijo: dijio diho
dijeron: dijieron digeron
ahora: aora ahra haora
ahorita: orita aorita haorita ahorta horita oritita aorota
hoy: oy
hola: ola holi holis hla holaa olaa holas
hasta: asta
hijo: ijo hjio
hija: ija
hijos: ijos
hijas: ijas
hombre: ombre
hombres: ombres
hora: ora
horas: oras
hablar: ablar havlar
hablo: ablo
haber: aber
ayer: aller ayr
anoche: anche hanoche
aqui: aki aqi haqui
ayuda: alluda ayda ayua aiuda halluda ayuada auyda
ayudar: alludar aiudar
ayudame: alludame ayudeme
ayudenme: alludenme
necesito: nesesito nececito nesecito nesesito necsito nesito neceisto nesecto nesesto ncesito
necesita: nesesita nececita nesecita
necesitamos: nesesitamos nececitamos nesecitamos
quiero: kiero qiero quero qero kero quieor
quiere: kiere qiere kere
quieren: kieren qieren
quien: kien qien
quisiera: kisiera qisiera quiciera
quedar: kedar qedar
quedo: kedo qedo
queda: keda qeda
yo: llo
ya: lla
llegue: llege yege yegue
llego: yego
llevo: yevo
llevan: yevan
llevaron: yevaron
llamar: yamar
llama: yama
llorar: yorar
lloro: yoro
vivo: bibo vibo bivo
vivir: bibir vibir bivir
ver: ber
vez: ves
vengo: bengo
viene: biene
vienen: bienen
volver: bolver volber bolber
saben: saven
nadie: nadien naiden naiden
siempre: sienpre siemrpe
trabajo: travajo trabjo tabajo trabajp
trabajar: travajar trabjar
trabaja: travaja
dinero: dinro
niño: nino ninio ñino
niña: nina ninia
niños: ninos ninios
niñas: ninas ninias
año: anio añio anyo
años: anos anios añios anyos
señor: senor
señora: senora
señores: senores
señoras: senoras
señorita: senorita
compañero: companero conpañero compañer
compañera: companera conpañera
compañeros: companeros
compañeras: companeras
compañia: compania
acompañar: acompanar
acompañe: acompane
acompañen: acompanen
acompañante: acompanante
mañana: manana mañna
español: espanol espaniol
española: espanola
daño: dano
baño: bano
pequeño: pequeno
pequeña: pequena
pequeños: pequenos
sueño: sueno
extraño: extrano estraño
contraseña: contrasena contrasenia
cumpleaños: cumpleanos
montaña: montana
puñal: punal
puñalada: punalada
puñetazo: punetazo
puñetazos: punetazos
dueño: dueno
dueña: duena
dueños: duenos
engaño: engano
engañaron: enganaron
engañada: enganada
engaño: engano
enseñar: ensenar
enseño: enseno
ultimo: hultimo
documento: docmento
documentos: docmentos
i do not know: idk
i do not care: idc
you: yu
are: r
your: ur
because: cuz coz bcuz bcos bcz becuz becuase beacuse becasue
please: plz pls pleas plse pleaz
thanks: thx thnx tnx tks thanx thnks
thank you: ty tysm thankyou
boyfriend: bf
girlfriend: gf
right now: rn rightnow
people: ppl
message: msg
tomorrow: tmrw tmr tmw 2morrow tomorow tommorow
tonight: 2nite tonite 2night
today: 2day
yesterday: yday yest yesterdy
before: b4
appointment: appt
about: abt
can not: cant cannot cnt
do not: dont dnt
does not: doesnt dosent doesent
did not: didnt dident
are not: arent
was not: wasnt
were not: werent
has not: hasnt
have not: havent
had not: hadnt
will not: wont
would not: wouldnt
could not: couldnt
should not: shouldnt
is not: isnt aint
i am: im iam
i have: ive
he is: hes
she is: shes
they are: theyre
you are: youre
that is: thats
what is: whats wats
where is: wheres
want to: wanna
going to: gonna
have to: gotta
give me: gimme
let me: lemme
kind of: kinda
out of: outta
someone: some1 sum1
anyone: any1
no one: no1
through: thru
though: tho
what: wat wut wht
with: w wit wth
years: yrs
year: yr
weeks: wks
week: wk
baby: bby
pregnant: preg prego pregant pregnent
hospital: hosp ospital
police: polic polise
husband: husban husbend husbnd
a veces: aveces abeces aveses
a mi: ami
a mis: amis
a la: ala
a los: alos
a lo mejor: alomejor
o sea: osea
a ver: aver
en serio: enserio
de la: dela
de las: delas
de los: delos
de que: deque
en la: enla
en el: enel
con el: conel
con la: conla
lo que: loque
por lo: porlo
es que: esque
se que: seque
ya no: yano
ya me: yame
no puedo: nopuedo
no quiero: noquiero
no tengo: notengo
no me: nome
no hay: nohay
no es: noes
no sirve: nosirve
te cuento: tecuento
mi esposo: miesposo miezposo
mi marido: mimarido
mi hijo: mihijo
mi hija: mihija
mi bebe: mibebe
mi mama: mimama
mi papa: mipapa
mis hijos: mishijos
que hago: quehago
tengo miedo: tengomiedo
help me: helpme
"""

_ME_VERBS = _words(
    "pega pego pegan pegaba golpea golpeo golpearon golpeaba mata mato matan amenaza amenazo amenazan amenazaron quiere quieren "
    "dijo dice dicen dijeron quita quito quitaron siento duele ayuda ayudan ayuden violo violaron encerro encierra deja tiene "
    "tienen tenia sigue siguen busca buscan llevo llevaron robo robaron obliga obligan escondo muero corta corto"
)


def _always() -> dict[str, str]:
    table = {f"me{verb}": f"me {verb}" for verb in _ME_VERBS}
    for line in _ALWAYS.strip().splitlines():
        meaning, forms = line.split(":")
        table.update(dict.fromkeys(forms.split(), meaning))
    return table


ALWAYS: dict[str, str] = _always()

_NOUN_BEFORE = ENGLISH_DETERMINERS | _words("mi tu su un el este ese otro")

BY_NEIGHBOUR: dict[str, tuple[Near, ...]] = {
    "u": (Near("you", unless_after=_words("otro otra otros otras ocho once hoy hombre hombres hora horas")),),
    "q": (Near("que"),),
    "k": (Near("que", lean="es"),),
    "d": (Near("de", unless_before=_words("i he she we they you vitamina vitamin hepatitis plan")),),
    "x": (Near("ex", before=_words("my mi his her tu su un an")), Near("por", lean="es")),
    "m": (Near("am", before=_words("i")), Near("me", lean="es")),
    "t": (Near("te", lean="es"),),
    "s": (Near("is", before=_words("he she it that what there where who how")),),
    "c": (Near("see", after=_words("you him them")), Near("se", before=_words("no ya lo que si"))),
    "b": (Near("be", before=_words("to will not must can could would should"), lean="en"),),
    "n": (Near("and", lean="en"), Near("en", after=SPANISH_NEAR), Near("en", before=_words("estoy vivo estamos ando aqui esta"))),
    "bc": (Near("because", lean="en"),),
    "pa": (Near("para", unless_before=_words("mi my tu su his her"), lean="es"),),
    "pal": (Near("para el", unless_before=ENGLISH_DETERMINERS, lean="es"),),
    "ta": (Near("esta", lean="es"),),
    "tas": (Near("estas", lean="es"),),
    "tamos": (Near("estamos", lean="es"),),
    "toy": (Near("estoy", unless_before=_NOUN_BEFORE, lean="es"),),
    "boy": (
        Near("voy", after=_words("a para al con sola de por en hacia rumbo saliendo"), unless_before=_NOUN_BEFORE, lean="es"),
    ),
    "nose": (Near("no se", unless_before=_NOUN_BEFORE, lean="es"),),
    "alas": (Near("a las", after=_words("1 2 3 4 5 6 7 8 9 10 11 12 una dos tres cuatro cinco seis siete ocho nueve diez")),),
    "ano": (
        Near("año", before=_words("un este cada otro hace medio ultimo primer tercer 1 todo nuevo proximo fin del")),
        Near("año", after=_words("pasado nuevo que y entrante proximo escolar completo 2023 2024 2025 2026 2027")),
    ),
    "ago": (Near("hago", before=_words("que q como lo no le me se yo")),),
    "face": (Near("facebook", unless_before=_NOUN_BEFORE - {"mi", "tu", "su", "el"}, lean="es"),),
    "id": (Near("i would", after=_words("like love rather be have go prefer")),),
    "wen": (Near("when", lean="en"),),
    "dat": (Near("that", lean="en"),),
    "dey": (Near("they", lean="en"),),
    "dis": (Near("this", lean="en"),),
}

PAIRS: dict[tuple[str, str], str] = {
    ("por", "que"): "porque",
    ("con", "migo"): "conmigo",
    ("con", "tigo"): "contigo",
    ("a", "yuda"): "ayuda",
    ("a", "ora"): "ahora",
    ("ante", "ayer"): "anteayer",
    ("en", "cerrada"): "encerrada",
}
"""Words wrongly parted."""

DOUBLED: frozenset[str] = _words(
    "need see free feel sleep street fee keep meet week been seen school food too soon took look book good room door cook blood "
    "call kill all will tell help ella ellas ellos calle llamar llama llego llegue llorar llorando llevo llevaron perro carro "
    "borrar correr cree creer lee leer agree three tree bee knee coffee employee refugee degree guarantee committee zoo shampoo "
    "tattoo detainee deportee trainee coop flee indeed speed bleed bleeding deep teen agreed street feet teeth green queen wheel "
    "pee cheek fear foot wood moon noon tool pool cool fool stool shoot bloody choose loose roof proof mood flood google wifi "
    "hill sell fell well bell full pull bill ill kids still small wall fall ball drill cell shell miss kiss less mess pass class "
    "boss loss cross dress stress address harass assess off stuff staff add odd sorry hurry carry marry worry mirror happy "
    "apple happen happened stopped support suffer different difficult office officer coffee traffic affair baggage bigger "
    "summer hammer comment common community immigration dinner connect funny money planning running beginning winner cannot "
    "lettre letter better butter bottom cotton attack attorney matter getting hitting sitting threatened passport success "
    "access accept account accident occur soccer apellido alli aquella aquellos bello botella cabello caballo callar cuello "
    "desarrollo detalle ejercicio gallina hallar llave lleno lluvia malla milla orilla pollo pollero rodilla silla sello "
    "semilla talla taller toalla valle villa guerrilla pesadilla barrio burro cerrar cerrado cierra corre corriente desarrollo "
    "error garrote guerra hierro horrible irregular marrano pandilla pandillero narrar ocurrir parrilla perra sierra socorro "
    "susurrar terrible tierra torre verruga zorra agarrar agarro arrastrar arriba arroz aterrada enterrar encierro encerro "
    "encerrada encerraron amarro amarrada acceso accidente accion leen creen posee provee proveer acreedor zoologico cooperar "
    "innecesario innovar perenne"
)
"""Common words with a doubled letter: what a lengthened word ("freeee") goes back to."""
