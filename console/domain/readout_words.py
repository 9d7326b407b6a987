"""The words of the read-out for the radio, in the three languages in which patrols in Belgium speak.

They stand here and not in the catalogues: a read-out follows the language of the patrol, not that of the screen,
and the backend sends it as well (W10).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from console.domain.casefile import AddressKind, DangerKind, OrderKind
from console.domain.events import Heard


@dataclass(frozen=True, slots=True)
class Phrases:
    """What is said in one language. Names in braces are filled in."""

    alarm: str
    pressed_again: str
    metres: str
    kilometres: str
    where: str
    precise: str
    no_position: str
    from_there: str
    his: str
    on_foot: str
    in_vehicle: str
    towards: str
    next_place: str
    points: tuple[str, ...]
    addresses: Mapping[AddressKind, str]
    danger: str
    none_known: str
    not_checked: str
    others_not_checked: str
    heard: str
    sounds: Mapping[Heard, str]
    dangers: Mapping[DangerKind, str]
    no_file: str
    sealed: str
    who: str
    vehicle: str
    orders: Mapping[OrderKind, str]
    served: str
    not_served: str
    no_order: str
    may_call: str
    never_call: str
    siren_off: str
    access: str
    together: str
    same_man: str


_NL: Final = Phrases(
    alarm="Stalkingalarm {number}",
    pressed_again="zij drukte {times} keer",
    metres="{n} meter",
    kilometres="{n} kilometer",
    where="Waar: {where}",
    precise="op {radius} na",
    no_position="Waar: positie ONBEKEND",
    from_there="vandaar {far} naar het {point}",
    his="van de DADER",
    on_foot="te voet",
    in_vehicle="in een voertuig",
    towards="richting {point}",
    next_place="de kant van {place} op",
    points=(
        "noorden",
        "noordoosten",
        "oosten",
        "zuidoosten",
        "zuiden",
        "zuidwesten",
        "westen",
        "noordwesten",
    ),
    addresses={
        AddressKind.HOME: "woning",
        AddressKind.WORK: "werk",
        AddressKind.SCHOOL: "school",
        AddressKind.FAMILY: "familie",
        AddressKind.USUAL_PLACE: "vaste plek",
    },
    danger="GEVAAR: {dangers}",
    none_known="Geen gevaar bekend, is nagekeken",
    not_checked="Gevaar NIET nagekeken: reken op alles",
    others_not_checked="ander gevaar niet nagekeken",
    heard="op de lijn gehoord: {sounds}",
    sounds={Heard.SHOT: "SCHOT", Heard.BLOW: "slagen", Heard.DURESS_WORD: "zij spreekt onder dwang"},
    dangers={
        DangerKind.FIREARM: "VUURWAPEN",
        DangerKind.BLADE: "steekwapen",
        DangerKind.VIOLENCE_AGAINST_POLICE: "geweld tegen politie",
        DangerKind.VIOLENCE: "geweld",
        DangerKind.DOG: "gevaarlijke hond",
        DangerKind.EXPLOSIVES: "EXPLOSIEVEN",
        DangerKind.SUICIDAL: "zelfdodingsgevaar",
    },
    no_file="Geen dossier: dader en verboden niet bekend",
    sealed="Dossier niet te openen: dader en verboden niet bekend",
    who="Dader {who}",
    vehicle="voertuig {vehicle}",
    orders={
        OrderKind.CONTACT_BAN: "Contactverbod",
        OrderKind.AREA_BAN: "Plaatsverbod",
        OrderKind.HOME_BAN: "Tijdelijk huisverbod",
        OrderKind.CONDITIONAL_RELEASE: "Invrijheidstelling onder voorwaarden",
    },
    served="betekend",
    not_served="NIET betekend",
    no_order="Geen verbod van kracht",
    may_call="Haar bellen mag",
    never_call="Haar NIET bellen",
    siren_off="Sirene uit vanaf {far}",
    access="toegang: {access}",
    together="daar op elkaar wachten, samen naar binnen",
    same_man="ZELFDE MAN, ander alarm: {number} in zone {zone}",
)

_FR: Final = Phrases(
    alarm="Alarme harcèlement {number}",
    pressed_again="elle a appuyé {times} fois",
    metres="{n} mètres",
    kilometres="{n} kilomètres",
    where="Où : {where}",
    precise="à {radius} près",
    no_position="Où : position INCONNUE",
    from_there="de là {far} vers {point}",
    his="de l'AUTEUR",
    on_foot="à pied",
    in_vehicle="en véhicule",
    towards="vers {point}",
    next_place="en direction de {place}",
    points=(
        "le nord",
        "le nord-est",
        "l'est",
        "le sud-est",
        "le sud",
        "le sud-ouest",
        "l'ouest",
        "le nord-ouest",
    ),
    addresses={
        AddressKind.HOME: "domicile",
        AddressKind.WORK: "travail",
        AddressKind.SCHOOL: "école",
        AddressKind.FAMILY: "famille",
        AddressKind.USUAL_PLACE: "lieu habituel",
    },
    danger="DANGER : {dangers}",
    none_known="Aucun danger connu, vérifié",
    not_checked="Danger NON vérifié : s'attendre à tout",
    others_not_checked="autres dangers non vérifiés",
    heard="entendu sur la ligne : {sounds}",
    sounds={
        Heard.SHOT: "COUP DE FEU",
        Heard.BLOW: "coups",
        Heard.DURESS_WORD: "elle parle sous la contrainte",
    },
    dangers={
        DangerKind.FIREARM: "ARME À FEU",
        DangerKind.BLADE: "arme blanche",
        DangerKind.VIOLENCE_AGAINST_POLICE: "violence contre la police",
        DangerKind.VIOLENCE: "violence",
        DangerKind.DOG: "chien dangereux",
        DangerKind.EXPLOSIVES: "EXPLOSIFS",
        DangerKind.SUICIDAL: "risque de suicide",
    },
    no_file="Pas de dossier : auteur et interdictions inconnus",
    sealed="Dossier impossible à ouvrir : auteur et interdictions inconnus",
    who="Auteur {who}",
    vehicle="véhicule {vehicle}",
    orders={
        OrderKind.CONTACT_BAN: "Interdiction de contact",
        OrderKind.AREA_BAN: "Interdiction de lieu",
        OrderKind.HOME_BAN: "Interdiction temporaire de résidence",
        OrderKind.CONDITIONAL_RELEASE: "Libération sous conditions",
    },
    served="signifiée",
    not_served="PAS signifiée",
    no_order="Aucune interdiction en vigueur",
    may_call="L'appeler est permis",
    never_call="Ne PAS l'appeler",
    siren_off="Sirène coupée à partir de {far}",
    access="accès : {access}",
    together="s'y attendre, entrer ensemble",
    same_man="MÊME HOMME, autre alarme : {number}, zone {zone}",
)

_DE: Final = Phrases(
    alarm="Stalking-Alarm {number}",
    pressed_again="sie drückte {times} Mal",
    metres="{n} Meter",
    kilometres="{n} Kilometer",
    where="Wo: {where}",
    precise="auf {radius} genau",
    no_position="Wo: Position UNBEKANNT",
    from_there="von dort {far} nach {point}",
    his="des TÄTERS",
    on_foot="zu Fuß",
    in_vehicle="im Fahrzeug",
    towards="Richtung {point}",
    next_place="auf {place} zu",
    points=("Norden", "Nordosten", "Osten", "Südosten", "Süden", "Südwesten", "Westen", "Nordwesten"),
    addresses={
        AddressKind.HOME: "Wohnung",
        AddressKind.WORK: "Arbeit",
        AddressKind.SCHOOL: "Schule",
        AddressKind.FAMILY: "Familie",
        AddressKind.USUAL_PLACE: "üblicher Ort",
    },
    danger="GEFAHR: {dangers}",
    none_known="Keine Gefahr bekannt, geprüft",
    not_checked="Gefahr NICHT geprüft: auf alles gefasst sein",
    others_not_checked="weitere Gefahren nicht geprüft",
    heard="am Telefon gehört: {sounds}",
    sounds={Heard.SHOT: "SCHUSS", Heard.BLOW: "Schläge", Heard.DURESS_WORD: "sie spricht unter Zwang"},
    dangers={
        DangerKind.FIREARM: "SCHUSSWAFFE",
        DangerKind.BLADE: "Stichwaffe",
        DangerKind.VIOLENCE_AGAINST_POLICE: "Gewalt gegen Polizei",
        DangerKind.VIOLENCE: "Gewalt",
        DangerKind.DOG: "gefährlicher Hund",
        DangerKind.EXPLOSIVES: "SPRENGSTOFF",
        DangerKind.SUICIDAL: "Suizidgefahr",
    },
    no_file="Keine Akte: Täter und Verbote unbekannt",
    sealed="Akte nicht zu öffnen: Täter und Verbote unbekannt",
    who="Täter {who}",
    vehicle="Fahrzeug {vehicle}",
    orders={
        OrderKind.CONTACT_BAN: "Kontaktverbot",
        OrderKind.AREA_BAN: "Aufenthaltsverbot",
        OrderKind.HOME_BAN: "Zeitweiliges Wohnungsverbot",
        OrderKind.CONDITIONAL_RELEASE: "Freilassung unter Auflagen",
    },
    served="zugestellt",
    not_served="NICHT zugestellt",
    no_order="Kein Verbot in Kraft",
    may_call="Sie anrufen ist erlaubt",
    never_call="Sie NICHT anrufen",
    siren_off="Sirene aus ab {far}",
    access="Zugang: {access}",
    together="dort aufeinander warten, gemeinsam hinein",
    same_man="DERSELBE MANN, anderer Alarm: {number} in Zone {zone}",
)

PHRASES: Final[Mapping[str, Phrases]] = {"nl": _NL, "fr": _FR, "de": _DE}
"""Language of a patrol -> its words."""
