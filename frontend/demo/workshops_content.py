"""What the demo's towns offer: workshops of the Zukunfts.Werk.Stadt and of its neighbours."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Date:
    """`days` from today, `hour` of the wall clock in Berlin, `hours` long."""

    days: int
    hour: int
    hours: float = 2
    minute: int = 0


@dataclass(frozen=True, slots=True)
class Offer:
    town: str
    title: str
    text: str
    theme: str
    room: str = ""
    capacity: int = 12
    dates: tuple[Date, ...] = ()
    details: dict[str, object] = field(default_factory=dict)
    full: bool = False
    today: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    town: str
    name: str
    address: str
    postal_code: str
    city: str
    access_info: str
    opening_hours: str
    rooms: tuple[tuple[str, int], ...]


STEP_FREE = "Stufenloser Eingang, barrierefreie Toilette, Hörschleife im großen Raum."

PLACES = (
    Place(
        "menden",
        "Zukunfts.Werk.Stadt",
        "Neumarkt 5",
        "58706",
        "Menden (Sauerland)",
        STEP_FREE,
        "Di. bis Fr. 10 bis 18 Uhr, Sa. 10 bis 14 Uhr",
        (("Marktplatz", 500), ("Werkraum", 16), ("Lernlabor", 28)),
    ),
    Place(
        "soest",
        "Rathaus I, Saal",
        "Am Vreithof 8",
        "59494",
        "Soest",
        STEP_FREE,
        "Zu den Veranstaltungen",
        (("Großer Saal", 120), ("Blauer Saal", 40)),
    ),
    Place(
        "arnsberg",
        "Bürgerzentrum Bahnhof",
        "Clemens-August-Straße 116",
        "59821",
        "Arnsberg",
        STEP_FREE,
        "Mo. bis Fr. 9 bis 20 Uhr",
        (("Saal", 80), ("Atelier", 15)),
    ),
    Place(
        "olpe",
        "Rathaus Olpe",
        "Franziskanerstraße 6",
        "57462",
        "Olpe",
        "Aufzug vorhanden, Toilette im Erdgeschoss.",
        "Zu den Veranstaltungen",
        (("Ratssaal", 60),),
    ),
    Place(
        "bad-berleburg",
        "Bürgerhaus am Markt",
        "Marktplatz 1a",
        "57319",
        "Bad Berleburg",
        STEP_FREE,
        "Zu den Veranstaltungen",
        (("Großer Saal", 150), ("Vereinsraum", 20)),
    ),
)

OFFERS = (
    Offer(
        "menden",
        "3D-Druck: vom Bild zum Gegenstand",
        "Sie zeichnen am Bildschirm einen Schlüsselanhänger und drucken ihn gleich aus. "
        "Vorwissen brauchen Sie nicht.",
        "bildung",
        "Werkraum",
        12,
        (Date(3, 17), Date(10, 17), Date(17, 10), Date(24, 17)),
        {"audience": "Alle ab 12 Jahren", "age_min": 12, "bring": "Nichts, Material ist da"},
        today=True,
    ),
    Offer(
        "menden",
        "Virtuelle Mendener Synagoge: ein Rundgang mit der VR-Brille",
        "Die 1938 zerstörte Synagoge ist am Computer neu entstanden. Wir gehen gemeinsam "
        "hindurch und sprechen über ihre Geschichte.",
        "kultur",
        "Werkraum",
        8,
        (Date(2, 16, 1.5), Date(9, 16, 1.5), Date(16, 16, 1.5)),
        {"audience": "Jugendliche und Erwachsene", "age_min": 14},
    ),
    Offer(
        "menden",
        "Digitale Sprechstunde für Seniorinnen und Senioren",
        "Handy, Tablet, Termine im Netz: Ehrenamtliche nehmen sich Zeit für Ihre Fragen.",
        "teilhabe",
        "Werkraum",
        6,
        (Date(4, 10), Date(11, 10), Date(18, 10)),
        {"audience": "Ältere Menschen", "bring": "Ihr eigenes Gerät mit Ladekabel", "max_party": 2},
        full=True,
    ),
    Offer(
        "menden",
        "Repair Café",
        "Kaputt ist nicht Müll: Wir reparieren zusammen Toaster, Lampen, Kleidung und Spielzeug.",
        "umwelt-klima",
        "Marktplatz",
        30,
        (Date(6, 14, 3), Date(20, 14, 3)),
        {"audience": "Alle", "bring": "Ein Gerät, das Sie tragen können"},
    ),
    Offer(
        "menden",
        "Coding für Kinder: mein erstes Spiel",
        "Mit bunten Bausteinen programmieren Kinder ein kleines Spiel und nehmen es mit "
        "nach Hause.",
        "bildung",
        "Lernlabor",
        14,
        (Date(5, 15), Date(12, 15), Date(19, 15)),
        {"audience": "Kinder von 8 bis 12 Jahren", "age_min": 8, "age_max": 12, "max_party": 4},
    ),
    Offer(
        "menden",
        "3D-Druck für Schulklassen",
        "Ein Vormittag in der Werkstatt für eine ganze Klasse. Die Lehrkraft bucht alle "
        "Plätze auf einmal.",
        "bildung",
        "Lernlabor",
        28,
        (Date(8, 9, 3), Date(15, 9, 3)),
        {"audience": "Schulklassen ab Jahrgang 5", "max_party": 28, "asks_organisation": True},
    ),
    Offer(
        "menden",
        "Vorstellung der Rahmenstrategie (online)",
        "Die Südwestfalen Agentur stellt die gemeinsame Rahmenstrategie der Smart Cities "
        "vor und beantwortet Fragen.",
        "verwaltung",
        "",
        200,
        (Date(7, 14, 1.5),),
        {
            "audience": "Alle Interessierten",
            "is_online": True,
            "online_url": "https://video.example.org/rahmenstrategie",
        },
    ),
    Offer(
        "menden",
        "Austausch mit Unternehmen, Vereinen und Wohnungswirtschaft",
        "Was läuft, was fehlt, was gehen wir gemeinsam an? Bitte nennen Sie Ihre Einrichtung.",
        "wirtschaft",
        "Marktplatz",
        40,
        (Date(14, 18),),
        {"audience": "Unternehmen, Vereine, Wohnungsgesellschaften", "asks_organisation": True},
    ),
    Offer(
        "menden",
        "Pausenhof",
        "Die virtuelle Kaffeepause der Beschäftigten aller beteiligten Kommunen.",
        "verwaltung",
        "",
        30,
        (Date(2, 12, 0.5), Date(16, 12, 0.5)),
        {
            "audience": "Beschäftigte der Kommunen",
            "is_online": True,
            "staff_only": True,
            "online_url": "https://video.example.org/pausenhof",
        },
    ),
    Offer(
        "soest",
        "Klimaneutrale Stadt: ein Abend zum Mitreden",
        "Wie wird Soest klimaneutral? Vortrag, Fragen und Abstimmungen auf dem eigenen Handy.",
        "umwelt-klima",
        "Großer Saal",
        120,
        (Date(6, 18, 2.5),),
        {"audience": "Alle"},
        today=True,
    ),
    Offer(
        "soest",
        "Offene Daten verstehen",
        "Was die Stadt misst, was sie zeigt und was Sie damit anfangen können.",
        "verwaltung",
        "Blauer Saal",
        25,
        (Date(9, 17), Date(23, 17)),
        {"audience": "Alle"},
    ),
    Offer(
        "soest",
        "Balkonkraftwerk: So geht es",
        "Vom Kauf bis zur Anmeldung, mit Geräten zum Anfassen.",
        "umwelt-klima",
        "Blauer Saal",
        30,
        (Date(4, 18), Date(18, 18)),
        {"audience": "Mieterinnen und Eigentümer"},
    ),
    Offer(
        "arnsberg",
        "Zukunftswerkstatt Innenstadt",
        "Drei Stunden, drei Fragen: Was bleibt, was geht, was kommt? Ergebnisse gehen in den Rat.",
        "wirtschaft",
        "Saal",
        60,
        (Date(8, 17, 3),),
        {"audience": "Alle"},
    ),
    Offer(
        "arnsberg",
        "Webinar: Interkommunale Zusammenarbeit – ein Praxisbericht",
        "Was fünf Kommunen gemeinsam besser können als jede für sich.",
        "verwaltung",
        "",
        150,
        (Date(10, 11, 1),),
        {
            "audience": "Verwaltungen und Interessierte",
            "is_online": True,
            "online_url": "https://video.example.org/webinar",
        },
    ),
    Offer(
        "arnsberg",
        "Nähwerkstatt: Aus Alt wird Neu",
        "Taschen aus alten Jeans. Maschinen sind da.",
        "umwelt-klima",
        "Atelier",
        10,
        (Date(5, 18), Date(19, 18)),
        {"audience": "Ab 10 Jahren", "age_min": 10},
    ),
    Offer(
        "olpe",
        "Stadtteilspaziergang: Wo drückt der Schuh?",
        "Wir gehen durch die Altstadt und halten fest, was auffällt.",
        "mobilitaet",
        "",
        25,
        (Date(6, 15, 1.5),),
        {"audience": "Alle, auch mit Rollator und Kinderwagen"},
    ),
    Offer(
        "olpe",
        "Tablet-Café",
        "Kaffee, Kuchen und Antworten auf digitale Fragen.",
        "teilhabe",
        "Ratssaal",
        20,
        (Date(3, 15), Date(17, 15)),
        {"audience": "Ältere Menschen"},
    ),
    Offer(
        "bad-berleburg",
        "Dorfwerkstatt: Unser Dorf in zehn Jahren",
        "Ein Abend für alle, die im Dorf etwas bewegen wollen.",
        "teilhabe",
        "Großer Saal",
        80,
        (Date(7, 19),),
        {"audience": "Alle"},
    ),
    Offer(
        "bad-berleburg",
        "Drohnen im Wald: Was man von oben sieht",
        "Der Forst zeigt, wie Schäden erkannt und neue Bäume geplant werden.",
        "umwelt-klima",
        "Vereinsraum",
        15,
        (Date(12, 14),),
        {"audience": "Ab 12 Jahren", "age_min": 12},
    ),
)
