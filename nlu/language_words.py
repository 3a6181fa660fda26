"""Small words by which a language shows itself, bare of accents, as they are typed on a phone. Data of `language`.

A word that two languages share stands in both; the thesaurus adds the words of the domain for Spanish and English.
"""

SMALL_WORDS: dict[str, str] = {
    "es": """
el la los las un una unos unas lo al del de en y o u que q ke qe k d x xq pq porq porque por para pa con sin sobre entre
desde hasta hacia pero mas muy si no ni ya yo tu vos usted ustedes ella ellos ellas nosotros nosotras mi mis tus su sus
me te se nos les le esta este esto eso ese esa estos estas esos esas aqui ahi alla aca donde dnd cuando como quien cual
cuanto cuanta cuantos soy eres sos es somos son era eran fue fui fueron ser estoy estamos estan estaba estar tengo
tienes tiene tenemos tienen tenia tener hay habia ha he han hemos hace hacer hago hizo hice puedo puede pueden podemos
poder quiero quiere quieren quisiera queria voy va vamos van ir vengo viene vienen vine vino dice dicen dijo dijeron
digo decir sabe saben saber creo todo toda todos todas nada nadie algo alguien algun alguna otro otra otros otras mucho
mucha muchos poco tambien tampoco siempre nunca ahora ahorita hoy ayer anoche manana luego despues antes mientras aunque
entonces pues bien mal asi solo sola tan tanto hola buenas buenos gracias favor porfa porfavor xfa ayuda ayudame
ayudenme necesito nesesito kiero qiero ocupo busco senora senor mujer hombre hijo hija hijos hijas nino nina ninos
esposo marido mama papa hermana hermano familia casa trabajo dinero papeles migracion pais calle noche dia dias ano anos
semana mes meses vez veces cosa cosas tb tmb tambn ta toy pos orita nomas pue chamo dale vale oye oiga disculpe cdo ase
aser aki kien nose aver ola sta stoy llego llegue salir salgo sali pedir pido sacar saco dar dan dieron dio deja dejan
dejo paso pasa pasar lleva llevan llevo llevaron quito quita quitaron pega pego mata miedo sigue siguen escribo hablo
habla hablar preguntar vivo vive viven
""",
    "en": """
the a an and or but if of to in on at for from with without about into by as is am are was were be been being i you u ur
he she it we they me him her us them my your his our their mine this that these those there here where when who what why
how which do does did dont doesnt didnt have has had havent can cant could will wont would should must may not no yes
yeah ok im ive hes shes theyre thats its lets just now then than so because cuz coz bc very too also only still already
never always want wanna need get got getting go going gonna went come came coming know think say says said tell told ask
make take took give gave find found keep let leave left help please plz pls thanks thank thx hello hi hey good bye some
any all every each more much many other another someone somebody anyone anybody nobody everyone something anything
nothing everything people woman women man men girl boy kid kids child children baby son daughter mom dad husband wife
boyfriend bf gf sister brother friend house home work job money papers day days night week weeks month months year years
ago today yesterday tomorrow tonight out up down off over back away again after before until since while during like
right well really idk rn omg lol w n r dey dem mi nah gotta aint yall isnt wasnt arent couldnt wouldnt
""",
    "fr": """
le les des du au aux et ou ni mais donc car que qui quoi quand comment pourquoi combien je j tu il elle on nous vous ils
elles moi toi lui leur mon ma mes ton ta tes son sa ses notre nos votre vos ce cet cette ces c est suis es sommes etes
sont ai as avons avez ont ete etait fait faire peux peut pouvez veux veut voulez dois doit besoin aide aidez aider
bonjour bonsoir salut merci oui non pas ne plus jamais rien personne tout tous toute toutes avec sans pour par dans sur
sous chez vers depuis avant apres maintenant hier demain ici frere soeur frapper enceinte la aussi tres bien mal parle
parlez francais anglais espagnol mari enfant enfants fille fils femme homme mere pere maison papiers travail argent peur
frappe mexique s plait svp quelqu un une d l qu n m t y deux trois jours
""",
    "pt": """
o os as um uma uns umas do da dos das no na nos nas ao aos pelo pela e ou mas que quem onde quando como porque por para
pra com sem sobre ate eu tu voce voces vc vcs ele ela eles elas meu minha meus minhas seu sua seus suas dele dela isso
isto aquilo este esta nao sim ja ainda tambem muito muita mais menos bem mal aqui ali la sou es somos sao era foi estou
estamos estao tenho tem temos ha fazer faz fiz posso pode podem quero quer preciso precisa ajuda ajudar ajude obrigada
obrigado ola oi bom boa dia noite tarde filho filha filhos filhas crianca criancas marido mulher homem mae pai casa
trabalho dinheiro medo bate bateu hoje ontem amanha agora fui vou vai vem veio disse sei saber fala falo falar portugues
brasil brasileira documento documentos abrigo passaporte tudo nada ninguem alguem gente aonde pegar ficar fiquei
conseguir consigo estava tinha qual so irmao irma irmaos policia quanto refugio gravida
""",
    "ht": """
mwen m ou li nou yo n w l k sa ki ke kote kijan kouman poukisa konbyen kiles pa p ap te ta pral poko deja ak avek pou
nan sou anba lan la yon youn de twa tout anpil pli menm tou se gen genyen bezwen vle kapab ka ede ed tanpri silvouple
souple mesi bonjou bonswa alo wi non paske men epi oswa si le kounye kounya jodi a demen yè ye maten aswe pitit timoun
fanm gason mari madanm manman papa frè fre sè kay lakay lari travay lajan papye viza imigrasyon lopital doktè dokte
malad grangou pe pè bat frape touye kouri pale konprann kreyol kreyòl ayiti ayisyen ayisyèn meksik peyi fè fe di bay ban
ale vini rete sove dwa lekol moun manje dlo dòmi domi gade tann jwenn chache pèdi kenbe fème femen ansent akouche
""",
}

ONLY_WORDS: dict[str, str] = {
    "es": """
porque pero muy tambien hay donde como cuando estoy tengo quiero ellos gracias ayer hoy mucho nada usted aqui ahora hijo
y el los las una del
""",
    "en": """
the and my with is are was this that what how where you your have they he she his her not for want need help please of
to i it we im dont thank
""",
    "fr": """
je vous nous est suis avec pour pas dans mes mon ont merci bonjour oui cette sont ses besoin aidez peux etes avez mais
aussi votre quelqu chez etait elle ils francais enfants parlez parle veut plait ete deux
""",
    "pt": """
eu nao voce voces meu minha meus minhas estou sou tenho uma obrigada obrigado preciso ajuda muito muita filho filha
filhos foi sao tem dinheiro trabalho marido onde pra dele fazer posso pode mae pai ele ela mulher tambem hoje ontem falo
irmao irma gravida
""",
    "ht": """
mwen nou yo pou nan yon genyen gen bezwen vle kapab tanpri mesi bonjou bonswa wi pitit timoun fanm kay travay lajan
papye paske kijan kote anpil moun pale konprann kreyol ayiti ayisyen jodi kounye lopital ede avek pral ap pa manman mari
dwa ki kouman poukisa ansent peyi lekol lakay rele frape bat touye kenbe
""",
}
"""Words that settle it: they count double for their language."""

MAYAN_WORDS = """
utz awech maltyox saqarik xsaqarik kinwaj chawe chech qas jun chjonte bantiox bantyox chawil sahil laain laat kolaval
kolavalik wokolawal hich koltayon koltaon jtatik jmetik antsetik winik ants bujchi ontox ninwaj tzeqat tzunx nqo wajeb
"""
"""A few everyday words of Mam, K'iche', Q'eqchi', Tseltal and Tsotsil: enough to know that somebody who speaks them must read."""
