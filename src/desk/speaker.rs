//! In whose language something is said: a customer's own, an agent's own, or the desk's where nobody in particular
//! reads it or where there are no words for theirs.
//!
//! A reason, a name or a clock within a sentence is said by the same speaker, so that no sentence mixes languages.

use crate::decide::Turn;
use crate::sentence::Sentence;
use crate::setup::{Agent, Setup};
use crate::state::Missing;
use jiff::Timestamp;
use jiff::civil::Weekday;
use port::{AccountId, AgentName, ChannelName, ThreadId};

/// The desk speaking one language.
#[derive(Clone, Copy)]
pub struct Speaker<'a> {
    /// What the desk knows besides.
    pub(crate) setup: &'a Setup,
    locale: &'a str,
}

impl<'a> Speaker<'a> {
    /// A sentence.
    #[must_use]
    pub fn say(self, sentence: &Sentence) -> String {
        self.setup.words.say(self.locale, sentence)
    }

    /// The locale it speaks.
    #[must_use]
    pub const fn locale(self) -> &'a str {
        self.locale
    }

    /// The locale it speaks, where that is not the desk's own.
    pub(crate) fn other_locale(self) -> Option<String> {
        (self.locale != self.setup.locale).then(|| self.locale.to_owned())
    }

    /// As [`Setup::shown_time`], with the day of the week: for times that somebody has to check.
    #[must_use]
    pub fn shown_day(self, at: Timestamp) -> String {
        let day = match at.to_zoned(self.setup.time_zone.clone()).weekday() {
            Weekday::Monday => "mon",
            Weekday::Tuesday => "tue",
            Weekday::Wednesday => "wed",
            Weekday::Thursday => "thu",
            Weekday::Friday => "fri",
            Weekday::Saturday => "sat",
            Weekday::Sunday => "sun",
        };
        let day = self.say(&Sentence::Weekday { day: day.to_owned() });
        format!("{day}, {}", self.setup.shown_time(at))
    }
}

impl Setup {
    /// The desk in its own locale: what is said to the whole team.
    #[must_use]
    pub fn speaker(&self) -> Speaker<'_> {
        Speaker { setup: self, locale: &self.locale }
    }

    /// The desk in the first of these languages, given as language tags, that there are words for; else in its own.
    #[must_use]
    pub fn speaking<'t>(&self, languages: impl IntoIterator<Item = &'t str>) -> Speaker<'_> {
        let known = languages.into_iter().find_map(|tag| {
            // `de-CH` is read by whoever reads `de`
            let language = tag.split('-').next().unwrap_or(tag);
            self.words.locale(tag).or_else(|| self.words.locale(language))
        });
        known.map_or_else(|| self.speaker(), |locale| Speaker { setup: self, locale })
    }

    /// The desk in an agent's language.
    #[must_use]
    pub fn speaking_to(&self, agent: Option<&Agent>) -> Speaker<'_> {
        self.speaking(agent.into_iter().flat_map(|agent| &agent.languages).map(String::as_str))
    }

    /// The desk in the language of the agent of this name; in its own for whoever left the team.
    #[must_use]
    pub fn speaking_to_named(&self, name: Option<&AgentName>) -> Speaker<'_> {
        self.speaking_to(self.agents.iter().find(|agent| Some(&agent.name) == name))
    }

    /// The desk in the language of the agent behind an account; in its own for a stranger.
    #[must_use]
    pub fn speaking_to_account(&self, channel: &ChannelName, account: &AccountId) -> Speaker<'_> {
        self.speaking_to(self.agent(channel, account))
    }
}

impl<'a> Turn<'a> {
    /// The desk in the language of a thread's customer. Who has not written enough to tell is spoken to as in the thread
    /// before.
    pub(crate) fn to_customer_of(&self, id: ThreadId) -> Result<Speaker<'a>, Missing> {
        let setup = self.setup;
        let Some(thread) = self.rows.thread(id)? else { return Ok(setup.speaker()) };
        let language = match (thread.language, thread.previous) {
            (None, Some(previous)) => self.rows.thread(previous)?.and_then(|thread| thread.language),
            (language, _) => language,
        };
        let language = match language {
            None => self.rows.visit(&thread.place)?.and_then(|visit| visit.language),
            known => known,
        };
        Ok(setup.speaking(language.as_deref()))
    }
}
