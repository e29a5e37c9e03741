"""Names of devices, which a meeting by video shows for whoever did not type a name."""

import re

_DEVICE = (
    r"(?:ipad|iphone|ipod|imac|macbook(?: air| pro)?|galaxy|samsung|huawei|oneplus|pixel|xiaomi|"
    r"redmi|motorola|nokia|laptop|desktop|tablet|telefoon|phone|computer|pc|chromebook|surface)"
)
_WORDS = tuple(re.findall(r"[a-z]+", _DEVICE.replace("(?: air| pro)?", "")))
_MODEL = (
    r"(?:[\s_-]+(?:plus|pro|mini|max|air|ultra|lite|user|gebruiker|note|tab|"
    r"[\w.()+-]*\d[\w.()+-]*))"
)
_OWNED = re.compile(
    rf"(?:(?:de|the)\s+)?{_DEVICE}{_MODEL}*\s+(?:van|of|von|de)\s+(\S.*)"
    rf"|(\S.*?)(?:['\u2019\u00b4`]s?|(?<=[^s\s])s)\s+{_DEVICE}{_MODEL}*"
    rf"|{_DEVICE}{_MODEL}*\s*\(([^()\d]*[^\W\d]{{2}}[^()\d]*)\)",
    re.IGNORECASE,
)
_BARE = re.compile(
    rf"{_DEVICE}{_MODEL}+"
    r"|ipad|iphone|ipod|imac|macbook|galaxy|laptop|desktop|tablet|telefoon|phone|pc",
    re.IGNORECASE,
)


def owner_in(text: str) -> str:
    """Return whose device is named: "Dora" of "iPad van Dora" and "Dora's iPad"; else nothing."""
    found = _OWNED.fullmatch(text.strip()) if _names_one(text) else None
    return next(filter(None, found.groups()), "").strip() if found else ""


def is_device(text: str) -> bool:
    """Return whether there is nothing but the name of a device: "Galaxy S21", "DESKTOP-4AB1"."""
    return _names_one(text) and bool(_BARE.fullmatch(text.strip()))


def _names_one(text: str) -> bool:
    """Return whether there is a word for a device, perhaps within another word."""
    small = text.lower()
    return any(word in small for word in _WORDS)
