//! Customers and agents talk on Telegram through the program, whatever dies in between. Telegram is played by a fake that
//! behaves as its documents say; what went through it is held against the machine-readable description, where that is at hand.

#![expect(clippy::print_stdout, reason = "says whether the description was there")]

use crate::home::{Home, bot, team};
use crate::matrix_e2e::files_with;
use crate::program::Bridge;
use fake_telegram::{Described, Fake, Fault, FileSent, Group, Person, Shown, check_against_the_description};
use std::path::PathBuf;

/// Telegram, a group with Anna in it, and a desk that is configured for them.
pub(crate) struct Shop {
    pub(crate) telegram: Fake,
    pub(crate) group: Group,
    pub(crate) anna: Person,
    pub(crate) home: Home,
}

impl Shop {
    pub(crate) async fn open() -> Self {
        let telegram = Fake::start().await;
        let group = telegram.forum("Team");
        let anna = group.member("Anna Example");
        let handles = format!("telegram = \"{}\"", anna.id());
        let config = bot("telegram", "telegram", telegram.api_url(), "")
            + team("telegram", &group.id().to_string(), &handles).as_str();
        let home = Home::new(&config, &[("telegram", telegram.token())]);
        Self { telegram, group, anna, home }
    }

    /// The post in some topic with these words, with the topic.
    async fn copy(&self, text: &str) -> (i64, Shown) {
        let found = || {
            let topics = self.group.topics();
            let in_topic =
                |topic: i64| self.group.shows(Some(topic)).into_iter().map(move |shown| (topic, shown));
            let mut found: Vec<_> = topics
                .iter()
                .flat_map(|topic| in_topic(topic.id))
                .filter(|(_, shown)| said(shown) == text)
                .collect();
            assert!(found.len() < 2, "{text:?} is there {} times", found.len());
            found.pop()
        };
        self.until(&format!("the team reads {text:?}"), |_| found().is_some()).await;
        found().unwrap()
    }

    /// Anna answers a copy by a deliberate reply.
    pub(crate) fn answers(&self, (topic, copy): &(i64, Shown), text: &str) -> i64 {
        self.anna.in_topic(Some(*topic)).replies(copy.id, text)
    }

    pub(crate) async fn until(&self, what: &str, holds: impl Fn(&Fake) -> bool) {
        self.telegram.until(&format!("{what}\n{}", self.home.log()), holds).await;
    }

    /// Waits until a customer has read these words of Anna's, once.
    async fn read(&self, customer: &Person, text: &str) {
        self.until(&format!("the customer reads {text:?}"), |_| by_anna(customer, text) == 1).await;
    }

    async fn until_marked(&self, topic: i64, message: i64, emoji: &str) {
        let is_marked =
            |shown: &Shown| shown.id == message && shown.reactions.iter().any(|(_, on)| on == emoji);
        self.until(&format!("{message} is marked {emoji}"), |_| {
            self.group.shows(Some(topic)).iter().any(&is_marked)
        })
        .await;
    }

    /// Everything that was asked and answered is as the API's description says.
    pub(crate) fn check_traffic(&self) {
        match check_against_the_description(&self.telegram).unwrap() {
            Described::Absent => println!("the API's description is not here: nothing was held against it"),
            Described::Well(count) => println!("{count} requests and answers are as described"),
            Described::Wrong(lines) => assert_eq!(lines, Vec::<String>::new()),
        }
    }
}

/// The words of a message without the name before them.
fn said(shown: &Shown) -> String {
    shown.name_and_text().map_or_else(|| shown.text.clone(), |(_, text)| text)
}

/// How often a customer reads these words under Anna's name.
fn by_anna(customer: &Person, text: &str) -> usize {
    let wanted = Some(("Anna (Support)".to_owned(), text.to_owned()));
    customer.sees().iter().filter(|shown| shown.name_and_text() == wanted).count()
}

pub(crate) fn kill(bridge: Bridge) {
    bridge.signal("-KILL");
    bridge.ended();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_conversation_on_telegram_survives_every_death() {
    let shop = Shop::open().await;
    let (code, out, error) = shop.home.run(&["check"]).await;
    assert_eq!(code, 0, "{out}{error}");
    let bridge = shop.home.start();
    let mia = shop.telegram.user("Mia Muster");
    mia.starts(Some("pricing"));
    shop.until("she is greeted", |_| mia.sees().iter().any(|shown| shown.text.starts_with("Guten Tag!")))
        .await;
    mia.writes("Where is my parcel?");
    let copy = shop.copy("Where is my parcel?").await;
    assert_eq!(copy.1.name_and_text().unwrap().0, "Mia Muster");
    let card = shop.group.shows(Some(copy.0)).into_iter().find(|shown| shown.pinned).unwrap();
    assert!(card.text.contains("pricing") && card.text.contains("#1"), "{card:?}");
    shop.anna.in_topic(Some(copy.0)).writes("a note to ourselves");
    let answer = shop.answers(&copy, "It left today.");
    shop.read(&mia, "It left today.").await;
    shop.until_marked(copy.0, answer, "👌").await;

    // killed between a message and its answer, which Anna gives meanwhile
    mia.writes("And when will it be here?");
    let second = shop.copy("And when will it be here?").await;
    assert_eq!(second.0, copy.0, "one customer has one thread");
    // Telegram has no key: what is not settled yet would be shown as perhaps not arrived
    shop.until("the topic waits again", |_| shop.group.topics()[0].name.starts_with('🟡')).await;
    kill(bridge);
    shop.answers(&second, "Tomorrow.");
    mia.writes("Hello?");
    let bridge = shop.home.start();
    shop.read(&mia, "Tomorrow.").await;
    assert_eq!(shop.copy("Hello?").await.0, copy.0);

    // files of one bot go on as they are
    mia.sends_file(FileSent { kind: "photo", name: "", bytes: b"a picture" }, "the label");
    let photo = shop.copy("the label").await.1;
    assert_eq!((photo.kind.as_str(), photo.bytes.as_deref()), ("photo", Some(b"a picture".as_slice())));

    // every word is somewhere, and the note nowhere else
    shop.anna.in_topic(Some(copy.0)).writes("/close");
    shop.until("the topic is closed", |_| shop.group.topics().iter().all(|topic| topic.closed)).await;
    let leaked = mia.sees().iter().any(|shown| shown.text.contains("note to"));
    assert!(!leaked, "a note left the team");
    bridge.signal("-TERM");
    assert_eq!(bridge.ended(), Some(0));
    shop.check_traffic();
    for marker in ["Mia", "parcel", "It left today", "note to", shop.telegram.token()] {
        let found: Vec<PathBuf> = files_with(shop.home.path(), marker);
        let found: Vec<_> = found.iter().filter(|path| path.ends_with("log")).collect();
        assert!(found.is_empty(), "{marker} is in the log");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_telegram_never_confirmed_is_told_and_never_repeated() {
    let shop = Shop::open().await;
    let _bridge = shop.home.start();
    let mia = shop.telegram.user("Mia");
    mia.writes("Where is it?");
    let copy = shop.copy("Where is it?").await;
    shop.until("the card is there", |_| shop.group.shows(Some(copy.0)).iter().any(|shown| shown.pinned))
        .await;
    shop.telegram.fails("sendMessage", Fault::CutAfter);
    let answer = shop.answers(&copy, "On its way.");
    shop.until_marked(copy.0, answer, "🤔").await;
    let told = |fake: &Fake| {
        fake.messages(shop.group.id(), Some(copy.0))
            .iter()
            .any(|shown| shown.text.contains("may not have arrived"))
    };
    shop.until("the team is told", told).await;
    assert_eq!(by_anna(&mia, "On its way."), 1);
    // one act sends it again
    shop.anna.in_topic(Some(copy.0)).writes("!retry");
    shop.until("it is there again", |_| by_anna(&mia, "On its way.") == 2).await;
    shop.until_marked(copy.0, answer, "👌").await;
    shop.check_traffic();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_goes_wrong_on_telegram_loses_nothing() {
    let shop = Shop::open().await;
    let _bridge = shop.home.start();
    let mia = shop.telegram.user("Mia");
    mia.writes("first");
    let copy = shop.copy("first").await;
    // the topic is deleted: it is opened anew, and what could not be shown comes there
    shop.group.loses_topic(copy.0);
    mia.writes("second");
    let second = shop.copy("second").await;
    assert_ne!(second.0, copy.0);
    // too many requests: exactly so long is waited
    shop.telegram.fails("sendMessage", Fault::TooMany(1));
    shop.answers(&second, "one");
    shop.read(&mia, "one").await;
    // half an answer to a poll, a server's error, a page of a proxy, a cut connection
    for fault in [Fault::BrokenJson, Fault::ServerError, Fault::BadGateway, Fault::CutBefore] {
        let said = format!("after {fault:?}");
        shop.telegram.fails("getUpdates", fault);
        mia.writes(&said);
        shop.copy(&said).await;
    }
    // the group becomes a supergroup with another id
    let after = shop.group.migrates(&shop.anna);
    let _same = after.admits(shop.anna.id());
    mia.writes("third");
    let found = || {
        let topics = after.topics();
        topics
            .into_iter()
            .find(|topic| after.shows(Some(topic.id)).iter().any(|shown| said(shown) == "third"))
    };
    shop.until("the team reads it in the new group", |_| found().is_some()).await;
    // whoever hides is told so, and nothing goes out
    let topic = found().unwrap().id;
    let anna = after.admits(shop.anna.id()).in_topic(Some(topic));
    anna.writes_anonymously("!r from nobody");
    let told = |_: &Fake| after.shows(Some(topic)).iter().any(|shown| shown.text.contains("without a name"));
    shop.until("Anna is told", told).await;
    // blocked: the team reads that the customer is gone
    mia.blocks();
    let gone = |_: &Fake| {
        after
            .shows(Some(topic))
            .iter()
            .any(|shown| shown.text.contains("left") || shown.text.contains("blocked"))
    };
    shop.until("the team is told", gone).await;
    assert!(!mia.sees().iter().any(|shown| shown.text.contains("nobody")));
    shop.check_traffic();
}
