//! From one answer's updates to what is handed over, in order. Whatever has to outlive a crash is kept on the way; doing
//! so again is harmless.

use crate::albums::{self, Albums, Edited, Kept, Open};
use crate::me::Me;
use crate::normalise::{self, View, number, text};
use crate::places::Role;
use crate::seen::Seen;
use crate::{Shared, reactions, standing};
use jiff::Timestamp;
use port::{ChatId, Inbound, InboundKind, ShelfError};
use serde_json::Value;

/// What an answer brought.
#[derive(Default)]
pub(crate) struct Gathered {
    /// What happened, oldest first within a chat.
    pub(crate) inbound: Vec<Inbound>,
    /// The albums that are handed over with it.
    pub(crate) whole: Vec<Open>,
    /// The highest number of an update.
    pub(crate) last: Option<i64>,
    /// The rows to be kept before it is handed over.
    pub(crate) rows: Vec<(String, Value)>,
}

/// What gathering works with.
pub(crate) struct Gatherer<'g> {
    pub(crate) shared: &'g Shared,
    pub(crate) me: &'g Me,
    pub(crate) albums: &'g mut Albums,
    pub(crate) seen: &'g mut Seen,
    pub(crate) now: Timestamp,
}

impl Gatherer<'_> {
    fn view(&self) -> View<'_> {
        View {
            me: self.me,
            places: &self.shared.places,
            prefix: &self.shared.config.command_prefix,
            commands: &self.shared.config.commands,
            received_at: self.now,
        }
    }

    /// Everything that updates say. None of them stops the others.
    pub(crate) async fn gather(&mut self, updates: &[Value]) -> Result<Gathered, ShelfError> {
        let mut gathered = Gathered::default();
        for update in updates {
            let id = normalise::update_id(update);
            gathered.last = gathered.last.max(id);
            let (Some(id), Some((kind, body))) = (id, normalise::kind(update)) else {
                self.skipped(id, "nothing");
                continue;
            };
            match kind {
                "message" => self.message(id, update, body, &mut gathered).await?,
                "edited_message" => self.edited(id, body, &mut gathered).await?,
                "message_reaction" => {
                    let changes = reactions::changes(&self.shared.shelf, id, body, &self.view()).await?;
                    for change in changes {
                        let change = self.renamed(change).await?;
                        gathered.inbound.push(change);
                    }
                }
                "my_chat_member" => {
                    self.standing(body);
                    gathered.inbound.extend(normalise::gone(id, body, &self.view()));
                }
                known if normalise::NOT_HEARD.contains(&known) => {}
                unknown => {
                    let told = normalise::unreadable(update, unknown, body, &self.view());
                    if told.is_none() {
                        self.skipped(Some(id), unknown);
                    }
                    gathered.inbound.extend(told);
                }
            }
        }
        let rows = std::mem::take(&mut gathered.rows);
        if !rows.is_empty() {
            self.shared.shelf.put(rows, Vec::new()).await?;
        }
        Ok(gathered)
    }

    /// An album as one message.
    pub(crate) async fn album(&self, open: &Open) -> Result<Option<Inbound>, ShelfError> {
        match normalise::album(&open.items(), &self.view()) {
            Some(inbound) => self.renamed(inbound).await.map(Some),
            None => Ok(None),
        }
    }

    async fn message(
        &mut self,
        id: i64,
        update: &Value,
        message: &Value,
        gathered: &mut Gathered,
    ) -> Result<(), ShelfError> {
        let chat = match normalise::role(message, &self.view()) {
            Role::Team(chat) => chat,
            Role::Customer(chat) => {
                gathered.rows.extend(self.seen.note(&chat, self.now));
                chat
            }
            Role::Stranger => return self.stranger(id, message).await,
        };
        if let Some(to) = number(message, "migrate_to_chat_id") {
            let to = ChatId::new(to.to_string());
            self.shared.places.note(&self.shared.shelf, &chat, &to).await?;
        }
        let group = text(message, "media_group_id");
        for open in self.albums.whole(&chat, albums::author_of(message), group) {
            gathered.inbound.extend(self.album(&open).await?);
            gathered.whole.push(open);
        }
        if let Some(group) = group
            && albums::author_of(message) != Some(self.me.id)
            && self.albums.keep(&chat, group, message, self.now).await? == Kept::Held
        {
            return Ok(());
        }
        if number(message, "message_id").is_none() {
            let told = normalise::unreadable(update, "message", message, &self.view());
            if told.is_none() {
                self.skipped(Some(id), "message");
            }
            gathered.inbound.extend(told);
            return Ok(());
        }
        if let Some(inbound) = normalise::message(update, message, &self.view()) {
            gathered.inbound.push(self.renamed(inbound).await?);
        }
        Ok(())
    }

    /// Somebody else's chat. A group that one of ours became is no stranger's.
    async fn stranger(&self, id: i64, message: &Value) -> Result<(), ShelfError> {
        let from = number(message, "migrate_from_chat_id").map(|from| ChatId::new(from.to_string()));
        let to =
            message.get("chat").and_then(|chat| number(chat, "id")).map(|to| ChatId::new(to.to_string()));
        match (from, to) {
            (Some(from), Some(to)) => self.shared.places.note(&self.shared.shelf, &from, &to).await,
            (_, None) => {
                self.skipped(Some(id), "message");
                Ok(())
            }
            (None, Some(_)) => Ok(()),
        }
    }

    async fn edited(&mut self, id: i64, message: &Value, gathered: &mut Gathered) -> Result<(), ShelfError> {
        let (Role::Team(chat) | Role::Customer(chat)) = normalise::role(message, &self.view()) else {
            return Ok(());
        };
        let edit = match self.albums.edited(&chat, message).await? {
            Edited::NoItem => normalise::edit(id, message, &self.view()),
            Edited::Held => None,
            Edited::Album(items) => normalise::album_edit(id, message, &items, &self.view()),
        };
        gathered.inbound.extend(edit);
        Ok(())
    }

    /// The same with the names of messages by which the desk knows them.
    async fn renamed(&self, mut inbound: Inbound) -> Result<Inbound, ShelfError> {
        if let InboundKind::Message { reply_to: Some(of), .. } | InboundKind::Reaction { of, .. } =
            &mut inbound.kind
        {
            *of = self.albums.name(&inbound.chat, of.clone()).await?;
        }
        Ok(inbound)
    }

    /// The bot's own standing in a team's group changed.
    fn standing(&self, change: &Value) {
        let Role::Team(chat) = normalise::role(change, &self.view()) else { return };
        if let Some(member) = change.get("new_chat_member") {
            standing::learn(self.shared, &chat, member);
        }
    }

    fn skipped(&self, id: Option<i64>, kind: &str) {
        let kind: String = kind.chars().filter(char::is_ascii_graphic).take(64).collect();
        tracing::warn!(channel = %self.shared.config.channel, update = id, kind, "an update could not be read");
    }
}
