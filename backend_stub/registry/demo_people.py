"""Invented people of the demo: names, telephone numbers, plates and streets that nobody can have.

Surnames say "example" or "invented" in their language; numbers are +32 000, plates 0-XXX, streets are named
after examples. No real name stands beside a real address.
"""

from __future__ import annotations

from random import Random
from string import ascii_uppercase

SURNAMES = {
    "nl": (
        "Voorbeeld",
        "Fictief",
        "Verzonnen",
        "Denkbeeldig",
        "Bedacht",
        "Proefnaam",
        "Schijnnaam",
        "Modelnaam",
        "Onbestaand",
        "Verbeelding",
        "Bedenksel",
        "Naamloos",
        "Voorgewend",
    ),
    "fr": (
        "Exemple",
        "Inventé",
        "Fictif",
        "Imaginaire",
        "Supposé",
        "Factice",
        "Irréel",
        "Inexistant",
        "Nomdessai",
        "Prêtenom",
    ),
    "de": ("Beispiel", "Erfunden", "Fiktiv", "Mustername", "Ausgedacht", "Scheinname"),
    "en": ("Sample", "Invented", "Fictional", "Madeup", "Placeholder"),
}
STREETS = {
    "nl": ("Voorbeeldstraat", "Fictielaan", "Verzinselweg", "Denkbeeldplein", "Schijnnaamstraat"),
    "fr": (
        "rue de l'Exemple",
        "avenue de la Fiction",
        "chemin Inventé",
        "place Imaginaire",
        "rue du Faux-Nom",
    ),
    "de": ("Beispielstraße", "Musternamenweg", "Fiktivplatz", "Erfundene Gasse", "Scheinnamenstraße"),
}
SCHOOLS = {
    "nl": ("basisschool Voorbeeld", "school De Verzonnen Boom"),
    "fr": ("école de l'Exemple", "école de l'Arbre Inventé"),
    "de": ("Grundschule Beispiel", "Schule Zum Erfundenen Baum"),
}
RESERVED = frozenset({"E. Exemple", "D. Voorbeeld"})
"""Names of the told cases: nobody else gets them."""


class People:
    """Gives out names, numbers and plates, each once, in an order that the stream decides."""

    def __init__(self, stream: Random) -> None:
        self._stream = stream
        self._phones = 0
        self._plates = 0
        self._names: dict[str, list[str]] = {}
        for language, surnames in SURNAMES.items():
            names = [f"{initial}. {surname}" for surname in surnames for initial in ascii_uppercase]
            names = [name for name in names if name not in RESERVED]
            stream.shuffle(names)
            self._names[language] = names

    def name(self, language: str) -> str:
        """Give a name that nobody else of the demo has."""
        return self._names[language].pop()

    def phone(self) -> str:
        """Give the next telephone number: +32 000 00 00 01 and on."""
        self._phones += 1
        digits = f"{self._phones:06d}"
        return f"+32 000 {digits[:2]} {digits[2:4]} {digits[4:]}"

    def plate(self) -> str:
        """Give the next plate: 0-XXX-001 and on."""
        self._plates += 1
        return f"0-XXX-{self._plates:03d}"

    def street(self, language: str) -> str:
        """Make up a street with a number."""
        return f"{self._stream.choice(STREETS[language])} {self._stream.randint(1, 98)}"
