//! Until when answers are due: policies as people write them, and those that hold without any.

use super::problems::meant;
use super::resolve::{Findings, WORD_MAX};
use super::rules::{TAG_HINT, Urgency};
use super::{Agent, Team, duration, languages};
use desk::calendar::Calendar;
use desk::policy::{self, Addressee, Condition, Deadlines, Policy, Step};
use desk::tag;
use jiff::SignedDuration;
use jiff::tz::TimeZone;
use port::{AgentName, ChannelName};
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::sync::Arc;

/// How late somebody may still be told, in percent of the time allowed.
const PERCENT_MAX: u32 = 1_000;
/// Who can be told.
const ADDRESSEES: &str =
    "there are: assignee, team, managers, @name for an agent, team:name for another team";

/// Until when answers are due, for the threads that fit. All conditions that are given must hold; a policy without any
/// fits every thread.
#[derive(Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PolicyTable {
    /// A name of your own, unique; `!policy` chooses it.
    #[schemars(required)]
    pub name: Option<String>,
    /// Only threads with one of these tags.
    pub tags: Option<Vec<String>>,
    /// Only threads from one of these channels.
    pub channels: Option<Vec<String>>,
    /// Only customers of one of these segments, as `!segment` says.
    pub segments: Option<Vec<String>>,
    /// Only customers who write in one of these languages, e.g. `["de"]`.
    pub languages: Option<Vec<String>>,
    /// Only threads of one of these priorities.
    pub priorities: Option<Vec<Urgency>>,
    /// The calendar it counts by; the first one without it.
    pub calendar: Option<String>,
    /// How long the first answer may take, in working time of the calendar, e.g. `4h`.
    pub first_response: Option<String>,
    /// How long every further answer may take.
    pub next_response: Option<String>,
    /// How long it may take until the thread is closed.
    pub resolution: Option<String>,
    /// At how many percent of that time whoever looks after the thread is warned; `[50, 80]` without it.
    #[schemars(with = "Option<Vec<u32>>")]
    pub warn: Option<Vec<i32>>,
    /// Who else is told, and when; the team at 80, the team and its managers at 100, the managers at 200 without it.
    pub escalate: Option<Vec<EscalationTable>>,
    /// What stops the clock: `waiting` (for the customer, `!wait`) and `snoozed` (`!snooze`); both without it.
    pub pause: Option<Vec<Pause>>,
    /// The longest a clock stands at a time, e.g. `7d`, which holds without it.
    pub pause_max: Option<String>,
    /// The calendar in whose open hours people are told; at any time without it. The clock itself does not mind.
    pub notices: Option<String>,
    /// After so much working time a claim without an answer goes back to the team; never without it.
    pub claim_within: Option<String>,
}

/// Who is told when.
#[derive(Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EscalationTable {
    /// At how many percent of the time allowed, e.g. `100` for when it is over.
    #[schemars(required, with = "Option<u32>")]
    pub at: Option<i32>,
    /// Whom: `assignee`, `team`, `managers`, `@name` for an agent, `team:name` for another team's chat.
    #[schemars(required)]
    pub to: Option<Vec<String>>,
}

/// What stops a clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
pub enum Pause {
    /// The team waits for the customer.
    #[serde(rename = "waiting")]
    Waiting,
    /// The thread is put off.
    #[serde(rename = "snoozed")]
    Snoozed,
}

/// What policies refer to.
pub(super) struct Known<'a> {
    pub(super) calendars: &'a [Calendar],
    pub(super) channels: &'a [Option<&'a str>],
    pub(super) teams: &'a [Team],
    pub(super) agents: &'a [Agent],
}

/// The policies of a file, or those that hold without any.
pub(super) fn policies(
    found: &mut Findings<'_>,
    tables: Option<&[PolicyTable]>,
    known: &Known<'_>,
    zone: &TimeZone,
) -> Vec<Policy> {
    let Some(tables) = tables else {
        return usual(known).map(|usual| Deadlines::shipped(usual, zone).policies).unwrap_or_default();
    };
    let mut policies: Vec<Policy> = Vec::new();
    for (index, table) in tables.iter().enumerate() {
        let path = format!("policies[{index}]");
        let name = table.name.as_deref().unwrap_or_default();
        if table.name.is_some() && (name.trim().is_empty() || name.chars().count() > WORD_MAX) {
            let what = format!("must have 1 to {WORD_MAX} characters");
            found.problem(format!("{path}.name"), what, "e.g. \"complaints\"");
        } else if policy::NONE.contains(&name) {
            let hint = "behind `!policy` that word means that none is chosen: take another name";
            found.problem(format!("{path}.name"), "is taken", hint);
        } else if name.trim() != name {
            let hint = "`!policy` could not name it";
            found.problem(format!("{path}.name"), "begins or ends with a blank", hint);
        } else if policies.iter().any(|earlier| earlier.name == name) {
            found.problem(format!("{path}.name"), "is the name of an earlier policy", "names are unique");
        }
        policies.extend(policy(found, &path, table, known));
    }
    let all = policies.iter().position(|policy| policy.when == Condition::default());
    if let Some(hidden) = all.map(|all| all + 1).filter(|next| *next < policies.len()) {
        let hint = "the first policy that fits holds: put the one without conditions last";
        found.warning(format!("policies[{hidden}]"), "will never hold, an earlier one fits everything", hint);
    }
    policies
}

/// The calendar that counts where none is named: the first one of the file, or `office`.
fn usual(known: &Known<'_>) -> Option<Arc<Calendar>> {
    known.calendars.get(1).or(known.calendars.first()).cloned().map(Arc::new)
}

fn policy(found: &mut Findings<'_>, path: &str, table: &PolicyTable, known: &Known<'_>) -> Option<Policy> {
    let counts_by = match &table.calendar {
        Some(name) => calendar(found, &format!("{path}.calendar"), name, known),
        None => usual(known),
    };
    let notices =
        table.notices.as_ref().and_then(|name| calendar(found, &format!("{path}.notices"), name, known));
    let mut length = |key: &str, text: Option<&String>| length(found, &format!("{path}.{key}"), text);
    let (first_response, next_response) = (
        length("first_response", table.first_response.as_ref()),
        length("next_response", table.next_response.as_ref()),
    );
    let resolution = length("resolution", table.resolution.as_ref());
    let pause_max = length("pause_max", table.pause_max.as_ref()).unwrap_or(policy::PAUSE_MAX);
    let claim_within = length("claim_within", table.claim_within.as_ref());
    if table.first_response.is_none() && table.next_response.is_none() && table.resolution.is_none() {
        let hint = "nothing is ever due under it: add e.g. first_response = \"4h\"";
        found.warning(path, "has no deadline", hint);
    }
    let pauses = |pause| table.pause.as_ref().is_none_or(|pauses| pauses.contains(&pause));
    Some(Policy {
        name: table.name.clone().unwrap_or_default(),
        when: condition(found, path, table, known),
        calendar: counts_by?,
        first_response,
        next_response,
        resolution,
        steps: steps(found, path, table, known),
        pause_waiting: pauses(Pause::Waiting),
        pause_snoozed: pauses(Pause::Snoozed),
        pause_max,
        notices,
        claim_within,
    })
}

fn calendar(found: &mut Findings<'_>, path: &str, name: &str, known: &Known<'_>) -> Option<Arc<Calendar>> {
    let calendar = known.calendars.iter().find(|calendar| calendar.name() == name);
    if calendar.is_none() {
        let names: Vec<&str> = known.calendars.iter().map(Calendar::name).collect();
        found.problem(path, "names no calendar", suggested(name, &names));
    }
    calendar.cloned().map(Arc::new)
}

fn suggested(name: &str, known: &[&str]) -> String {
    match meant(name, known.iter().copied()) {
        Some(meant) => format!("did you mean \"{meant}\"?"),
        None => format!("there are: {}", known.join(", ")),
    }
}

fn length(found: &mut Findings<'_>, path: &str, text: Option<&String>) -> Option<SignedDuration> {
    let length = duration::parse(text?);
    if length.is_none() {
        found.problem(path, "is not a length of time", "write it like 30m, 4h or 3d (a day has 24 hours)");
    }
    length
}

fn condition(found: &mut Findings<'_>, path: &str, table: &PolicyTable, known: &Known<'_>) -> Condition {
    for (index, channel) in table.channels.iter().flatten().enumerate() {
        if !known.channels.contains(&Some(channel)) && !known.channels.contains(&None) {
            let names: Vec<&str> = known.channels.iter().copied().flatten().collect();
            let path = format!("{path}.channels[{index}]");
            found.problem(path, "names no channel of this file", suggested(channel, &names));
        }
    }
    for (index, tag) in table.languages.iter().flatten().enumerate() {
        languages::check(found, &format!("{path}.languages[{index}]"), tag);
    }
    let set = |words: &Option<Vec<String>>| -> BTreeSet<String> {
        words.iter().flatten().map(|word| word.to_lowercase()).collect()
    };
    Condition {
        tags: tags(found, path, table),
        channels: table.channels.iter().flatten().map(ChannelName::new).collect(),
        segments: set(&table.segments),
        languages: set(&table.languages),
        priorities: table.priorities.iter().flatten().map(|urgency| urgency.priority()).collect(),
    }
}

/// Its tags as threads have them.
fn tags(found: &mut Findings<'_>, path: &str, table: &PolicyTable) -> BTreeSet<String> {
    let mut tags = BTreeSet::new();
    for (index, written) in table.tags.iter().flatten().enumerate() {
        match tag::tag(written) {
            Some(tag) => _ = tags.insert(tag),
            None => found.problem(format!("{path}.tags[{index}]"), tag::WANTED, TAG_HINT),
        }
    }
    tags
}

/// Warnings and escalations in the order of time.
fn steps(found: &mut Findings<'_>, path: &str, table: &PolicyTable, known: &Known<'_>) -> Vec<Step> {
    if table.warn.is_none() && table.escalate.is_none() {
        return policy::default_steps();
    }
    let mut steps: Vec<Step> = Vec::new();
    let usual = [50, 80];
    for (index, percent) in table.warn.as_deref().unwrap_or(&usual).iter().enumerate() {
        let percent = percent_of(found, &format!("{path}.warn[{index}]"), *percent);
        steps.extend(percent.map(|percent| Step { percent, tell: vec![Addressee::Assignee] }));
    }
    match &table.escalate {
        None => steps.extend(policy::default_steps().into_iter().filter(|step| step.percent >= 100)),
        Some(rungs) => {
            for (index, rung) in rungs.iter().enumerate() {
                let path = format!("{path}.escalate[{index}]");
                let percent = rung.at.and_then(|at| percent_of(found, &format!("{path}.at"), at));
                if rung.to.is_some() && !found.lines.has(&format!("{path}.to[0]")) {
                    found.problem(format!("{path}.to"), "names nobody", ADDRESSEES);
                }
                let tell = rung.to.iter().flatten().enumerate();
                let tell =
                    tell.filter_map(|(at, who)| addressee(found, &format!("{path}.to[{at}]"), who, known));
                let tell = tell.collect();
                steps.extend(percent.map(|percent| Step { percent, tell }));
            }
        }
    }
    steps.sort_by_key(|step| step.percent);
    // those of the same moment are one
    steps.dedup_by(|later, earlier| {
        let same = later.percent == earlier.percent;
        if same {
            earlier.tell.append(&mut later.tell);
        }
        same
    });
    steps
}

fn percent_of(found: &mut Findings<'_>, path: &str, written: i32) -> Option<u32> {
    let percent = u32::try_from(written).ok().filter(|percent| (1..=PERCENT_MAX).contains(percent));
    if percent.is_none() {
        let hint =
            "percent of the time allowed: 80 is before it is over, 100 is when, 150 is half of it later";
        found.problem(path, format!("must be from 1 to {PERCENT_MAX}"), hint);
    }
    percent
}

fn addressee(found: &mut Findings<'_>, path: &str, who: &str, known: &Known<'_>) -> Option<Addressee> {
    if let Some(name) = who.strip_prefix('@') {
        let agent = known.agents.iter().find(|agent| agent.name.as_str().eq_ignore_ascii_case(name));
        if agent.is_none() {
            let names: Vec<&str> = known.agents.iter().map(|agent| agent.name.as_str()).collect();
            found.problem(path, "names no agent", suggested(name, &names));
        }
        return agent.map(|agent| Addressee::Agent(AgentName::new(agent.name.as_str())));
    }
    if let Some(name) = who.strip_prefix("team:") {
        if !known.teams.iter().any(|team| team.name == name) {
            let names: Vec<&str> = known.teams.iter().map(|team| team.name.as_str()).collect();
            found.problem(path, "names no team", suggested(name, &names));
        }
        return Some(Addressee::OtherTeam(name.to_owned()));
    }
    match who {
        "assignee" => Some(Addressee::Assignee),
        "team" => Some(Addressee::Team),
        "managers" => Some(Addressee::Managers),
        _ => {
            found.problem(path, "is nobody who can be told", ADDRESSEES);
            None
        }
    }
}
