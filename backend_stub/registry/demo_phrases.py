"""What the demo's case files say, in the languages of the regions: written for the demo, true of nobody."""

from __future__ import annotations

from typing import NamedTuple

from console.domain.casefile import DangerKind, OrderKind


class Phrases(NamedTuple):
    """Stock of sentences in one language. ``{place}`` is filled with a place of the zone.

    The first of ``routes`` leads to a school.
    """

    rank: str
    sources: tuple[str, ...]
    dangers: dict[DangerKind, tuple[str, ...]]
    authorities: dict[OrderKind, str]
    exceptions: tuple[str, ...]
    relations: tuple[str, ...]
    builds: tuple[str, ...]
    hair: tuple[str, ...]
    marks: tuple[str, ...]
    vehicles: tuple[str, ...]
    helpers: tuple[str, ...]
    history: tuple[str, ...]
    reasons: tuple[str, ...]
    haunts: tuple[str, ...]
    access: tuple[str, ...]
    medical: tuple[str, ...]
    routes: tuple[str, ...]
    meetings: tuple[str, ...]
    contacts: tuple[str, ...]
    aliases: tuple[str, ...]
    words: tuple[str, ...]


DUTCH = Phrases(
    rank="inspecteur",
    sources=("aanvankelijk proces-verbaal", "verklaring van het slachtoffer", "multidisciplinair overleg"),
    dangers={
        DangerKind.FIREARM: ("jachtgeweer thuis gezien", "pistool getoond bij de laatste bedreiging"),
        DangerKind.BLADE: ("draagt een vlindermes in de jaszak", "dreigde met een keukenmes"),
        DangerKind.VIOLENCE_AGAINST_POLICE: (
            "sloeg een inspecteur bij zijn aanhouding",
            "verzet zich hevig, niet alleen benaderen",
        ),
        DangerKind.VIOLENCE: ("sloeg het slachtoffer tweemaal", "greep haar bij de keel"),
        DangerKind.DOG: ("mechelse herder, los in de tuin", "grote hond in de wagen, bijt"),
        DangerKind.EXPLOSIVES: ("bewaart vuurwerk en benzine in de garage",),
        DangerKind.SUICIDAL: ("dreigde zichzelf iets aan te doen",),
    },
    authorities={
        OrderKind.CONTACT_BAN: "onderzoeksrechter",
        OrderKind.AREA_BAN: "correctionele rechtbank",
        OrderKind.HOME_BAN: "procureur des Konings",
        OrderKind.CONDITIONAL_RELEASE: "strafuitvoeringsrechtbank",
    },
    exceptions=("overdracht van de kinderen op zaterdag om 10 uur, in het politiebureau",),
    relations=("ex-partner", "ex-echtgenoot", "ex-collega", "vroegere buurman"),
    builds=("1,85 m, stevig gebouwd", "1,70 m, mager", "1,78 m, gemiddeld", "1,92 m, breed"),
    hair=("kort donker haar, baard", "kaal, bril", "blond haar in een staart", "grijs haar, snor"),
    marks=("tatoeage in de hals", "hinkt links", "litteken op de kin", "draagt altijd een pet"),
    vehicles=("grijze gezinswagen, deuk rechts achter", "witte bestelwagen met ladder", "zwarte motorfiets"),
    helpers=("broer rijdt met hem mee", "vriend volgt haar op sociale media"),
    history=("volgde haar naar het werk", "stond driemaal voor de deur", "vernielde haar wagen"),
    reasons=(
        "doodsbedreiging per bericht",
        "opbod van de feiten",
        "schendt elk verbod",
        "verloor zijn werk",
    ),
    haunts=("parking bij het station van {place}", "café aan de markt van {place}"),
    access=("zijdeur langs de garage", "bel 2, code aan de poort bij de buur", "achterdeur via het steegje"),
    medical=("astma, inhalator in de handtas", "suikerziekte, insuline", "slechthorend links"),
    routes=("te voet naar de school om 8.15 uur", "fietst langs de vaart naar het werk"),
    meetings=("bezoekruimte, om de veertien dagen, woensdag 14 uur",),
    contacts=("zus", "moeder", "buurvrouw", "collega"),
    aliases=("de Lange", "Beer", "Vos"),
    words=(
        "kanarie",
        "regenjas",
        "pannenkoek",
        "zolder",
        "tulpen",
        "fietspomp",
        "aardbei",
        "klarinet",
        "kastanje",
    ),
)
FRENCH = Phrases(
    rank="inspecteur",
    sources=("procès-verbal initial", "déclaration de la victime", "concertation multidisciplinaire"),
    dangers={
        DangerKind.FIREARM: ("fusil de chasse vu au domicile", "pistolet montré lors de la dernière menace"),
        DangerKind.BLADE: ("porte un couteau papillon dans la veste", "a menacé avec un couteau de cuisine"),
        DangerKind.VIOLENCE_AGAINST_POLICE: (
            "a frappé un inspecteur lors de son arrestation",
            "se rebelle, ne pas approcher seul",
        ),
        DangerKind.VIOLENCE: ("a frappé la victime deux fois", "l'a saisie à la gorge"),
        DangerKind.DOG: ("berger malinois, libre dans le jardin", "grand chien dans la voiture, mord"),
        DangerKind.EXPLOSIVES: ("garde des pétards et de l'essence au garage",),
        DangerKind.SUICIDAL: ("a menacé de se faire du mal",),
    },
    authorities={
        OrderKind.CONTACT_BAN: "juge d'instruction",
        OrderKind.AREA_BAN: "tribunal correctionnel",
        OrderKind.HOME_BAN: "procureur du Roi",
        OrderKind.CONDITIONAL_RELEASE: "tribunal de l'application des peines",
    },
    exceptions=("remise des enfants le samedi à 10 heures, au commissariat",),
    relations=("ex-compagnon", "ex-mari", "ancien collègue", "ancien voisin"),
    builds=("1,85 m, robuste", "1,70 m, maigre", "1,78 m, moyen", "1,92 m, large"),
    hair=(
        "cheveux noirs courts, barbe",
        "chauve, lunettes",
        "cheveux blonds en queue",
        "cheveux gris, moustache",
    ),
    marks=("tatouage au cou", "boite à gauche", "cicatrice au menton", "porte toujours une casquette"),
    vehicles=("break gris, bosse à l'arrière droit", "camionnette blanche avec échelle", "moto noire"),
    helpers=("son frère l'accompagne", "un ami la suit sur les réseaux sociaux"),
    history=("l'a suivie au travail", "trois fois devant sa porte", "a détruit sa voiture"),
    reasons=(
        "menace de mort par message",
        "escalade des faits",
        "viole chaque interdiction",
        "sans travail",
    ),
    haunts=("parking de la gare de {place}", "café sur la place de {place}"),
    access=(
        "porte latérale par le garage",
        "sonnette 2, code chez la voisine",
        "porte arrière par la ruelle",
    ),
    medical=("asthme, inhalateur dans le sac", "diabète, insuline", "malentendante à gauche"),
    routes=("à pied à l'école à 8 h 15", "à vélo le long du canal vers le travail"),
    meetings=("espace-rencontre, tous les quinze jours, mercredi 14 heures",),
    contacts=("sœur", "mère", "voisine", "collègue"),
    aliases=("le Grand", "l'Ours", "Renard"),
    words=("canari", "parapluie", "crêpe", "grenier", "tulipes", "pompe", "fraise", "clarinette", "marron"),
)
GERMAN = Phrases(
    rank="Inspektor",
    sources=("erstes Protokoll", "Aussage des Opfers", "multidisziplinäre Beratung"),
    dangers={
        DangerKind.FIREARM: ("Jagdgewehr zu Hause gesehen", "zeigte bei der letzten Drohung eine Pistole"),
        DangerKind.BLADE: ("trägt ein Klappmesser in der Jacke", "drohte mit einem Küchenmesser"),
        DangerKind.VIOLENCE_AGAINST_POLICE: (
            "schlug bei der Festnahme einen Inspektor",
            "wehrt sich heftig, nicht allein herangehen",
        ),
        DangerKind.VIOLENCE: ("schlug das Opfer zweimal", "griff ihr an den Hals"),
        DangerKind.DOG: ("Schäferhund, frei im Garten", "großer Hund im Wagen, beißt"),
        DangerKind.EXPLOSIVES: ("bewahrt Feuerwerk und Benzin in der Garage auf",),
        DangerKind.SUICIDAL: ("drohte, sich etwas anzutun",),
    },
    authorities={
        OrderKind.CONTACT_BAN: "Untersuchungsrichter",
        OrderKind.AREA_BAN: "Korrektionalgericht",
        OrderKind.HOME_BAN: "Prokurator des Königs",
        OrderKind.CONDITIONAL_RELEASE: "Strafvollstreckungsgericht",
    },
    exceptions=("Übergabe der Kinder samstags um 10 Uhr auf der Wache",),
    relations=("Ex-Partner", "Ex-Mann", "früherer Kollege", "früherer Nachbar"),
    builds=("1,85 m, kräftig", "1,70 m, mager", "1,78 m, mittel", "1,92 m, breit"),
    hair=("kurze dunkle Haare, Bart", "kahl, Brille", "blonder Zopf", "graue Haare, Schnurrbart"),
    marks=("Tätowierung am Hals", "hinkt links", "Narbe am Kinn", "trägt immer eine Mütze"),
    vehicles=("grauer Kombi, Delle hinten rechts", "weißer Lieferwagen mit Leiter", "schwarzes Motorrad"),
    helpers=("sein Bruder begleitet ihn", "ein Freund folgt ihr in sozialen Netzen"),
    history=("folgte ihr zur Arbeit", "stand dreimal vor der Tür", "zerstörte ihren Wagen"),
    reasons=(
        "Todesdrohung per Nachricht",
        "die Taten steigern sich",
        "bricht jedes Verbot",
        "ohne Arbeit",
    ),
    haunts=("Parkplatz am Bahnhof {place}", "Gasthaus am Markt von {place}"),
    access=("Seitentür an der Garage", "Klingel 2, Code bei der Nachbarin", "Hintertür durch die Gasse"),
    medical=("Asthma, Inhalator in der Tasche", "Diabetes, Insulin", "hört links schlecht"),
    routes=("zu Fuß zur Schule um 8.15 Uhr", "mit dem Rad zur Arbeit"),
    meetings=("Besuchsraum, alle vierzehn Tage, mittwochs 14 Uhr",),
    contacts=("Schwester", "Mutter", "Nachbarin", "Kollegin"),
    aliases=("der Lange", "der Bär", "der Fuchs"),
    words=(
        "Kanarienvogel",
        "Regenschirm",
        "Pfannkuchen",
        "Dachboden",
        "Tulpen",
        "Luftpumpe",
        "Erdbeere",
        "Kastanie",
    ),
)
PHRASES = {"nl": DUTCH, "fr": FRENCH, "de": GERMAN}
