"""Languages in which people can be written to, as those who read them call them."""

from collections.abc import Iterable

# Our own come first; the others are those of the North Sea region, and most spoken in Dutch towns.
NAMES = {
    "nl": "Nederlands", "en": "English", "ar": "العربية", "bg": "Български", "da": "Dansk",
    "de": "Deutsch", "es": "Español", "fa": "فارسی", "fr": "Français", "fy": "Frysk",
    "it": "Italiano", "nb": "Norsk (bokmål)", "pl": "Polski", "pt": "Português", "ro": "Română",
    "ru": "Русский", "so": "Soomaali", "sv": "Svenska", "ti": "ትግርኛ", "tr": "Türkçe",
    "uk": "Українська",
}  # fmt: skip


def named(codes: Iterable[str | None]) -> dict[str, str]:
    """Return the names of languages by their codes, each once; an unknown one is its own name."""
    return {code: NAMES.get(code, code) for code in codes if code}
