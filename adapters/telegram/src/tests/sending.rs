//! Messages against the Bot API: what arrives, and what is told when something goes wrong.

use super::shelf::MemoryShelf;
use crate::{Secret, TelegramAdapter, TelegramConfig};
use fake_telegram::{Fake, Fault, Group, Person};
use port::rich::markdown;
use port::{
    AccountId, Adapter, Attachment, Body, Cause, ChannelName, ChatId, Found, Heal, Mark, Mention, MessageId,
    NoMedia, Op, OpId, Operation, Outcome, Owner, Persona, Private, Refusal, RefusalScope, SharedShelf,
    Support, TopicId, Voice,
};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// A server, a customer, a team's group with a topic, and the adapter between them.
pub(super) struct Stage {
    pub(super) fake: Fake,
    pub(super) mia: Person,
    pub(super) team: Group,
    pub(super) adapter: TelegramAdapter,
    pub(super) shelf: SharedShelf,
    number: AtomicU64,
}

impl Stage {
    pub(super) async fn new() -> Self {
        let fake = Fake::start().await;
        let team = fake.forum("Team");
        Self::with(fake, team)
    }

    fn with(fake: Fake, team: Group) -> Self {
        let mia = fake.user("Mia");
        let shelf: SharedShelf = Arc::new(MemoryShelf::default());
        let adapter = adapter(&fake, &team, &shelf);
        Self { fake, mia, team, adapter, shelf, number: AtomicU64::new(0) }
    }

    /// The same adapter after a restart.
    pub(super) fn restart(&mut self) {
        self.adapter = adapter(&self.fake, &self.team, &self.shelf);
    }

    pub(super) fn to_mia(&self, operation: Operation) -> Op {
        self.op(ChatId::new(self.mia.id().to_string()), None, operation)
    }

    pub(super) fn to_team(&self, topic: Option<TopicId>, operation: Operation) -> Op {
        self.op(ChatId::new(self.team.id().to_string()), topic, operation)
    }

    fn op(&self, chat: ChatId, topic: Option<TopicId>, operation: Operation) -> Op {
        let number = self.number.fetch_add(1, Ordering::Relaxed);
        Op { id: OpId::new(format!("op-{number}")), chat, topic, attempt: 0, operation }
    }

    pub(super) async fn deliver(&self, op: &Op) -> Outcome {
        self.adapter.deliver(op, &NoMedia).await
    }

    /// Carries out an operation that must succeed; the ids it made.
    pub(super) async fn done(&self, op: &Op) -> Vec<MessageId> {
        let outcome = self.deliver(op).await;
        let Outcome::Delivered { parts, .. } = outcome else {
            panic!("{} was {outcome:?}", op.operation.word())
        };
        parts
    }
}

/// Whatever a test was about: all that was said has to be as the API describes it.
impl Drop for Stage {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            super::as_described(&self.fake);
        }
    }
}

fn adapter(fake: &Fake, team: &Group, shelf: &SharedShelf) -> TelegramAdapter {
    let config = TelegramConfig {
        channel: ChannelName::new("telegram"),
        api_url: fake.api_url().to_owned(),
        token: Secret::new(fake.token()),
        team_rooms: vec![ChatId::new(team.id().to_string())],
        names: crate::NameForm::Line,
        command_prefix: "!".to_owned(),
        commands: Vec::new(),
    };
    TelegramAdapter::new(config, Arc::clone(shelf)).unwrap()
}

pub(super) fn private(text: &str) -> Private {
    Private::new(Owner::Desk, text)
}

pub(super) fn anna() -> Voice {
    Voice::Persona(Persona { id: "agent-1".to_owned(), name: private("Anna (Support)") })
}

pub(super) fn post(voice: Voice, markdown: &str, files: Vec<Attachment>) -> Operation {
    let body = Body::new(&Owner::Desk, &markdown::parse(markdown));
    Operation::Create { voice, body, files, reply_to: None, mentions: Vec::new() }
}

fn long() -> String {
    let words: Vec<String> = (0..1_500).map(|number| format!("wörd{number}")).collect();
    words.join(" ")
}

#[tokio::test]
async fn a_message_arrives_under_a_name_with_its_looks_and_its_answer() {
    let stage = Stage::new().await;
    let asked = stage.mia.writes("where is it?");
    let mut op = stage.to_mia(post(anna(), "👩‍👩‍👧 it is **here**", Vec::new()));
    if let Operation::Create { reply_to, .. } = &mut op.operation {
        *reply_to = Some(MessageId::new(asked.to_string()));
    }
    let parts = stage.done(&op).await;
    let seen = stage.mia.sees();
    let shown = seen.last().unwrap();
    assert_eq!(parts, [MessageId::new(shown.id.to_string())]);
    assert_eq!(shown.text, "Anna (Support)\n👩‍👩‍👧 it is here");
    assert_eq!(shown.entities[1]["type"], "bold");
    assert_eq!((shown.entities[1]["offset"].as_u64(), shown.reply_to), (Some(30), Some(asked)));
}

#[tokio::test]
async fn an_answer_to_what_is_gone_arrives_all_the_same() {
    let stage = Stage::new().await;
    let mut op = stage.to_mia(post(anna(), "hello", Vec::new()));
    if let Operation::Create { reply_to, .. } = &mut op.operation {
        *reply_to = Some(MessageId::new("99999"));
    }
    assert_eq!(stage.done(&op).await.len(), 1);
}

#[tokio::test]
async fn customers_words_neither_ring_nor_command_in_the_team() {
    let stage = Stage::new().await;
    stage.done(&stage.to_team(None, post(anna(), "@bea, tap /close", Vec::new()))).await;
    let seen = stage.team.shows(None);
    let kinds: Vec<&str> = seen[0].entities.iter().filter_map(|entity| entity["type"].as_str()).collect();
    assert_eq!(kinds, ["bold", "code", "code"]);
}

#[tokio::test]
async fn a_team_member_who_is_meant_is_called() {
    let stage = Stage::new().await;
    let bea = stage.team.member("Bea");
    let mut op = stage.to_team(None, post(Voice::Bridge, "overdue: Bea", Vec::new()));
    if let Operation::Create { mentions, .. } = &mut op.operation {
        mentions.push(Mention { account: AccountId::new(bea.id().to_string()), name: private("Bea") });
    }
    stage.done(&op).await;
    let seen = stage.team.shows(None);
    assert_eq!(seen[0].entities[0]["type"], "text_mention");
    assert_eq!(seen[0].entities[0]["user"]["id"], bea.id());
}

#[tokio::test]
async fn a_long_message_goes_on_where_it_was_stopped() {
    let mut stage = Stage::new().await;
    let op = stage.to_mia(post(anna(), &long(), Vec::new()));
    // the first part passes, the second does not
    stage.fake.fails("sendMessage", Fault::TooMany(7));
    let Outcome::Later { after, whole_channel, .. } = stage.deliver(&op).await else { panic!("it was done") };
    assert_eq!((after, whole_channel), (Some(Duration::from_secs(7)), true));
    assert!(stage.mia.sees().is_empty());
    let first = stage.to_mia(post(anna(), "in between", Vec::new()));
    stage.done(&first).await;

    let op = stage.to_mia(post(anna(), &long(), Vec::new()));
    let before = stage.mia.sees().len();
    let row = format!("part/{}", op.id);
    stage.shelf.put(vec![(row.clone(), serde_json::json!([[4711]]))], Vec::new()).await.unwrap();
    stage.restart();
    let parts = stage.done(&op).await;
    assert_eq!(parts[0], MessageId::new("4711"));
    assert_eq!(stage.mia.sees().len() - before, parts.len() - 1);
    assert_eq!(stage.shelf.get(&row).await.unwrap(), None);
}

#[tokio::test]
async fn what_is_asked_for_again_is_not_sent_again() {
    let stage = Stage::new().await;
    let op = stage.to_mia(post(anna(), "only once", Vec::new()));
    let first = stage.deliver(&op).await;
    assert_eq!(stage.deliver(&op).await, first);
    assert_eq!(stage.mia.sees().len(), 1);
    let Outcome::Delivered { parts, topic } = first else { panic!("it was not sent") };
    assert_eq!(stage.adapter.reconcile(&op).await, Found::Yes { parts, topic });
}

#[tokio::test]
async fn every_fault_is_told_as_certain_as_it_is() {
    let stage = Stage::new().await;
    let fails = async |fault: Fault| {
        stage.fake.fails("sendMessage", fault);
        let op = stage.to_mia(post(anna(), "hello", Vec::new()));
        let outcome = stage.deliver(&op).await;
        (outcome, stage.adapter.reconcile(&op).await)
    };
    for fault in [Fault::CutAfter, Fault::CutBefore, Fault::BrokenJson, Fault::ServerError, Fault::BadGateway]
    {
        let (outcome, found) = fails(fault.clone()).await;
        assert!(matches!(outcome, Outcome::Unknown { .. }), "{fault:?}: {outcome:?}");
        assert_eq!(found, Found::CannotTell, "{fault:?}");
    }
    for fault in [Fault::TooMany(3), Fault::Unauthorized] {
        let (outcome, _) = fails(fault.clone()).await;
        assert!(matches!(outcome, Outcome::Later { .. }), "{fault:?}: {outcome:?}");
    }
    stage.mia.blocks();
    let op = stage.to_mia(post(anna(), "hello", Vec::new()));
    let outcome = stage.deliver(&op).await;
    assert!(matches!(&outcome, Outcome::Refused(Refusal { scope: RefusalScope::Chat, .. })), "{outcome:?}");
}

#[tokio::test]
async fn a_server_that_is_not_there_has_taken_nothing() {
    let stage = Stage::new().await;
    let op = stage.to_mia(post(anna(), "hello", Vec::new()));
    let shelf: SharedShelf = Arc::new(MemoryShelf::default());
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let config = TelegramConfig {
        channel: ChannelName::new("telegram"),
        api_url: format!("http://127.0.0.1:{port}"),
        token: Secret::new("1:secret"),
        team_rooms: Vec::new(),
        names: crate::NameForm::Line,
        command_prefix: "!".to_owned(),
        commands: Vec::new(),
    };
    let adapter = TelegramAdapter::new(config, shelf).unwrap();
    let outcome = adapter.deliver(&op, &NoMedia).await;
    let Outcome::Later { reason, .. } = outcome else { panic!("it was {outcome:?}") };
    assert!(!reason.contains("secret"));
}

#[tokio::test]
async fn an_edit_changes_adds_and_takes_away() {
    let stage = Stage::new().await;
    let parts = stage.done(&stage.to_mia(post(anna(), "before", Vec::new()))).await;
    let edit = |parts: Vec<MessageId>, text: &str| {
        let body = Body::new(&Owner::Desk, &markdown::parse(text));
        stage.to_mia(Operation::Edit { parts, voice: anna(), body })
    };
    let grown = edit(parts.clone(), &long());
    let more = stage.done(&grown).await;
    assert!(more.len() > 2 && more[0] == parts[0], "{more:?}");
    assert_eq!(stage.done(&grown).await, more);
    assert_eq!(stage.mia.sees().len(), more.len());
    let less = stage.done(&edit(more, "after")).await;
    assert_eq!(less, parts);
    // the same once more is well
    assert_eq!(stage.done(&edit(less, "after")).await, parts);
    let seen = stage.mia.sees();
    assert_eq!((seen.len(), seen[0].text.as_str()), (1, "Anna (Support)\nafter"));
}

#[tokio::test]
async fn what_is_gone_can_be_taken_back_and_what_is_old_cannot() {
    let stage = Stage::new().await;
    let parts = stage.done(&stage.to_mia(post(anna(), "taken back", Vec::new()))).await;
    for _ in 0..2 {
        stage.done(&stage.to_mia(Operation::Delete { parts: parts.clone() })).await;
        assert!(stage.mia.sees().is_empty());
    }
    let parts = stage.done(&stage.to_mia(post(anna(), "old", Vec::new()))).await;
    stage.fake.passes(Duration::from_hours(49));
    let outcome = stage.deliver(&stage.to_mia(Operation::Delete { parts: parts.clone() })).await;
    assert!(matches!(&outcome, Outcome::Refused(Refusal { cause: Cause::NotPossible, .. })), "{outcome:?}");
}

#[tokio::test]
async fn a_reaction_comes_in_a_form_that_telegram_takes_and_goes() {
    let stage = Stage::new().await;
    let message = Some(MessageId::new(stage.mia.writes("thanks").to_string()));
    let react = |key: &str| stage.to_mia(Operation::React { message: message.clone(), key: private(key) });
    let parts = stage.done(&react("❤️")).await;
    assert_eq!(stage.mia.sees()[0].reactions[0].1, "❤");
    stage.done(&stage.to_mia(Operation::Delete { parts })).await;
    assert!(stage.mia.sees()[0].reactions.is_empty());
    let outcome = stage.deliver(&react("🦖")).await;
    assert!(matches!(&outcome, Outcome::Refused(Refusal { cause: Cause::NotPossible, .. })), "{outcome:?}");
}

#[tokio::test]
async fn the_last_mark_stays_and_a_chat_without_marks_is_remembered() {
    let stage = Stage::new().await;
    let bea = stage.team.member("Bea");
    let message = MessageId::new(bea.writes("an answer").to_string());
    let mark = |mark| stage.to_team(None, Operation::Mark { message: message.clone(), mark });
    for (wanted, sign) in [(Mark::Pending, "👀"), (Mark::Delivered, "👌"), (Mark::Delivered, "👌")] {
        stage.done(&mark(wanted)).await;
        let reactions = &stage.team.shows(None)[0].reactions;
        assert_eq!(reactions.iter().map(|(_, sign)| sign.as_str()).collect::<Vec<_>>(), [sign]);
    }
    let chat = ChatId::new(stage.team.id().to_string());
    assert_eq!(stage.adapter.capabilities(&chat).marks, Support::Full);
    stage.team.allows_reactions(Some(&["👍"]));
    let outcome = stage.deliver(&mark(Mark::Refused)).await;
    assert!(matches!(&outcome, Outcome::Refused(_)), "{outcome:?}");
    assert_eq!(stage.adapter.capabilities(&chat).marks, Support::Rejected);
}

#[tokio::test]
async fn somebody_is_seen_writing() {
    let stage = Stage::new().await;
    stage.adapter.typing(&ChatId::new(stage.mia.id().to_string()), None).await;
    assert_eq!(stage.fake.actions(), [(stage.mia.id(), None, "typing".to_owned())]);
}

#[tokio::test]
async fn a_post_into_a_lost_topic_is_to_be_healed() {
    let stage = Stage::new().await;
    let op = stage.to_team(Some(TopicId::new("99999")), post(anna(), "hello", Vec::new()));
    assert_eq!(stage.deliver(&op).await, Outcome::Heal(Heal::TopicGone));
}

#[tokio::test]
async fn a_team_whose_group_grew_up_is_found_under_its_new_id() {
    let fake = Fake::start().await;
    let team = fake.small_group("Team");
    let mut stage = Stage::with(fake, team);
    let bea = stage.team.member("Bea");
    let grown = stage.team.migrates(&bea);
    for text in ["first", "second"] {
        stage.done(&stage.to_team(None, post(Voice::Bridge, text, Vec::new()))).await;
        assert!(grown.shows(None).iter().any(|shown| shown.text == text), "{text}");
    }
    // the old id is asked once only
    assert_eq!(stage.fake.calls("sendMessage").len(), 3);
    stage.restart();
    stage.done(&stage.to_team(None, post(Voice::Bridge, "third", Vec::new()))).await;
    assert!(grown.shows(None).iter().any(|shown| shown.text == "third"));
}
