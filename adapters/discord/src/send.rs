//! The way out: one operation becomes one or several messages, whose ids come back.
//!
//! What the bot itself posts has a nonce made of the operation's id, so that a repeat is recognised. A webhook's post has
//! none: before a repeat it is looked for. The only repeats made here are of requests that Discord surely refused, after
//! what stood in the way was mended: an archived thread, a lost webhook, a picture that cannot be had.

use crate::channels::{self, Facts};
use crate::client::{Failure, Route, WAIT};
use crate::compose::Post;
use crate::errors::{self, Spot, Undone, not_possible};
use crate::hooks::{self, Hook};
use crate::look::{self, Seen};
use crate::render;
use crate::tries::Try;
use crate::{Shared, clock, crowded, edit, general, marks, pictures, topics, tries, upload};
use port::adapter::FILES_TIME_MAX;
use port::rich::Rich;
use port::{Attachment, Media, Mention, MessageId, Op, Operation, Outcome, Refusal, RefusalScope, Voice};
use reqwest::Method;
use serde_json::Value;
use std::time::Duration;

/// A little less than the minute that an operation has.
const DELIVERY_MAX: Duration = Duration::from_secs(55);
/// A little less than an operation with files has.
const FILES_DELIVERY_MAX: Duration = FILES_TIME_MAX.saturating_sub(Duration::from_secs(30));
/// One operation on its way to one place.
pub(crate) struct Errand<'o> {
    pub(crate) shared: &'o Shared,
    pub(crate) op: &'o Op,
    /// Where its messages are: the topic, the chat, or the general post of a forum.
    pub(crate) channel: String,
    /// What never changes about its chat.
    pub(crate) facts: Facts,
    pub(crate) spot: Spot,
}

/// Who posts.
#[derive(Debug, Clone)]
pub(crate) enum Way {
    /// The bot, under its own name.
    Bot,
    /// A webhook, under anybody's.
    Hook {
        hook: Hook,
        /// The channel that the webhook belongs to.
        of: String,
        username: String,
        avatar: Option<String>,
    },
}

/// Carries out one operation, once.
pub(crate) async fn deliver(shared: &Shared, op: &Op, media: &dyn Media) -> Outcome {
    let lost = || Outcome::Unknown { reason: "Discord did not answer in time".to_owned() };
    let has_files = matches!(&op.operation, Operation::Create { files, .. } if !files.is_empty());
    let most = if has_files { FILES_DELIVERY_MAX } else { DELIVERY_MAX };
    tokio::time::timeout(most, attempt(shared, op, media)).await.unwrap_or_else(|_| lost())
}

async fn attempt(shared: &Shared, op: &Op, media: &dyn Media) -> Outcome {
    let errand = match Errand::new(shared, op).await {
        Ok(errand) => errand,
        Err(undone) => {
            let is_team = shared.places.is_team(&op.chat);
            return told(shared, undone, if is_team { Spot::Room } else { Spot::Customer });
        }
    };
    let outcome = match errand.run(media).await {
        Ok(outcome) => outcome,
        Err(undone) if undone.code() == errors::UNKNOWN_CHANNEL && errand.is_general() => {
            general::forget(shared, op.chat.as_str()).await;
            let reason = "the forum's general post is gone".to_owned();
            Outcome::Later { after: Some(general::AGAIN), whole_channel: false, reason }
        }
        Err(undone) => told(shared, undone, errand.spot),
    };
    if let Outcome::Refused(_) | Outcome::Heal(_) = outcome {
        tries::settle(shared, &op.id).await;
    }
    outcome
}

/// What the outbox is told.
pub(crate) fn told(shared: &Shared, undone: Undone, spot: Spot) -> Outcome {
    match undone {
        Undone::Told(outcome) => outcome,
        Undone::Failed(failure) => {
            if failure.is_bad_token() {
                shared.health.bad_credentials(
                    "Discord does not take the bot's token; reset it under Bot in the Developer Portal",
                );
            }
            errors::outcome(&failure, spot)
        }
    }
}

impl<'o> Errand<'o> {
    /// Finds out where an operation belongs.
    pub(crate) async fn new(shared: &'o Shared, op: &'o Op) -> Result<Self, Undone> {
        if !render::is_id(op.chat.as_str()) {
            let refusal = Refusal::new(RefusalScope::Chat, "the chat is no channel of Discord's");
            return Err(Undone::Told(Outcome::Refused(refusal)));
        }
        let facts = channels::facts(shared, op.chat.as_str()).await?;
        let spot = match &op.topic {
            Some(_) => Spot::Topic,
            None if shared.places.is_team(&op.chat) => Spot::Room,
            None => Spot::Customer,
        };
        let opens = matches!(op.operation, Operation::OpenTopic { .. });
        let channel = match &op.topic {
            Some(topic) if !render::is_id(topic.as_str()) => {
                return Err(Undone::Told(Outcome::Heal(port::Heal::TopicGone)));
            }
            Some(topic) => topic.as_str().to_owned(),
            None if facts.is_forum() && !opens => general::place(shared, op.chat.as_str()).await?,
            None => op.chat.as_str().to_owned(),
        };
        Ok(Self { shared, op, channel, facts, spot })
    }

    /// Whether it goes to the post for what belongs to no topic.
    fn is_general(&self) -> bool {
        self.op.topic.is_none() && self.channel != self.op.chat.as_str()
    }

    async fn run(&self, media: &dyn Media) -> Result<Outcome, Undone> {
        match &self.op.operation {
            Operation::Create { voice, body, files, reply_to, mentions } => {
                let reply_to = reply_to.as_ref().map(MessageId::as_str).filter(|id| render::is_id(id));
                Box::pin(self.create(voice, &body.rich(), files, (reply_to, mentions), media)).await
            }
            Operation::Edit { parts, voice, body } => {
                Box::pin(edit::edit(self, parts, voice, &body.rich())).await
            }
            Operation::Delete { parts } => Box::pin(edit::delete(self, parts)).await,
            Operation::React { message, key } => {
                Box::pin(marks::react(self, message.as_ref(), key.shown())).await
            }
            Operation::OpenTopic { title, state, card, .. } => {
                Box::pin(topics::open(self, title.shown(), *state, card.shown())).await
            }
            Operation::SetTopic { title, state, card, .. } => {
                Box::pin(topics::set(self, title.shown(), *state, card.shown())).await
            }
            Operation::Mark { message, mark } => Box::pin(marks::set(self, message, *mark)).await,
            _ => Err(not_possible("this version of the Discord adapter does not know the operation")),
        }
    }

    async fn create(
        &self,
        voice: &Voice,
        body: &Rich,
        files: &[Attachment],
        (reply_to, mentions): (Option<&str>, &[Mention]),
        media: &dyn Media,
    ) -> Result<Outcome, Undone> {
        let mut tried = tries::begin(self.shared, &self.op.id, &self.channel).await?;
        if tried.is_done() {
            return Ok(Outcome::Delivered { parts: tried.ids(), topic: None });
        }
        upload::check(self, files).await?;
        let way = self.way(voice).await?;
        let posts = self.posts(&way, voice, body, files, (reply_to, mentions));
        self.make(&mut tried, &way, voice, &posts, reply_to, media).await?;
        Ok(Outcome::Delivered { parts: tried.ids(), topic: None })
    }

    /// Makes those of some messages that are not surely there already.
    pub(crate) async fn make(
        &self,
        tried: &mut Try,
        way: &Way,
        voice: &Voice,
        posts: &[Post<'_>],
        reply_to: Option<&str>,
        media: &dyn Media,
    ) -> Result<(), Undone> {
        let first = tried.parts().len();
        for (number, post) in posts.iter().enumerate().skip(first) {
            let may_be_there = tried.again && number == first && matches!(way, Way::Hook { .. });
            let seen = if may_be_there { look::there(self, way, post, tried).await? } else { Seen::Not };
            let id = match seen {
                Seen::There(id) => id,
                Seen::Not => self.post(way, voice, post, number, reply_to, media).await?,
                Seen::Unclear => {
                    let reason = "too much was said since to tell whether it is there".to_owned();
                    return Err(Undone::Told(Outcome::Unknown { reason }));
                }
            };
            tried.said(self.shared, &id, number + 1 == posts.len()).await?;
        }
        Ok(())
    }

    /// Who posts for a voice here.
    pub(crate) async fn way(&self, voice: &Voice) -> Result<Way, Undone> {
        let (Voice::Persona(persona), Some(of)) = (voice, self.facts.hook_channel(self.op.chat.as_str()))
        else {
            return Ok(Way::Bot);
        };
        let Some(hook) = hooks::hook(self.shared, of).await? else { return Ok(Way::Bot) };
        let avatar = match self.spot {
            Spot::Customer => pictures::address(self.shared, &persona.id).await,
            // only agents have pictures here
            Spot::Topic | Spot::Room => None,
        };
        let username = render::username(persona.name.shown());
        Ok(Way::Hook { hook, of: of.to_owned(), username, avatar })
    }

    /// A message of ours was made here just now.
    pub(crate) fn made(&self, id: &str) {
        self.shared.outgoing.skew.learn(clock::now().as_millisecond(), id);
        self.shared.outgoing.latest.put(&self.channel, id.to_owned());
    }

    /// A request under the bot's token that makes a thread active.
    pub(crate) async fn ask_with_room(
        &self,
        method: &Method,
        path: &str,
        body: &Value,
    ) -> Result<Value, Failure> {
        crowded::ask(self.shared, (self.op.chat.as_str(), &self.facts), method, path, body).await
    }

    /// A request under the bot's token.
    pub(crate) async fn ask(&self, method: &Method, path: &str, body: &Value) -> Result<Value, Failure> {
        self.shared.client.call(Route { method, path, own_token: false }, body, WAIT).await
    }
}

/// FNV-1a; nothing is believed because of it.
pub(crate) fn fingerprint(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}
