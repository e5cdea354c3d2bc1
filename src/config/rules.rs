//! Rules: as people write them in `[[rules]]` or in files of their own, and compiled with the shipped ones.
//!
//! Without `[[rules]]` the shipped set holds. With it, its entries hold in their order; `use = "shipped"` and
//! `file = "…"` put more of them in their places.

use super::origin::{Origin, tell};
use super::problems::{Problem, meant};
use super::resolve::Findings;
use super::shape;
use super::{Team, languages, load};
use desk::rules::{Priority, Rule, RuleError, RuleFile, RuleSet, Signal};
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;

/// What to do about a tag that is none.
pub(super) const TAG_HINT: &str = "`!tag` could not name it: write one word, e.g. \"vip\" or \"late-order\"";
/// The rules the program brings along.
const SHIPPED: &str = include_str!("../../config/rules.toml");

/// A rule: when something holds for a message, and what follows. Or where more rules are: `use`, `file`.
///
/// All conditions that are given must hold; a rule without any holds for every message. Patterns are regular
/// expressions, without regard to case; an umlaut in one stands for its other spellings too, and `.*` ends with the
/// sentence.
#[derive(Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleTable {
    /// Instead of everything else: the rules the program brings along, at this place.
    #[serde(rename = "use")]
    pub uses: Option<Bundle>,
    /// Instead of everything else: a file with `[[rules]]` of the same form, at this place.
    pub file: Option<String>,
    /// A name of your own, unique; it is told where the rule fired.
    pub name: Option<String>,
    /// A pattern that must be found.
    #[serde(rename = "match")]
    pub pattern: Option<String>,
    /// Patterns of which at least one must be found.
    pub any: Option<Vec<String>>,
    /// Patterns which must all be found.
    pub all: Option<Vec<String>>,
    /// Patterns of which none may be found.
    pub unless: Option<Vec<String>>,
    /// Patterns for what this rule does not read: it is cut out of the message before the others are tried.
    pub ignore: Option<Vec<String>>,
    /// Signals, each with points; their sum must reach `needs`.
    pub signals: Option<Vec<SignalTable>>,
    /// How many points the signals must have together; 1 without it.
    pub needs: Option<i32>,
    /// Pieces that several patterns of this rule share: `{name}` in a pattern stands for the piece of that name.
    pub parts: Option<BTreeMap<String, String>>,
    /// Only messages in this language, e.g. `de`.
    pub language: Option<String>,
    /// Only messages from the channel of this name.
    pub channel: Option<String>,
    /// What the thread is tagged with.
    pub tags: Option<Vec<String>>,
    /// How soon somebody should look; of several rules the highest counts.
    pub priority: Option<Urgency>,
    /// The team that takes the thread; of several rules the first counts.
    pub team: Option<String>,
    /// The language that the customer is taken to speak; of several rules the first counts.
    pub set_language: Option<String>,
    /// The policy whose deadlines hold; of several rules the first counts.
    pub policy: Option<String>,
}

/// Something that speaks for a rule, or with negative points against it.
#[derive(Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SignalTable {
    /// A name of your own, unique within the rule; it is told where the signal was found.
    #[schemars(required)]
    pub name: Option<String>,
    /// What it adds, once, however often it is found; from -100 to 100; 1 without it.
    pub points: Option<i32>,
    /// Patterns of which at least one must be found.
    #[schemars(required)]
    pub any: Option<Vec<String>>,
}

/// Rules that are known by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
pub enum Bundle {
    /// Complaints, urgency and thanks, in German and English.
    #[serde(rename = "shipped")]
    Shipped,
}

/// How soon somebody should look at a thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
pub enum Urgency {
    /// When there is nothing else.
    #[serde(rename = "low")]
    Low,
    /// In its turn.
    #[serde(rename = "normal")]
    Normal,
    /// Before others.
    #[serde(rename = "high")]
    High,
    /// Now.
    #[serde(rename = "urgent")]
    Urgent,
}

impl Urgency {
    /// The same for the desk.
    pub(super) const fn priority(self) -> Priority {
        match self {
            Self::Low => Priority::Low,
            Self::Normal => Priority::Normal,
            Self::High => Priority::High,
            Self::Urgent => Priority::Urgent,
        }
    }
}

/// A file of rules.
#[derive(Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RulesFile {
    /// In the order in which they are asked.
    #[schemars(required)]
    rules: Option<Vec<RuleTable>>,
}

/// The rules the program brings along.
///
/// # Errors
/// What is wrong with them; a test sees to it that nothing is.
pub fn shipped() -> Result<RuleSet, Vec<RuleError>> {
    RuleSet::new(&shipped_rules())
}

fn shipped_rules() -> Vec<Rule> {
    toml::from_str::<RuleFile>(SHIPPED).map(|file| file.rules).unwrap_or_default()
}

/// The rules of a configuration, compiled. `None` when there are problems; they are among the findings.
pub(super) fn rules(
    found: &mut Findings<'_>,
    tables: Option<&[RuleTable]>,
    channels: &[Option<&str>],
    teams: &[Team],
    policies: &[&str],
) -> Option<RuleSet> {
    let mut gathered: Vec<(Origin, Rule)> = Vec::new();
    let whole = [RuleTable { uses: Some(Bundle::Shipped), ..RuleTable::default() }];
    let tables = tables.unwrap_or(&whole);
    for (index, table) in tables.iter().enumerate() {
        let path = format!("rules[{index}]");
        if table.uses.is_some() || table.file.is_some() {
            alone(found, &path, table);
            let same = |earlier: &RuleTable| (earlier.uses, &earlier.file) == (table.uses, &table.file);
            if let Some(earlier) = tables.iter().take(index).position(same) {
                again(found, &path, table, earlier);
                continue;
            }
        }
        if table.uses.is_some() {
            let origin = |name: &str| Origin::Shipped { path: format!("{path}.use"), name: name.to_owned() };
            gathered.extend(shipped_rules().into_iter().map(|rule| (origin(&rule.name), rule)));
        } else if let Some(file) = &table.file {
            gathered.extend(from_file(found, &format!("{path}.file"), file));
        } else if !["use", "file"].iter().any(|key| written(found, &path, key)) {
            gathered.push((Origin::Own(path), rule(table)));
        }
    }
    for (origin, rule) in &gathered {
        names(found, origin, rule, channels, teams);
        if let Some(policy) = rule.policy.as_deref().filter(|policy| !policies.contains(policy)) {
            let known = || policies.iter().copied();
            let hint = suggested("policies", policy, known);
            tell(found, origin, "policy", "names no policy of the configuration", hint);
        }
    }
    let rules: Vec<Rule> = gathered.iter().map(|(_, rule)| rule.clone()).collect();
    match RuleSet::new(&rules) {
        Ok(set) => Some(set),
        Err(errors) => {
            for error in errors {
                if let Some((origin, _)) = gathered.get(error.index) {
                    tell(found, origin, &error.entry, &error.what, hint(&error));
                }
            }
            None
        }
    }
}

/// Whether a key is written, though perhaps not as it can be read; that was told already.
fn written(found: &Findings<'_>, path: &str, key: &str) -> bool {
    found.lines.has(&format!("{path}.{key}"))
}

/// The same rules a second time would all be told of one by one.
fn again(found: &mut Findings<'_>, path: &str, table: &RuleTable, earlier: usize) {
    let key = if table.uses.is_some() { "use" } else { "file" };
    let hint = format!("rules[{earlier}] has brought them in: keep one of the two");
    found.problem(format!("{path}.{key}"), "brings in the same rules once more", hint);
}

/// An entry that stands for others says nothing else.
fn alone(found: &mut Findings<'_>, path: &str, table: &RuleTable) {
    let both = table.uses.is_some() && table.file.is_some();
    if both || rule(table) != Rule::default() {
        let hint = "it stands for other rules: write what is more into an entry of its own";
        found.problem(path, "has more entries than use or file", hint);
    }
}

/// The rules of another file.
fn from_file(found: &mut Findings<'_>, path: &str, file: &str) -> Vec<(Origin, Rule)> {
    let text = match load::read(Path::new(file)) {
        Ok(text) => text,
        Err(problem) => {
            let hint = "a relative path counts from the directory the bridge is started in";
            found.problem(path, format!("names the file {file}, which {}", problem.what), hint);
            return Vec::new();
        }
    };
    let shaped = shape::check(&text, &load::schema_of::<RulesFile>());
    for Problem { path: inner, line, what, hint } in shaped.problems {
        let origin = Origin::File { path: path.to_owned(), file: file.to_owned(), inner, line };
        tell(found, &origin, "", &what, &hint);
    }
    let tables = serde_json::from_value::<RulesFile>(shaped.value).ok().and_then(|file| file.rules);
    let tables = tables.unwrap_or_default();
    let mut rules = Vec::new();
    for (index, table) in tables.iter().enumerate() {
        let inner = format!("rules[{index}]");
        let line = shaped.lines.of(&inner);
        let origin = Origin::File { path: path.to_owned(), file: file.to_owned(), inner, line };
        if table.uses.is_some() || table.file.is_some() {
            tell(found, &origin, "", "stands for other rules", "write it into the configuration itself");
        } else {
            rules.push((origin.at(&shaped.lines), rule(table)));
        }
    }
    rules
}

fn hint(error: &RuleError) -> String {
    if error.what.contains("earlier rule") {
        "names are unique; use = \"shipped\" brings in complaint, urgent and thanks".to_owned()
    } else if error.what.contains("usable pattern") {
        "in TOML, single quotes keep a pattern as it is: '\\bword\\b'".to_owned()
    } else if error.entry.starts_with("tags[") {
        TAG_HINT.to_owned()
    } else if error.entry == "name" {
        "give the rule a name of your own".to_owned()
    } else {
        String::new()
    }
}

/// Names that refer to something else.
fn names(found: &mut Findings<'_>, origin: &Origin, rule: &Rule, channels: &[Option<&str>], teams: &[Team]) {
    if let Some(team) = &rule.team
        && !teams.iter().any(|known| known.name == *team)
    {
        let known = || teams.iter().map(|team| team.name.as_str());
        tell(found, origin, "team", "names no team of the configuration", suggested("teams", team, known));
    }
    // a channel whose name could not be read may be the one that is meant
    if let Some(channel) = &rule.channel
        && !channels.contains(&Some(channel.as_str()))
        && !channels.contains(&None)
    {
        let known = || channels.iter().copied().flatten();
        tell(
            found,
            origin,
            "channel",
            "names no channel of the configuration",
            suggested("channels", channel, known),
        );
    }
    for (entry, tag) in [("language", &rule.language), ("set_language", &rule.set_language)] {
        if tag.as_ref().is_some_and(|tag| !languages::is_tag(tag)) {
            let (what, hint) = languages::WANTED;
            tell(found, origin, entry, what, hint);
        }
    }
}

fn suggested<'a, I: Iterator<Item = &'a str>>(what: &str, written: &str, known: impl Fn() -> I) -> String {
    match meant(written, known()) {
        Some(meant) => format!("did you mean \"{meant}\"?"),
        None => format!("the {what} are: {}", known().collect::<Vec<_>>().join(", ")),
    }
}

/// The rule as the desk knows it.
fn rule(table: &RuleTable) -> Rule {
    let signal = |signal: &SignalTable| Signal {
        name: signal.name.clone().unwrap_or_default(),
        points: signal.points.unwrap_or(1),
        any: signal.any.clone().unwrap_or_default(),
    };
    Rule {
        name: table.name.clone().unwrap_or_default(),
        pattern: table.pattern.clone(),
        any: table.any.clone().unwrap_or_default(),
        all: table.all.clone().unwrap_or_default(),
        unless: table.unless.clone().unwrap_or_default(),
        ignore: table.ignore.clone().unwrap_or_default(),
        signals: table.signals.iter().flatten().map(signal).collect(),
        needs: table.needs,
        parts: table.parts.clone().unwrap_or_default(),
        language: table.language.clone(),
        channel: table.channel.clone(),
        tags: table.tags.clone().unwrap_or_default(),
        priority: table.priority.map(Urgency::priority),
        team: table.team.clone(),
        set_language: table.set_language.clone(),
        policy: table.policy.clone(),
    }
}
