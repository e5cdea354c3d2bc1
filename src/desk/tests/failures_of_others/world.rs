//! A desk with its office, as a page sets it up.

use super::said;
use crate::calendar::{Calendar, CalendarError, Plan, Week, weekdays};
use crate::policy::Deadlines;
use crate::{Input, ReplyMode};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, ToSpan as _};
use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::desk::rules;
use super::super::script::Stage;

/// A desk, and what its deadlines are made of.
pub(super) struct World {
    pub(super) stage: Stage,
    /// Everything that was seen so far.
    pub(super) seen: Vec<String>,
    plan: Plan,
    answers: SignedDuration,
    closing: Option<SignedDuration>,
    around_the_clock: bool,
    office_notices: bool,
    no_policies: bool,
}

impl World {
    pub(super) fn new() -> Self {
        let plan = Plan {
            name: "office".to_owned(),
            zone: TimeZone::UTC,
            week: week("mon-fri 08:00-17:00"),
            holidays: BTreeMap::new(),
            special_days: BTreeMap::new(),
        };
        let mut stage = Stage::new(ReplyMode::Explicit);
        stage.desk.setup.rules = rules();
        let mut world = Self {
            stage,
            seen: Vec::new(),
            plan,
            answers: SignedDuration::from_hours(4),
            closing: None,
            around_the_clock: false,
            office_notices: false,
            no_policies: false,
        };
        world.configure();
        world.stage.desk.decide(&Input::Started);
        world
    }

    /// Plays the lines that are no results; gives them back with what resulted.
    pub(super) fn play(&mut self, lines: &[&str]) -> Vec<String> {
        let mut told = Vec::new();
        for line in lines.iter().filter(|line| !line.starts_with("= ")) {
            told.push((*line).to_owned());
            if let Some(question) = line.strip_prefix("? ") {
                let answers = said::answer(self, question);
                told.extend(answers.into_iter().map(|answer| format!("= {answer}")));
            } else if !self.is_set_up(line) {
                let seen = self.stage.play(line);
                self.seen.extend(seen.into_iter().skip(1));
            }
        }
        told
    }

    /// The office's calendar, if it can be one.
    pub(super) fn calendar(&self) -> Result<Calendar, CalendarError> {
        Calendar::new(self.plan.clone())
    }

    fn is_set_up(&mut self, line: &str) -> bool {
        let (first, rest) = line.split_once(' ').unwrap_or((line, ""));
        let last = || rest.rsplit(' ').next().unwrap().parse::<SignedDuration>().unwrap();
        match (first, rest) {
            ("zone", name) => {
                self.plan.zone = TimeZone::get(name).unwrap();
                self.stage.desk.setup.time_zone = self.plan.zone.clone();
            }
            ("it", _) => {
                let at: DateTime = rest.trim_start_matches("is ").parse().unwrap();
                self.stage.desk.now = self.plan.zone.to_timestamp(at).unwrap();
            }
            ("office", hours) => self.plan.week = week(hours),
            ("holiday", days) => {
                let (from, count) = days.split_once(" and so on for ").unwrap_or((days, "1"));
                let days = from.parse::<jiff::civil::Date>().unwrap().series(1.day());
                self.plan
                    .holidays
                    .extend(days.take(count.parse().unwrap()).map(|day| (day, "closed".into())));
            }
            ("answers", within) if within.starts_with("within") => self.answers = last(),
            ("closing", _) => self.closing = Some(last()),
            ("reopened", _) => self.stage.desk.setup.reopen_within = last(),
            ("around", _) => self.around_the_clock = true,
            ("notices", _) => self.office_notices = true,
            ("no", "policies") => self.no_policies = true,
            ("starts", _) => {
                self.stage.desk.decide(&Input::Started);
            }
            _ => return false,
        }
        self.configure();
        true
    }

    /// The deadlines as they are set up by now, where the calendar can be one.
    fn configure(&mut self) {
        let Ok(office) = self.calendar() else { return };
        let office = Arc::new(office);
        let mut deadlines = Deadlines::shipped(Arc::clone(&office), &self.plan.zone);
        let always = deadlines.calendars.get("always").cloned().unwrap();
        let standard = deadlines.policies.last_mut().unwrap();
        standard.first_response = Some(self.answers);
        standard.next_response = Some(self.answers);
        standard.resolution = self.closing;
        if self.around_the_clock {
            standard.calendar = always;
        }
        if self.office_notices {
            standard.notices = Some(office);
        }
        if self.no_policies {
            deadlines.policies.clear();
        }
        self.stage.desk.setup.deadlines = Arc::new(deadlines);
    }
}

/// Hours of some days: `mon-fri 08:00-12:00 13:00-17:00`.
fn week(text: &str) -> Week {
    let (days, hours) = text.split_once(' ').unwrap();
    let hours: Vec<_> = hours.split(' ').map(|hours| hours.parse().unwrap()).collect();
    let mut week = Week::new();
    week.set(&weekdays(days).unwrap(), &hours).unwrap();
    week
}
