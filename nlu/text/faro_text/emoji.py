"""Emoji that say something here, as the Spanish word that `concepts` knows. Any other emoji is dropped."""

_WORDS = """
llorando: 😭 😢 🥺 😿 😥
triste: 😞 😔 😟 🙁 ☹ 😣 😖 😩 😫 💔
miedo: 😨 😰 😱 😧 😦 🫣
enojo: 😡 😠 🤬 😤
cuchillo: 🔪 🗡
pistola: 🔫
sangre: 🩸
bomba: 💣
muerte: 💀 ☠ ⚰ 🪦
auxilio: 🆘
emergencia: 🚨 🚑
policia: 🚓 🚔 👮
golpe: 👊 🤛 🤜 🤕
herida: 🩹
silencio: 🤫 🤐
bebe: 👶 🍼
niña: 👧
niño: 👦 🧒
embarazada: 🤰 🫃 🫄
hospital: 🏥
doctor: 🩺
pastilla: 💊
inyeccion: 💉
enferma: 🤒 🤢 🤮 🤧
casa: 🏠 🏡
dormir: 😴 💤 🛌 🛏
escuela: 🏫 🎒
dinero: 💰 💵 💸 🤑
telefono: 📱 📞 ☎
camara: 📷 📸
candado: 🔒 🔐 🔓
llave: 🔑
cadena: ⛓
camion: 🚌 🚍
tren: 🚂 🚆 🚃
carro: 🚗 🚙
barco: ⛴ 🛥 🚤
avion: ✈ 🛫 🛬
documento: 📄 📃 📑 🪪 📝
pasaporte: 🛂
abogada: ⚖
gracias: 🙏 🤝
hola: 👋
si: 👍 ✅ ☑ 👌 🆗
no: 👎 ❌ 🚫 🙅
adios: 🫡
amor: ❤ 💕 😍 😘 🥰 💖 💗 💙 💜 🧡 💛 💚 🖤 🤍 🤎
arcoiris: 🌈
trans: ⚧
fuego: 🔥
ubicacion: 📍
comida: 🍽 🍲
ropa: 👚 👕
espera: ⏳ ⏰
"""


def _table() -> dict[str, str]:
    table: dict[str, str] = {}
    for line in _WORDS.strip().splitlines():
        word, signs = line.split(":")
        table.update((sign, word) for sign in signs.split())
    return table


EMOJI: dict[str, str] = _table()
"""One code point to one word; selectors and skin tones are dropped before."""
