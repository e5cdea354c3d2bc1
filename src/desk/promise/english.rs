//! How people promise in English: mostly by "will".

use super::Words;
use super::line::Line;

/// "I will" and its kin.
const WILL: &[&str] = &[
    "i'll",
    "we'll",
    "i will",
    "we will",
    "i shall",
    "we shall",
    "i'm going to",
    "i am going to",
    "we're going to",
    "we are going to",
    "i'm gonna",
    "we're gonna",
    "i'll be sure to",
    "i'll make sure to",
    "we'll make sure to",
];
/// What may stand between "will" and its verb.
const ADVERBS: &[&str] = &[
    "absolutely",
    "all",
    "also",
    "as well",
    "asap",
    "be sure to",
    "certainly",
    "definitely",
    "directly",
    "do my best to",
    "do our best to",
    "first",
    "gladly",
    "go ahead and",
    "happily",
    "immediately",
    "just",
    "make sure to",
    "now",
    "of course",
    "personally",
    "quickly",
    "right away",
    "simply",
    "soon",
    "still",
    "surely",
    "then",
    "today",
    "tomorrow",
    "try and",
    "try to",
    "be back to",
];
const NOT: &[&str] = &["not", "never", "no", "only", "hardly", "neither"];
/// Verbs of somebody who does something about it.
const DEEDS: &[&str] = &[
    "add",
    "answer",
    "arrange",
    "ask",
    "book",
    "bring",
    "call",
    "cancel",
    "change",
    "chase",
    "check",
    "clarify",
    "come",
    "confirm",
    "contact",
    "correct",
    "create",
    "credit",
    "deal",
    "deliver",
    "discuss",
    "do",
    "double",
    "email",
    "ensure",
    "escalate",
    "examine",
    "exchange",
    "find",
    "fix",
    "follow",
    "forward",
    "get",
    "give",
    "handle",
    "inform",
    "inquire",
    "investigate",
    "issue",
    "keep",
    "look",
    "mail",
    "make",
    "message",
    "notify",
    "order",
    "organise",
    "organize",
    "pass",
    "phone",
    "ping",
    "post",
    "prepare",
    "process",
    "provide",
    "raise",
    "refund",
    "reimburse",
    "remind",
    "repair",
    "replace",
    "reply",
    "report",
    "reserve",
    "resend",
    "resolve",
    "respond",
    "return",
    "review",
    "ring",
    "schedule",
    "send",
    "share",
    "ship",
    "solve",
    "sort",
    "speak",
    "talk",
    "tell",
    "text",
    "touch",
    "transfer",
    "update",
    "verify",
    "write",
];
/// Verbs behind "will" that promise nothing.
const IDLE: &[&str] = &[
    "admit",
    "agree",
    "appreciate",
    "assume",
    "arrive",
    "await",
    "celebrate",
    "close",
    "be",
    "charge",
    "consider",
    "depend",
    "expect",
    "have",
    "hope",
    "let",
    "like",
    "look forward",
    "love",
    "miss",
    "move",
    "need",
    "open",
    "remember",
    "require",
    "say",
    "see",
    "stay",
    "take",
    "understand",
    "wait",
    "want",
];
/// What makes an idle verb a deed.
const NOT_IDLE: &[&str] = &[
    "be in touch",
    "be back",
    "be on it",
    "be calling",
    "be contacting",
    "be getting back",
    "be in contact",
    "be sending",
    "have a look",
    "have an answer",
    "have a look",
    "have someone",
    "have somebody",
    "have my colleague",
    "have our",
    "let you know",
    "let them know",
    "see if",
    "see to",
    "see what",
    "see whether",
    "take a look",
    "take a closer look",
    "take care",
    "take it",
    "take over",
    "take that",
    "take this",
    "take up",
];
/// What is no promise though the verb is: "I'll get this straight", "I'll be back" is one.
const EMPTY: &[&str] = &["be back on", "do without", "get the hang", "look forward", "make do", "find you"];
/// People who promise through the agent.
const OURS: &[&str] = &[
    "accounting",
    "colleague",
    "colleagues",
    "department",
    "engineer",
    "manager",
    "somebody",
    "someone",
    "specialist",
    "supervisor",
    "support",
    "team",
    "technician",
    "us",
];
const DOING: &[&str] = &[
    "arranging",
    "calling",
    "checking",
    "contacting",
    "emailing",
    "forwarding",
    "getting",
    "issuing",
    "ordering",
    "preparing",
    "processing",
    "refunding",
    "replacing",
    "sending",
    "shipping",
    "talking",
    "writing",
];
const FIXED: &[&str] = &[
    "consider it done",
    "i promise",
    "i'm on it",
    "i am on it",
    "i've got this",
    "leave it to me",
    "leave it with me",
    "leave that with me",
    "leave this with me",
    "on it",
    "we promise",
    "we're on it",
    "we are on it",
    "will do",
    "you have my word",
];
/// Under way, which promises the rest. As `DOING` it is what "I am" stands before.
const UNDER_WAY: &[&str] = &["chasing", "checking", "investigating", "looking into", "working on"];
const LOOKS: &[&str] = &[
    "ask",
    "call",
    "check",
    "clarify",
    "confirm",
    "dig",
    "double",
    "find",
    "get",
    "have a look",
    "investigate",
    "look",
    "quickly check",
    "see if",
    "see what",
    "speak",
    "take a look",
    "talk",
    "verify",
    "just check",
];
/// What one says plainly of tomorrow: "I call you tomorrow".
const PLAIN: &[&str] = &[
    "answer", "arrange", "call", "check", "contact", "deliver", "email", "fix", "inform", "phone", "refund",
    "reply", "send", "ship", "transfer", "write",
];
const NOT_PLAIN: &[&str] = &[
    "after", "before", "can", "could", "did", "do", "if", "may", "might", "must", "once", "should", "that",
    "until", "when", "will", "would", "cannot", "can't",
];
const ANSWERS: &[&str] = &["answer", "callback", "news", "reply", "response", "update", "feedback"];
const THINGS: &[&str] = &[
    "call",
    "confirmation",
    "email",
    "info",
    "information",
    "invoice",
    "it",
    "label",
    "link",
    "mail",
    "message",
    "money",
    "offer",
    "order",
    "package",
    "parcel",
    "quote",
    "refund",
    "replacement",
    "solution",
    "voucher",
];

/// All words of a sentence that promise in English.
pub(super) fn promises(line: &Line) -> Vec<Words> {
    (0..line.len()).filter_map(|at| first_person(line, at).or_else(|| others(line, at))).collect()
}

fn first_person(line: &Line, at: usize) -> Option<Words> {
    if let Some(end) = line.any(at, FIXED)
        && (line.begins(at)
            || line.word(at).starts_with(['i', 'w', 'y']) && !line.word(at).starts_with("will"))
    {
        return Some(Words { at: at..end, needs_time: false });
    }
    if line.word(at) == "will" && line.begins(at) {
        return without_subject(line, at);
    }
    if let Some(end) = line.any(at, WILL) {
        return will(line, at, end);
    }
    if let Some(end) = line.any(at, &["i'm", "we're", "i am", "we are"]) {
        let verb = without_adverbs(line, end);
        if let Some(end) = line.any(verb, UNDER_WAY) {
            return Some(Words { at: at..end, needs_time: false });
        }
        return DOING.contains(&line.word(verb)).then_some(Words { at: at..verb + 1, needs_time: true });
    }
    if let Some(end) = line.any(at, &["let me", "allow me to"]) {
        let found = line.any(end, LOOKS)?;
        return (line.before(at) != "please").then_some(Words { at: at..found, needs_time: false });
    }
    let plain = matches!(line.word(at), "i" | "we")
        && PLAIN.contains(&line.word(at + 1))
        && !NOT_PLAIN.contains(&line.before(at));
    plain.then_some(Words { at: at..at + 2, needs_time: true })
}

/// "Will call you tomorrow", "I'm checking and will call you": not "the courier collects it and will deliver it".
fn without_subject(line: &Line, at: usize) -> Option<Words> {
    let verb = without_adverbs(line, at + 1);
    let deed = DEEDS.contains(&line.word(verb)) || line.any(verb, NOT_IDLE).is_some();
    let ours = |at| line.word(at).split('\'').next().is_some_and(|word| matches!(word, "i" | "we"));
    (deed && (at == 0 || (0..at).any(ours))).then(|| will(line, at, at + 1)).flatten()
}

fn without_adverbs(line: &Line, from: usize) -> usize {
    let mut at = from;
    while let Some(end) = line.any(at, ADVERBS) {
        at = end;
    }
    at
}

/// What follows "will".
fn will(line: &Line, start: usize, end: usize) -> Option<Words> {
    let verb = without_adverbs(line, end);
    let word = line.word(verb);
    let clause = line.clause(start);
    if NOT.contains(&word) || verb >= clause.end || line.any(verb, EMPTY).is_some() {
        return None;
    }
    let words = |end, needs_time| Some(Words { at: start..end, needs_time });
    if let Some(end) = line.any(verb, NOT_IDLE) {
        return words(end, false);
    }
    // "have this fixed", but not "have to" and "have a break"
    if word == "have"
        && matches!(line.word(verb + 1), "all" | "it" | "that" | "the" | "these" | "this" | "your")
    {
        return words(verb + 1, true);
    }
    if line.any(verb, IDLE).is_some() {
        return None;
    }
    words(verb + 1, !DEEDS.contains(&word))
}

/// "you'll hear from us", "you will have an answer by Friday", "my colleague will call you".
fn others(line: &Line, at: usize) -> Option<Words> {
    let clause = line.clause(at);
    if line.word(at) == "will" && line.has(clause.start.max(at.saturating_sub(5))..at, OURS) {
        return will(line, at, at + 1);
    }
    if line.word(at) == "expect" && line.begins(at) {
        return line
            .has(at..clause.end, &["from me", "from us"])
            .then_some(Words { at: at..at + 1, needs_time: true });
    }
    let end = line.any(at, &["you'll", "you will", "you're going to", "you can", "you should"])?;
    let verb = without_adverbs(line, end);
    let after = verb + 1..clause.end;
    let words = |needs_time| Some(Words { at: at..verb + 1, needs_time });
    let sure = !matches!(line.before(end), "can" | "should");
    match line.word(verb) {
        "hear" if sure => {
            line.has(after, &["from us", "from me", "from our", "from my", "back"]).then(|| words(false))?
        }
        "expect" => line.has(after, &[ANSWERS, THINGS, &["hear"]].concat()).then(|| words(true))?,
        "have" | "get" | "receive" if sure => {
            let foreign = after.clone().any(|at| {
                line.word(at) == "from" && !matches!(line.word(at + 1), "us" | "me" | "our" | "my")
            });
            let answer = line.has(after.clone(), ANSWERS);
            let thing = answer || line.has(after, THINGS);
            (thing && !foreign).then(|| words(!answer))?
        }
        _ => None,
    }
}
