//! How people promise in German. The present says the future, so it is the verb that tells a promise.

use super::Words;
use super::line::Line;

/// What an agent may say they do.
struct Verb {
    /// Behind "ich".
    one: &'static str,
    /// Behind "wir", and mostly behind "werden".
    many: &'static str,
    /// Other forms behind "werden".
    infinitives: &'static [&'static str],
    /// One of these stands in the same clause. Empty: none is needed.
    with: &'static [&'static str],
    /// Promises by itself; otherwise only to somebody or with a time.
    sure: bool,
}

const fn sure(
    one: &'static str,
    many: &'static str,
    infinitives: &'static [&'static str],
    with: &'static [&'static str],
) -> Verb {
    Verb { one, many, infinitives, with, sure: true }
}

const fn done(one: &'static str, many: &'static str, infinitives: &'static [&'static str]) -> Verb {
    Verb { one, many, infinitives, with: &[], sure: false }
}

const VERBS: &[Verb] = &[
    sure("melde", "melden", &["zurueckmelden"], &["mich", "uns"]),
    sure("kuemmere", "kuemmern", &[], &["mich", "uns"]),
    sure("erkundige", "erkundigen", &[], &["mich", "uns"]),
    sure("setze", "setzen", &[], &["verbindung", "dran", "ran"]),
    sure(
        "rufe",
        "rufen",
        &["anrufen", "zurueckrufen", "durchrufen"],
        &["an", "zurueck", "durch", "sie", "dich", "euch"],
    ),
    sure("klaere", "klaeren", &["abklaeren"], &[]),
    sure("pruefe", "pruefen", &["ueberpruefen", "nachpruefen"], &[]),
    sure("ueberpruefe", "ueberpruefen", &[], &[]),
    sure(
        "frage",
        "fragen",
        &["nachfragen", "anfragen"],
        &["nach", "an", "kollegen", "kollegin", "team", "technik"],
    ),
    sure(
        "schaue",
        "schauen",
        &["nachschauen", "anschauen"],
        &["nach", "an", "ob", "mal", "rein", "mir", "uns"],
    ),
    sure(
        "sehe",
        "sehen",
        &["nachsehen", "ansehen"],
        &["nach", "mir das", "mir den", "mir die", "mir ihr", "mir ihre"],
    ),
    sure(
        "gebe",
        "geben",
        &["weitergeben", "bescheidgeben"],
        &["bescheid", "rueckmeldung", "weiter", "info", "antwort"],
    ),
    sure("sage", "sagen", &[], &["bescheid"]),
    sure("leite", "leiten", &["weiterleiten"], &["weiter", "wege"]),
    sure("hake", "haken", &["nachhaken"], &["nach"]),
    sure("forsche", "forschen", &["nachforschen"], &["nach"]),
    sure("bleibe", "bleiben", &["dranbleiben"], &["dran"]),
    sure(
        "komme",
        "kommen",
        &["zurueckkommen"],
        &["zurueck", "vorbei", "auf sie zu", "auf dich zu", "auf euch zu"],
    ),
    sure("bin", "sind", &[], &["wieder bei ihnen", "wieder bei dir", "wieder bei euch"]),
    sure("mache", "machen", &["fertigmachen"], &["das", "es", "fertig", "ihnen", "dir"]),
    sure("halte", "halten", &[], &["laufenden"]),
    sure("finde", "finden", &["herausfinden", "rausfinden"], &["heraus", "raus"]),
    sure("bringe", "bringen", &[], &["erfahrung", "vorbei", "ordnung"]),
    sure("sorge", "sorgen", &[], &["dafuer"]),
    sure("teile", "teilen", &["mitteilen"], &["mit"]),
    sure("lasse", "lassen", &[], &["zukommen", "wissen", "hoeren"]),
    sure("nehme", "nehmen", &[], &["kontakt", "vor", "hand", "mit"]),
    sure("verspreche", "versprechen", &[], &[]),
    sure("veranlasse", "veranlassen", &[], &[]),
    sure("erledige", "erledigen", &[], &[]),
    sure("reiche", "reichen", &["nachreichen", "weiterreichen"], &["nach", "weiter"]),
    sure("informiere", "informieren", &[], &["sie", "dich", "euch", "mich"]),
    sure("benachrichtige", "benachrichtigen", &[], &["sie", "dich", "euch"]),
    sure("kontaktiere", "kontaktieren", &[], &["sie", "dich", "euch", "den", "die"]),
    done("schicke", "schicken", &["zuschicken", "zurueckschicken", "losschicken", "rausschicken"]),
    done("sende", "senden", &["zusenden", "zurücksenden", "uebersenden"]),
    done("versende", "versenden", &[]),
    done("verschicke", "verschicken", &[]),
    done("maile", "mailen", &[]),
    done("schreibe", "schreiben", &[]),
    done("antworte", "antworten", &[]),
    done("beantworte", "beantworten", &[]),
    done("erstatte", "erstatten", &["zurueckerstatten"]),
    done("ueberweise", "ueberweisen", &["zurueckueberweisen"]),
    done("storniere", "stornieren", &[]),
    done("bestelle", "bestellen", &["nachbestellen"]),
    done("aendere", "aendern", &["abaendern"]),
    done("korrigiere", "korrigieren", &[]),
    done("buche", "buchen", &["umbuchen", "zurueckbuchen"]),
    done("organisiere", "organisieren", &[]),
    done("besorge", "besorgen", &[]),
    done("beschaffe", "beschaffen", &[]),
    done("tausche", "tauschen", &["austauschen", "umtauschen"]),
    done("ersetze", "ersetzen", &[]),
    done("repariere", "reparieren", &[]),
    done("liefere", "liefern", &["nachliefern"]),
    done("bearbeite", "bearbeiten", &[]),
    done("bespreche", "besprechen", &[]),
    done("spreche", "sprechen", &["absprechen", "ansprechen"]),
    done("hole", "holen", &["abholen", "nachholen", "einholen"]),
    done("lege", "legen", &["beilegen"]),
    done("erstelle", "erstellen", &[]),
    done("reserviere", "reservieren", &[]),
    done("verlaengere", "verlaengern", &[]),
    done("uebernehme", "uebernehmen", &[]),
    done("aktualisiere", "aktualisieren", &[]),
    done("loese", "loesen", &[]),
    done("starte", "starten", &[]),
    done("richte", "richten", &["einrichten", "ausrichten"]),
    done("schalte", "schalten", &["freischalten", "umschalten"]),
    done("erinnere", "erinnern", &[]),
    done("verschiebe", "verschieben", &[]),
    done("kriege", "kriegen", &["hinkriegen", "hinbekommen"]),
    done("trage", "tragen", &["eintragen", "nachtragen"]),
    done("gutschreibe", "gutschreiben", &[]),
    done("bringe", "bringen", &["mitbringen"]),
];

/// Who is promised something.
const TO: &[&str] = &["dich", "dir", "euch", "ihnen", "sie"];
const NOT: &[&str] = &[
    "kein",
    "keine",
    "keinem",
    "keinen",
    "keiner",
    "keinerlei",
    "nicht",
    "nie",
    "niemals",
    "nichts",
    "weder",
];
/// People who promise through the agent.
const OURS: &[&str] = &[
    "abteilung",
    "buchhaltung",
    "chef",
    "chefin",
    "fachabteilung",
    "jemand",
    "kollege",
    "kollegen",
    "kollegin",
    "kolleginnen",
    "kundendienst",
    "support",
    "team",
    "technik",
    "techniker",
    "technikerin",
    "versandabteilung",
    "vorgesetzte",
    "vorgesetzter",
];
/// What a customer waits for, and takes as an answer.
const ANSWERS: &[&str] =
    &["antwort", "bescheid", "nachricht von", "rueckmeldung", "rueckruf", "update", "zwischenstand"];
/// What is promised when a time stands beside it.
const THINGS: &[&str] = &[
    "angebot",
    "anruf",
    "bestaetigung",
    "e",
    "email",
    "ersatz",
    "ersatzgeraet",
    "ersatzlieferung",
    "erstattung",
    "geld",
    "gutschein",
    "gutschrift",
    "info",
    "infos",
    "informationen",
    "link",
    "loesung",
    "mail",
    "nachricht",
    "paket",
    "rechnung",
    "rueckerstattung",
    "sendung",
    "termin",
    "unterlagen",
    "zugang",
    "zugangsdaten",
];
/// Behind "von".
const US: &[&str] = &["mir", "uns", "unserem", "unserer", "meinem", "meiner"];
const FIXED: &[&str] = &[
    "bin dran",
    "bin schon dran",
    "bin dabei",
    "bin schon dabei",
    "ich bin dran",
    "ich bin schon dran",
    "wir sind dran",
    "wir sind schon dran",
    "wird erledigt",
    "wird gemacht",
    "mach ich",
    "mache ich",
    "machen wir",
    "mach ich gern",
    "mache ich gern",
    "mache ich gerne",
    "machen wir gerne",
];

/// All words of a sentence that promise in German.
pub(super) fn promises(line: &Line) -> Vec<Words> {
    (0..line.len()).filter_map(|at| first_person(line, at).or_else(|| others(line, at))).collect()
}

fn first_person(line: &Line, at: usize) -> Option<Words> {
    if line.begins(at)
        && let Some(end) = line.any(at, FIXED)
    {
        return not_denied(line, Words { at: at..end, needs_time: false });
    }
    if line.word(at) == "versprochen" && line.begins(at) && matches!(line.word(at + 1), "" | "," | ":" | ";")
    {
        return Some(Words { at: at..at + 1, needs_time: false });
    }
    if line.begins(at)
        && let Some(end) = line.any(at, &["lassen sie mich", "lass mich"])
    {
        return infinitive(line, end - 1, at);
    }
    let (verb, plural) = match line.word(at) {
        "ich" => (at + 1, false),
        "wir" => (at + 1, true),
        // without "ich": what follows must leave no doubt, an imperative would look the same
        one => {
            let verb = VERBS.iter().find(|verb| is_one(verb, one) || verb.many == one)?;
            let reflexive = verb.with.first() == Some(&"mich");
            let next = line.word(at + 1);
            let own = if verb.many == one {
                reflexive && next == "uns"
            } else {
                reflexive && next == "mich" || TO.contains(&next)
            };
            return (own && line.begins(at)).then(|| promised(line, verb, at, at..at + 2)).flatten();
        }
    };
    // "ich melde", "melde ich", "ich werde … melden"
    for place in [Some(verb), at.checked_sub(1)].into_iter().flatten() {
        let word = line.word(place);
        let words = at.min(place)..at.max(place) + 1;
        let is_werden = if plural { word == "werden" } else { word == "werde" || word == "werd" };
        if is_werden {
            return infinitive(line, place, words.start);
        }
        let mut verbs =
            VERBS.iter().filter(|verb| if plural { verb.many == word } else { is_one(verb, word) });
        if let Some(found) = verbs.find_map(|verb| promised(line, verb, place, words.clone())) {
            return Some(found);
        }
    }
    None
}

/// "melde" and "meld".
fn is_one(verb: &Verb, word: &str) -> bool {
    verb.one == word || verb.one.strip_suffix('e') == Some(word)
}

fn promised(line: &Line, verb: &Verb, at: usize, words: std::ops::Range<usize>) -> Option<Words> {
    let clause = line.clause(at);
    let complete = verb.with.is_empty() || line.has(clause.clone(), verb.with);
    let needs_time = !verb.sure && !line.has(clause, TO);
    complete.then_some(())?;
    not_denied(line, Words { at: words, needs_time })
}

/// "ich werde mich morgen bei Ihnen melden".
fn infinitive(line: &Line, werden: usize, start: usize) -> Option<Words> {
    let clause = line.clause(werden);
    let found = (werden + 1..clause.end).find(|at| {
        let word = line.word(*at);
        let is = |verb: &Verb| verb.infinitives.contains(&word) || verb.many == word;
        let complete = |verb: &Verb| {
            verb.infinitives.contains(&word) || verb.with.is_empty() || line.has(clause.clone(), verb.with)
        };
        VERBS.iter().any(|verb| is(verb) && complete(verb))
    })?;
    not_denied(line, Words { at: start..found + 1, needs_time: false })
}

fn not_denied(line: &Line, words: Words) -> Option<Words> {
    let clause = line.clause(words.at.start);
    let denied = (words.at.start..clause.end.max(words.at.end))
        .any(|at| NOT.contains(&line.word(at)) && !matches!(line.word(at + 1), "spaeter" | "nur"));
    (!denied).then_some(words)
}

/// "Sie hören von uns", "Sie bekommen bis Freitag eine Antwort", "mein Kollege meldet sich".
fn others(line: &Line, at: usize) -> Option<Words> {
    let clause = line.clause(at);
    let pair = (line.word(at), line.word(at + 1));
    let words = |needs_time| not_denied(line, Words { at: at..at + 2, needs_time });
    match pair {
        ("sie", "hoeren") | ("hoeren", "sie") | ("du", "hoerst") | ("hoerst", "du") | ("ihr", "hoert") => {
            line.has(
                at..clause.end,
                &["von mir", "von uns", "von meiner", "von meinem", "von unserem", "von unserer"],
            )
            .then(|| words(false))
            .flatten()
        }
        ("sie", "bekommen" | "erhalten")
        | ("bekommen" | "erhalten", "sie")
        | ("du" | "ihr", "bekommst" | "kriegst" | "bekommt" | "kriegt" | "erhaeltst")
        | ("bekommst" | "kriegst" | "erhaeltst", "du") => {
            let after = at + 2..clause.end;
            let past = line.has(after.clone(), &["haben", "hatten", "hast", "sollten", "koennen"]);
            let foreign = after.clone().any(|at| {
                line.word(at) == "von" && line.before(at) != "innerhalb" && !US.contains(&line.word(at + 1))
            });
            let answer = line.has(after.clone(), ANSWERS);
            let thing = answer || line.has(after, THINGS);
            (thing && !past && !foreign).then(|| words(!answer)).flatten()
        }
        ("kommt", _) if ours(line, at) => line
            .has(at..clause.end, &["vorbei", "zu ihnen", "zu dir", "zu euch"])
            .then(|| not_denied(line, Words { at: at..at + 1, needs_time: false }))
            .flatten(),
        ("meldet" | "melden" | "kuemmert" | "kuemmern", "sich") => {
            ours(line, at).then(|| words(false)).flatten()
        }
        ("ruft" | "rufen" | "wird" | "gibt" | "schickt" | "prueft" | "klaert", _) if ours(line, at) => {
            let called = line.has(
                at..clause.end,
                &[
                    "an",
                    "zurueck",
                    "bescheid",
                    "anrufen",
                    "zurueckrufen",
                    "melden",
                    "kuemmern",
                    "pruefen",
                    "kontaktieren",
                    "informieren",
                    "klaeren",
                    "ihnen",
                    "ansehen",
                    "anschauen",
                ],
            );
            let plural_you = line.word(at + 1) == "sie" && line.word(at) == "rufen";
            (called && !plural_you)
                .then(|| not_denied(line, Words { at: at..at + 1, needs_time: false }))
                .flatten()
        }
        _ => None,
    }
}

/// Whether one of us does it: named shortly before the verb, or right behind it.
fn ours(line: &Line, verb: usize) -> bool {
    let clause = line.clause(verb);
    line.has(clause.start.max(verb.saturating_sub(5))..verb, OURS)
        || line.has(verb + 1..clause.end.min(verb + 5), OURS)
}
