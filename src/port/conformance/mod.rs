//! What every adapter must do, as checks that run against a real adapter and a real (or faithful) platform.
//!
//! A test of an adapter implements [`Rig`] on the platform's side and calls [`run_all`]. The suite plays the
//! shell: it runs the adapter, keeps or loses what it hands over, ends it and starts it again. It must not know
//! any platform; what a platform lacks, its [`crate::Capabilities`] say.

mod changing;
mod receiving;
mod sending;
mod shell;

pub use shell::Shell;

use crate::adapter::Adapter;
use crate::ids::{ChatId, MessageId, TopicId};
use async_trait::async_trait;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// The platform's side of a test: one customer, one agent, and the eyes of both.
///
/// The adapter is connected to the platform, and the customer's chat exists when the suite begins. Nobody else
/// writes there meanwhile. Rate limits of a test platform should be off.
#[async_trait]
pub trait Rig: Send + Sync {
    /// The adapter under test, always the same one.
    fn adapter(&self) -> Arc<dyn Adapter>;

    /// The team chat.
    fn team_room(&self) -> ChatId;

    /// The customer's chat with the bridge.
    fn customer_chat(&self) -> ChatId;

    /// The customer writes; comes back when the platform has taken it.
    async fn customer_writes(&self, text: &str);

    /// The agent writes in a topic or in the team chat itself, as a deliberate reply when `reply_to` says so.
    async fn agent_writes(&self, topic: Option<&TopicId>, text: &str, reply_to: Option<&MessageId>);

    /// What the customer sees now: at least the latest 200 messages, oldest first, own ones included.
    async fn customer_sees(&self) -> Vec<Seen>;

    /// What the team sees now in a topic, or in the team chat outside every topic. As above.
    async fn team_sees(&self, topic: Option<&TopicId>) -> Vec<Seen>;

    /// Whether anybody can write in the team chat outside every topic. Some platforms have rooms of topics alone.
    fn room_takes_messages(&self) -> bool {
        true
    }

    /// The customer gives an own message a new text. `false` when the platform has no such thing.
    async fn customer_edits(&self, _message: &MessageId, _text: &str) -> bool {
        false
    }

    /// The customer takes an own message back. `false` when the platform has no such thing.
    async fn customer_deletes(&self, _message: &MessageId) -> bool {
        false
    }

    /// The customer sends a file without a word; comes back when the platform has taken it. `false` when the rig
    /// cannot.
    async fn customer_sends(&self, _name: &str, _bytes: &[u8]) -> bool {
        false
    }

    /// The bytes of the first file of a message that the customer sees. `None` when the rig cannot fetch it.
    async fn customer_fetches(&self, _message: &MessageId) -> Option<Vec<u8>> {
        None
    }

    /// Makes a topic disappear behind the adapter's back. `false` when the platform cannot lose one.
    async fn lose_topic(&self, _topic: &TopicId) -> bool {
        false
    }

    /// A chat that the platform will not let the bridge write to, if the rig can name one.
    fn closed_chat(&self) -> Option<ChatId> {
        None
    }

    /// How long a check waits for what must happen.
    fn patience(&self) -> Duration {
        Duration::from_secs(20)
    }
}

/// One message as a person sees it, with every edit applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The platform's id of it, as the adapter writes it.
    pub id: MessageId,
    /// The author's name as a person reads it, beside the text or before it.
    pub name: String,
    /// The text without the name's prefix.
    pub text: String,
    /// The signs that the bridge has put on it.
    pub marks: Vec<String>,
}

/// Why a check did not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotShown {
    /// The platform or the rig has no such thing.
    DoesNotApply(String),
    /// The adapter breaks the contract.
    Broken(String),
}

/// What a check comes back with.
pub type Verdict = Result<(), NotShown>;

/// Ends a check as broken unless `holds`.
fn ensure(holds: bool, what: impl FnOnce() -> String) -> Verdict {
    if holds { Ok(()) } else { Err(NotShown::Broken(what())) }
}

/// Which checks held.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// The checks that held, by name.
    pub held: Vec<&'static str>,
    /// The checks that do not apply, with the reason.
    pub skipped: Vec<(&'static str, String)>,
    /// The checks that the adapter does not pass, with what was seen instead.
    pub broken: Vec<(&'static str, String)>,
}

impl Report {
    fn note(&mut self, check: &'static str, verdict: Verdict) {
        match verdict {
            Ok(()) => self.held.push(check),
            Err(NotShown::DoesNotApply(why)) => self.skipped.push((check, why)),
            Err(NotShown::Broken(what)) => self.broken.push((check, what)),
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} held, {} skipped, {} broken", self.held.len(), self.skipped.len(), self.broken.len())?;
        for (check, why) in &self.skipped {
            write!(f, "\n  skipped {check}: {why}")?;
        }
        for (check, what) in &self.broken {
            write!(f, "\n  BROKEN  {check}: {what}")?;
        }
        Ok(())
    }
}

macro_rules! run {
    ($shell:ident, $report:ident, $($module:ident :: $check:ident),* $(,)?) => {$(
        $shell.resume().await;
        let verdict = $module::$check(&mut $shell).await;
        $report.note(stringify!($check), verdict);
    )*};
}

/// Runs every check, one after the other, on one adapter.
///
/// # Errors
/// The report, when a check is broken.
pub async fn run_all(rig: &dyn Rig) -> Result<Report, Report> {
    let mut shell = Shell::new(rig);
    let mut report = Report::default();
    run!(
        shell,
        report,
        receiving::a_running_adapter_is_connected,
        receiving::a_customers_message_comes_in_once_with_text_author_and_time,
        receiving::a_text_comes_in_letter_for_letter,
        receiving::what_was_not_kept_comes_again,
        receiving::nothing_between_two_runs_is_lost,
        receiving::a_burst_keeps_its_order,
        receiving::a_crash_within_a_burst_loses_nothing,
        receiving::an_edit_names_its_message_and_grows_its_version,
        receiving::a_deletion_names_its_message,
        receiving::a_plain_message_of_an_agent_answers_nothing,
        receiving::a_deliberate_reply_names_the_message_it_answers,
        receiving::the_bridges_own_messages_never_come_back,
        sending::a_text_goes_out_letter_for_letter,
        sending::a_personas_name_is_seen_by_the_customer,
        sending::a_reply_may_name_a_message,
        sending::a_topic_opens_with_its_card,
        sending::a_post_lands_in_its_topic_and_nowhere_else,
        sending::a_topic_shows_its_new_card,
        sending::a_repeated_operation_makes_no_second_message,
        sending::a_delivered_operation_is_found_again,
        sending::what_was_never_sent_is_not_found,
        sending::the_last_mark_wins,
        sending::a_long_text_arrives_whole_and_in_order,
        sending::a_lost_topic_is_told,
        sending::a_closed_chat_refuses_for_certain,
        changing::an_edited_message_says_the_new_text_only,
        changing::a_message_taken_back_is_gone,
        changing::a_reaction_comes_and_goes,
        changing::a_file_goes_out_byte_by_byte,
        changing::a_file_comes_in_byte_by_byte,
        receiving::a_stopped_adapter_ends_promptly,
        receiving::an_adapter_that_nobody_keeps_for_ends,
        receiving::what_nobody_kept_for_comes_again,
    );
    shell.end().await;
    if report.broken.is_empty() { Ok(report) } else { Err(report) }
}
