"""The checklists of the sample site: every documented field type occurs, and one that nobody knows."""

from __future__ import annotations

from tui.embedded.samples.build import (
    FieldSpec,
    TemplateSpec,
    choice,
    heading,
    moment,
    number,
    text,
    yes_no,
)

_USER = (("systemVariable", {"variable_key": "system.user.full_name", "variable_filter": None}),)
_CLOSING_NOTE = ("formFieldValue", "closing.note-for-morning")
_RATING = {str(mark): str(mark) for mark in range(1, 6)}

SHIFT = TemplateSpec(
    key="shift", title="Schicht-Checkliste", lang="de", grade_scale=6,
    description="<p>Zwölf Fragen zu Beginn jeder Schicht.</p>",
    fields=(
        yes_no("floor-dry", "Boden trocken und frei", "de"),
        yes_no("doors-closed", "Kühlraumtüren geschlossen", "de"),
        yes_no("clothing", "Arbeitskleidung vollständig", "de"),
        number("fridge-temperature", "Kühlschrank (°C)", -2, 8, help="Soll: 2 bis 7 °C"),
        number("freezer-temperature", "Tiefkühler (°C)", -35, -15, help="Soll: -18 °C oder kälter"),
        number("portions", "Portionen vorbereitet", 0, None, whole=True),
        choice(
            "oil", "Zustand Frittieröl",
            {"fresh": "frisch", "usable": "noch gut", "change": "heute wechseln", "changed": "gewechselt"},
            kind="select", points={"fresh": 1, "usable": 1, "changed": 1, "change": 0},
        ),
        choice(
            "cleaned", "Gereinigt",
            {"tables": "Arbeitstische", "slicer": "Aufschnitt", "floor": "Boden", "sink": "Spüle"},
            kind="checkbox", points={"tables": 0.5, "slicer": 0.5, "floor": 0.5, "sink": 0.5},
        ),
        choice("rating", "Ordnung insgesamt (1 bis 5)", _RATING, points={mark: int(mark) for mark in _RATING}),
        moment("checked-at", "Geprüft um", "time", required=True, now=True),
        text("batch", "Chargennummer", required=True, placeholder="z. B. L-2605-114"),
        yes_no("no-damage", "Keine Schäden gefunden", "de", na=False, help="Bei Nein bitte eine Notiz."),
    ),
)  # fmt: skip

MACHINE = TemplateSpec(
    key="machine", title="Machine check", lang="en", grade_scale=5,
    description="<p>Once per shift, before the line starts.</p>",
    fields=(
        heading("intro", "Walk around the machine first", "Emergency stop, guards, leaks, noise."),
        text("site", "Site", disabled=True, default="Central Kitchen"),
        text("device-id", "Device", hidden=True, default="M-0417"),
        choice(
            "line", "Line", {"a": "Line A", "b": "Line B", "dish": "Dishwasher"}, kind="select", required=True
        ),
        yes_no("guards", "Guards in place", "en", worth=2),
        yes_no("emergency-stop", "Emergency stop tested", "en", worth=2),
        number("pressure", "Pressure (bar)", 0, 16),
        choice(
            "sounds", "Anything unusual", {"noise": "noise", "smell": "smell", "leak": "leak", "heat": "heat"},
            kind="checkbox", required=False,
        ),
        moment("last-service", "Last service", "date"),
        moment("started-at", "Started at", "time", now=True),
        moment("next-service", "Next service", "datetime"),
        FieldSpec(
            key="photo", name="Photo of the gauge", kind="file-upload",
            config={"path": "/machines", "attach": False},
            rules=(("mimetypes", {"allowed": ["image/jpeg", "image/png"]}),),
        ),
        FieldSpec(
            key="informed", name="Informed", kind="entity_select",
            config={"entity_type": "user", "multiple": True},
        ),
        text("remarks", "Remarks", kind="rich-text"),
        FieldSpec(key="signature", name="Signature", kind="signature_pad", config={"width": 320}),
    ),
)  # fmt: skip

TEMPLATES = (
    TemplateSpec(
        key="opening", title="Küche öffnen", lang="de", description="<p>Vor dem ersten Gast.</p>",
        fields=(
            yes_no("alarm-off", "Alarmanlage aus", "de", na=False),
            yes_no("lights", "Licht und Lüftung an", "de"),
            yes_no("water", "Wasser läuft klar", "de"),
            moment("opened-at", "Geöffnet um", "time", required=True, now=True),
            text("opened-by", "Geöffnet von", sources=_USER),
        ),
    ),
    TemplateSpec(
        key="closing", title="Kitchen closing", lang="en", description="<p>Last one out locks the door.</p>",
        fields=(
            yes_no("gas-off", "Gas off", "en", na=False, worth=2),
            yes_no("fridges-locked", "Fridges closed and locked", "en"),
            yes_no("windows", "Windows shut", "en"),
            number("waste", "Food waste (kg)", 0, 500),
            text("closed-by", "Closed by", required=True, sources=_USER),
            text("note-for-morning", "For the morning shift", kind="rich-text"),
        ),
    ),
    TemplateSpec(
        key="fridge", title="Kühlschrank-Runde", lang="de",
        description="<p>Alle zwei Stunden. Soll: <strong>2 bis 7 °C</strong>.</p>",
        fields=(
            number("cell-1", "Kühlzelle 1 (°C)", -5, 15),
            number("cell-2", "Kühlzelle 2 (°C)", -5, 15),
            number("display", "Theke (°C)", -5, 15, required=False),
            yes_no("doors", "Türen dicht", "de"),
        ),
    ),
    TemplateSpec(
        key="freezer", title="Freezer round", lang="en", description="<p>-18 °C or colder.</p>",
        fields=(
            number("freezer-1", "Freezer 1 (°C)", -40, 0),
            number("freezer-2", "Freezer 2 (°C)", -40, 0),
            yes_no("ice", "Free of ice", "en"),
        ),
    ),
    TemplateSpec(
        key="safety", title="Sicherheitsrundgang", lang="de",
        description="<p>Einmal durch den ganzen Bereich.</p>",
        fields=(
            heading("exits", "Fluchtwege", "Alle Türen einmal öffnen."),
            yes_no("exits-free", "Fluchtwege frei", "de", worth=2),
            yes_no("extinguishers", "Feuerlöscher an ihrem Platz", "de", worth=2),
            yes_no("first-aid", "Verbandkasten vollständig", "de"),
            text("defects", "Mängel", kind="rich-text"),
            FieldSpec(
                key="responsible", name="Zuständig", kind="entity_select",
                config={"entity_type": "department", "multiple": False},
            ),
        ),
    ),
    MACHINE,
    TemplateSpec(
        key="goods", title="Wareneingang", lang="de",
        description="<p>Jede Lieferung wird gewogen und gemessen.</p>",
        fields=(
            text("supplier", "Lieferant", required=True),
            text("supplier-mail", "E-Mail des Lieferanten", rule="email"),
            text("supplier-phone", "Telefon des Fahrers", rule="phone"),
            text("delivery-link", "Lieferschein (Link)", rule="url"),
            text("batch", "Chargennummer", required=True),
            number("weight", "Gewicht (kg)", 0, 5000),
            number("temperature", "Warentemperatur (°C)", -30, 12),
            moment("best-before", "Mindestens haltbar bis", "date", required=True),
            choice(
                "packaging", "Verpackung", {"ok": "in Ordnung", "damaged": "beschädigt", "refused": "abgelehnt"},
                points={"ok": 2, "damaged": 1, "refused": 0},
            ),
            FieldSpec(
                key="photo", name="Foto der Palette", kind="file-upload",
                config={"path": "/wareneingang", "attach": False},
                rules=(("mimetypes", {"allowed": ["image/jpeg", "image/png"]}),),
            ),
            FieldSpec(
                key="notify", name="Benachrichtigen", kind="recipient-select",
                config={"entity_type": "user", "multiple": True},
            ),
        ),
        layout=(
            (("supplier",), ("delivery-link",)),
            (("supplier-mail", "supplier-phone"),),
            (("batch",), ("best-before",)),
            (("weight",), ("temperature",)),
            (("packaging", "photo"),),
        ),
    ),
    TemplateSpec(key="cleaning", title="Reinigung komplett", lang="de", description="<p>Drei Teile.</p>"),
    TemplateSpec(
        key="cleaning-floor", title="Böden und Abflüsse", lang="de", description="", parent="cleaning",
        fields=(
            yes_no("floor", "Böden gewischt", "de", na=False),
            choice("agent", "Mittel", {"neutral": "Neutral", "alkaline": "Alkalisch", "acid": "Sauer"}),
        ),
    ),
    TemplateSpec(
        key="cleaning-tables", title="Arbeitsflächen", lang="de", description="", parent="cleaning",
        fields=(
            yes_no("tables", "Tische desinfiziert", "de", na=False),
            yes_no("boards", "Schneidbretter getauscht", "de"),
        ),
    ),
    TemplateSpec(
        key="cleaning-machines", title="Geräte und Hauben", lang="de", description="", parent="cleaning",
        fields=(yes_no("hoods", "Hauben abgewischt", "de"), yes_no("slicer", "Aufschnitt zerlegt", "de")),
    ),
    TemplateSpec(
        key="handover", title="Shift handover", lang="en", description="<p>Two people, two names.</p>",
        fields=(
            FieldSpec(
                key="incoming", name="Taken over by", kind="entity_select", rules=(("required", {}),),
                config={"entity_type": "user", "multiple": False},
            ),
            text("open-points", "Open points", kind="rich-text", required=True),
            number("staff", "People on shift", 0, 60, whole=True),
            choice("mood", "How was it (1 to 5)", _RATING, required=False),
            text("from-closing", "From the closing list", sources=(_CLOSING_NOTE,)),
        ),
    ),
    SHIFT,
    TemplateSpec(key="bins", title="Take out the bins", lang="en", description="<p>All of them, to the yard.</p>"),
    TemplateSpec(
        key="hygiene", title="Hygiene-Selbstcheck", lang="de", description="<p>Für jeden selbst.</p>",
        fields=(
            yes_no("healthy", "Ich bin gesund", "de", na=False),
            yes_no("hands", "Hände gewaschen", "de", na=False),
            yes_no("jewellery", "Schmuck abgelegt", "de"),
        ),
    ),
    TemplateSpec(
        key="lift", title="Lift and forklift", lang="en", description="<p>Whoever needs it first checks it.</p>",
        fields=(
            yes_no("brakes", "Brakes hold", "en", worth=2),
            yes_no("horn", "Horn works", "en"),
            number("battery", "Battery (%)", 0, 100, whole=True),
        ),
    ),
    TemplateSpec(
        key="fryer", title="Frittieröl messen", lang="de", description="<p>Polare Anteile unter 24 %.</p>",
        fields=(
            number("polar", "Polare Anteile (%)", 0, 60),
            # A key as people type them: sent back letter by letter.
            number("1. Prüfung.Öl (°C)", "Öltemperatur (°C)", None, 220),
            choice("action", "Maßnahme", {"none": "keine", "filter": "filtern", "change": "wechseln"}),
        ),
    ),
    TemplateSpec(
        key="stock", title="Stock count", lang="en", description="<p>Any time within two days.</p>",
        fields=(
            number("gloves", "Gloves (boxes)", 0, None, whole=True),
            number("paper", "Paper towels (rolls)", 0, None, whole=True),
            text("missing", "Missing", kind="rich-text"),
        ),
    ),
    TemplateSpec(
        key="incident", title="Störung melden", lang="de", description="<p>Jederzeit, für alles Unerwartete.</p>",
        fields=(
            text("what", "Was ist passiert", kind="rich-text", required=True),
            choice("severity", "Wie schlimm", {"low": "gering", "high": "hoch", "stop": "Stillstand"}),
            moment("happened-at", "Wann", "datetime", required=True, now=True),
        ),
    ),
)  # fmt: skip
