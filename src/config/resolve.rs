//! What the entries of a well-shaped file mean together: names that refer, secrets that can be read, times that
//! exist. Collects every problem; what is missing altogether was told before.

use super::load::Loaded;
use super::problems::{Problem, meant};
use super::secrets::{self, Secret};
use super::shape::Lines;
use super::written::{DeskTable, File, TeamTable};
use super::{
    Channel, Config, Desk, Platform, Team, agents, calendars, digests, duration, platforms, policies, rules,
};
use jiff::SignedDuration;
use jiff::tz::{self, TimeZone};
use port::{ChannelName, ChatId, Place};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The longest a reply may be held back.
const GRACE_MAX: SignedDuration = SignedDuration::from_mins(10);
/// The shortest key that is worth its name, in characters.
const MASTER_KEY_MIN: usize = 16;
/// The longest word of one's own, in characters.
pub(super) const WORD_MAX: usize = 60;

/// Collects what is wrong while the parts are put together.
pub(super) struct Findings<'a> {
    pub(super) lines: &'a Lines,
    environment: &'a dyn Fn(&str) -> Option<String>,
    problems: Vec<Problem>,
    warnings: Vec<Problem>,
}

pub(super) fn resolve(
    file: File,
    lines: &Lines,
    environment: &dyn Fn(&str) -> Option<String>,
) -> Result<Loaded, Vec<Problem>> {
    let mut found = Findings { lines, environment, problems: Vec::new(), warnings: Vec::new() };
    let desk = found.desk(&file.desk);
    let tables = file.channels.unwrap_or_default();
    let channels = platforms::channels(&mut found, &tables);
    let names: Vec<Option<&str>> = tables.iter().map(|table| table.name.as_deref()).collect();
    let kinds = tables.iter().filter_map(|table| Some((table.name.as_deref()?, table.platform?)));
    let kinds: BTreeMap<&str, Platform> = kinds.collect();
    let teams = found.teams(&file.teams.unwrap_or_default(), &names, &kinds);
    let agents = agents::agents(&mut found, &file.agents.unwrap_or_default(), &kinds);
    let zone = desk.as_ref().map_or(TimeZone::UTC, |desk| desk.time_zone.clone());
    let calendars = calendars::calendars(&mut found, &file.calendars.unwrap_or_default(), &zone);
    let known = policies::Known { calendars: &calendars, channels: &names, teams: &teams, agents: &agents };
    let policies = policies::policies(&mut found, file.policies.as_deref(), &known, &zone);
    let policy_names: Vec<&str> = policies.iter().map(|policy| policy.name.as_str()).collect();
    let rules = rules::rules(&mut found, file.rules.as_deref(), &names, &teams, &policy_names);
    match (desk, rules, found.problems.is_empty()) {
        (Some(desk), Some(rules), true) => {
            let config = Config { desk, channels, teams, agents, calendars, policies, rules };
            Ok(Loaded { config, warnings: found.warnings })
        }
        _ => Err(found.problems),
    }
}

impl Findings<'_> {
    pub(super) fn problem(
        &mut self,
        path: impl Into<String>,
        what: impl Into<String>,
        hint: impl Into<String>,
    ) {
        let path = path.into();
        let line = self.lines.of(&path);
        self.problems.push(Problem { path, line, what: what.into(), hint: hint.into() });
    }

    /// How many problems there are so far.
    pub(super) fn problem_count(&self) -> usize {
        self.problems.len()
    }

    pub(super) fn warning(
        &mut self,
        path: impl Into<String>,
        what: impl Into<String>,
        hint: impl Into<String>,
    ) {
        let path = path.into();
        let line = self.lines.of(&path);
        self.warnings.push(Problem { path, line, what: what.into(), hint: hint.into() });
    }

    /// At most one of a variable and a file. `None` when there is none or when it cannot be had.
    pub(super) fn secret(
        &mut self,
        path: &str,
        key: &str,
        env: Option<&str>,
        file: Option<&str>,
    ) -> Option<Secret> {
        match (env, file) {
            (Some(_), Some(_)) => {
                let what = format!("is given twice, as {key}_env and as {key}_file");
                self.problem(format!("{path}.{key}_file"), what, "keep one of the two");
                None
            }
            (Some(name), None) => self.variable_secret(&format!("{path}.{key}_env"), name),
            (None, Some(file)) => self.file_secret(&format!("{path}.{key}_file"), Path::new(file)),
            (None, None) => None,
        }
    }

    fn variable_secret(&mut self, path: &str, name: &str) -> Option<Secret> {
        if !secrets::is_variable_name(name) {
            let hint = "it takes the name of a variable, e.g. DESKBRIDGE_SECRET, never the secret itself";
            self.problem(path, "is not the name of an environment variable", hint);
            return None;
        }
        let value = (self.environment)(name).filter(|value| !value.is_empty());
        if value.is_none() && secrets::is_told_from_a_secret(name) {
            let what = format!("names the environment variable {name}, which is not set");
            self.problem(path, what, format!("set it for the bridge's process: export {name}=…"));
        } else if value.is_none() {
            let hint =
                "set it for the bridge's process; it is not repeated here, in case it is the secret itself";
            self.problem(path, "names an environment variable that is not set", hint);
        }
        value.map(Secret::new)
    }

    fn file_secret(&mut self, path: &str, file: &Path) -> Option<Secret> {
        match secrets::from_file(file) {
            Ok(read) => {
                if read.open_to_others {
                    let hint = format!("chmod 600 {}", file.display());
                    self.warning(path, "names a file that others on this machine may read", hint);
                }
                Some(read.secret)
            }
            Err(reason) => {
                let hint = "a relative path counts from the directory the bridge is started in";
                self.problem(path, format!("names the file {}, which {reason}", file.display()), hint);
                None
            }
        }
    }

    fn desk(&mut self, table: &DeskTable) -> Option<Desk> {
        if table.data_dir.trim().is_empty() {
            self.problem("desk.data_dir", "is empty", "name a directory, e.g. \"data\"");
        }
        let confirm_grace = self.duration("desk.confirm_grace", &table.confirm_grace);
        if confirm_grace.is_some_and(|grace| grace > GRACE_MAX) {
            self.problem(
                "desk.confirm_grace",
                "is longer than ten minutes",
                "the customer waits all that time",
            );
        }
        let reopen_within = self.duration("desk.reopen_within", &table.reopen_within);
        self.command_prefix(&table.command_prefix);
        let (env, key_file) = (table.master_key_env.as_deref(), table.master_key_file.as_deref());
        let master_key = self.secret("desk", "master_key", env, key_file);
        if master_key.as_ref().is_some_and(|key| key.expose().trim().chars().count() < MASTER_KEY_MIN) {
            let path = if env.is_some() { "desk.master_key_env" } else { "desk.master_key_file" };
            let what = format!("holds a key of fewer than {MASTER_KEY_MIN} characters");
            self.problem(path, what, "make one with: openssl rand -base64 32");
        }
        let time_zone = self.time_zone("desk.time_zone", &table.time_zone);
        Some(Desk {
            data_dir: PathBuf::from(&table.data_dir),
            time_zone: time_zone?,
            locale: table.locale,
            reply_mode: table.reply_mode,
            confirm_grace: confirm_grace?,
            command_prefix: table.command_prefix.clone(),
            reopen_within: reopen_within?,
            master_key,
        })
    }

    fn duration(&mut self, path: &str, text: &str) -> Option<SignedDuration> {
        let parsed = duration::parse(text);
        if parsed.is_none() {
            self.problem(path, "is not a length of time", "write it like 10s, 15m, 36h, 7d or 2w");
        }
        parsed
    }

    pub(super) fn time_zone(&mut self, path: &str, name: &str) -> Option<TimeZone> {
        if let Ok(zone) = TimeZone::get(name) {
            return Some(zone);
        }
        let known: Vec<String> = tz::db().available().map(|zone| zone.to_string()).collect();
        let hint = match meant(name, known.iter().map(String::as_str)) {
            Some(meant) => format!("did you mean {meant}?"),
            None => "IANA names are like Europe/Berlin, America/New_York or UTC".to_owned(),
        };
        self.problem(path, "is not a known time zone", hint);
        None
    }

    fn command_prefix(&mut self, prefix: &str) {
        let wrong = if !(1..=3).contains(&prefix.chars().count()) {
            "must have one to three characters"
        } else if prefix.starts_with("//") {
            "must not begin with //, which marks notes"
        } else if prefix.chars().any(|c| c.is_alphanumeric() || c.is_whitespace() || c.is_control()) {
            "must not hold letters, digits or blanks"
        } else {
            return;
        };
        self.problem("desk.command_prefix", wrong, "the usual one is \"!\"");
    }

    fn teams(
        &mut self,
        tables: &[TeamTable],
        channels: &[Option<&str>],
        kinds: &BTreeMap<&str, Platform>,
    ) -> Vec<Team> {
        if tables.is_empty() && self.lines.of("teams").is_some() {
            self.problem("teams", "is empty", "without a team chat nobody could answer: add [[teams]]");
        }
        let mut teams: Vec<Team> = Vec::new();
        for (index, table) in tables.iter().enumerate() {
            let path = format!("teams[{index}]");
            if let Some(channel) = table.channel.as_deref() {
                self.known_channel(&format!("{path}.channel"), channel, channels);
            }
            let (Some(name), Some(channel), Some(room)) = (&table.name, &table.channel, &table.room) else {
                continue;
            };
            if name.trim().is_empty() {
                self.problem(format!("{path}.name"), "is empty", "give the team a name of your own");
            } else if teams.iter().any(|team| team.name == *name) {
                self.problem(format!("{path}.name"), "is the name of an earlier team", "names are unique");
            }
            let platform = kinds.get(channel.as_str()).copied();
            if let Some(hint) = platforms::room_problem(platform, room) {
                self.problem(format!("{path}.room"), "cannot be a chat on this channel", hint);
            }
            let room = Place::new(ChannelName::new(channel), ChatId::new(room));
            if teams.iter().any(|team| team.room == room) {
                self.problem(
                    format!("{path}.room"),
                    "belongs to an earlier team",
                    "every team has its own chat",
                );
            }
            let digest = table.digest.as_ref();
            let digest = digest.map(|digest| digests::digest(self, &format!("{path}.digest"), digest));
            teams.push(Team { name: name.clone(), room, digest: digest.unwrap_or_default() });
        }
        teams
    }

    fn known_channel(&mut self, path: &str, channel: &str, channels: &[Option<&str>]) {
        // a channel whose name could not be read may be the one that is meant
        if channels.contains(&Some(channel)) || channels.contains(&None) {
            return;
        }
        let known = || channels.iter().copied().flatten();
        let hint = match meant(channel, known()) {
            Some(meant) => format!("did you mean \"{meant}\"?"),
            None => format!("the channels are: {}", known().collect::<Vec<_>>().join(", ")),
        };
        self.problem(path, "names no channel of this file", hint);
    }

    /// The channels' names: unique, and fit to be part of a key in the store.
    pub(super) fn channel_name(&mut self, path: &str, name: &str, earlier: &[Channel]) -> ChannelName {
        let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        if name.is_empty() || name.len() > WORD_MAX || !name.chars().all(fits) {
            let what = format!("must be 1 to {WORD_MAX} letters, digits, - or _");
            self.problem(format!("{path}.name"), what, "e.g. \"matrix-shop\"");
        }
        let name = ChannelName::new(name);
        if earlier.iter().any(|channel| channel.name == name) {
            self.problem(format!("{path}.name"), "is the name of an earlier channel", "names are unique");
        }
        name
    }
}
