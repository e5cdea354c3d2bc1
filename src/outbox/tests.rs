//! Lanes alone: what may be sent, when, and with what.

use super::retry::{Step, after_send};
use super::{Limits, Outbox};
use crate::status::Stuck;
use desk::rows::{Phase, Purpose, Queued};
use desk::{Effect, Lane};
use jiff::Timestamp;
use port::rich::{Rich, Span, Style};
use port::{
    AccountId, Attachment, Body, Budget, ChannelName, ChatId, Counts, CustomerId, File, FileKind,
    Idempotency, Limit, Mark, MediaRef, Mention, MessageId, OpId, Operation, Outcome, Owner, Persona, Place,
    Private, Refusal, RefusalScope, Scope, ThreadId, Unit, Voice,
};
use std::time::Duration;

struct Unlimited;

impl Limits for Unlimited {
    fn budgets(&self, _lane: &Lane) -> Vec<Budget> {
        Vec::new()
    }

    fn text_limit(&self, _lane: &Lane) -> Option<Limit> {
        None
    }
}

/// An operation for a customer's chat.
pub(super) fn queued(chat: &str, seq: u64, queued_at: Timestamp) -> Queued {
    Queued {
        id: OpId::new(format!("test-{seq}")),
        lane: Lane { place: Place::new(ChannelName::new("shop"), ChatId::new(chat)), thread: None },
        seq,
        thread: Some(ThreadId(1)),
        in_topic: false,
        purpose: Purpose::Notice,
        operation: Operation::Mark { message: MessageId::new("m"), mark: Mark::Pending },
        quotes: None,
        queued_at,
        attempts: 0,
        tried_at: None,
        not_before: None,
        phase: Phase::Send,
        gathered: Vec::new(),
        refused: None,
        alone: false,
        locale: None,
        repeats: None,
    }
}

fn put(outbox: &mut Outbox, row: Queued) {
    outbox.apply(Effect::Queue(Box::new(row)));
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn taken(outbox: &mut Outbox, now: i64) -> Vec<u64> {
    outbox.take(at(now), &Unlimited).iter().map(|row| row.seq).collect()
}

#[test]
fn nothing_is_sent_beside_what_is_being_sent_even_when_it_comes_before_it() {
    let mut outbox = Outbox::default();
    let later = queued("mia", 512, at(0));
    put(&mut outbox, later.clone());
    assert_eq!(taken(&mut outbox, 1), [512]);
    // as from a chat that goes on here
    put(&mut outbox, queued("mia", 256, at(0)));
    put(&mut outbox, queued("noa", 300, at(0)));
    assert_eq!(taken(&mut outbox, 2), [300]);
    outbox.returned(&later.lane.place.channel);
    outbox.apply(Effect::Remove { lane: later.lane, seq: 512 });
    assert_eq!(taken(&mut outbox, 3), [256]);
}

#[test]
fn a_clock_that_went_back_makes_nobody_wait() {
    let mut outbox = Outbox::default();
    put(&mut outbox, Queued { not_before: Some(at(1010)), ..queued("mia", 256, at(1000)) });
    assert!(taken(&mut outbox, 1009).is_empty());
    assert!(taken(&mut outbox, 1008).is_empty(), "a clock is corrected by a second now and then");
    assert_eq!(taken(&mut outbox, 10), [256]);
}

/// A team's chat that takes a few messages a minute, or any number, of so many letters.
struct Room {
    messages: Option<u32>,
    letters: usize,
}

impl Limits for Room {
    fn budgets(&self, _lane: &Lane) -> Vec<Budget> {
        let minute = Duration::from_mins(1);
        let budget = |max| Budget { scope: Scope::Chat, counts: Counts::Messages, max, per: minute };
        self.messages.map(budget).into_iter().collect()
    }

    fn text_limit(&self, _lane: &Lane) -> Option<Limit> {
        Some(Limit { max: self.letters, unit: Unit::Chars })
    }
}

const CROWDED: Room = Room { messages: Some(2), letters: 4096 };
const OWNER: Owner = Owner::Customer(CustomerId(1));

fn mia() -> Voice {
    let name = Private::of_customer(CustomerId(1), "Mia");
    Voice::Persona(Persona { id: "customer-1".to_owned(), name })
}

/// A customer's message for the team.
fn copy(place: u64, text: &str) -> Queued {
    let place = place * 256;
    let operation = Operation::Create {
        voice: mia(),
        body: Body::new(&OWNER, &text.into()),
        files: Vec::new(),
        reply_to: None,
        mentions: Vec::new(),
    };
    let lane = Lane { thread: Some(ThreadId(1)), ..queued("room", 0, at(0)).lane };
    let purpose = Purpose::Copy { of: MessageId::new(format!("m{place}")) };
    Queued { lane, in_topic: true, purpose, operation, ..queued("room", place, at(0)) }
}

/// Takes the head of a lane and lets go with it what may; their places.
fn gathered(outbox: &mut Outbox, now: i64, room: &Room, rows: &[Queued]) -> Vec<u64> {
    for row in rows {
        put(outbox, row.clone());
    }
    let taken = outbox.take(at(now), room);
    let [head] = taken.as_slice() else { panic!("{} heads", taken.len()) };
    let joined = outbox.gather(at(now), &head.lane, room, |_| true).unwrap_or_else(|| head.clone());
    let alone = |row: &Queued| Queued { gathered: Vec::new(), ..row.clone() };
    assert_eq!(alone(&joined), alone(head));
    std::iter::once(&joined).chain(&joined.gathered).map(|row| row.seq / 256).collect()
}

#[test]
fn what_waits_behind_a_head_goes_with_it_where_messages_are_short() {
    let rows: Vec<Queued> = (1..=4).map(|place| copy(place, "word")).collect();
    let all = |room: &Room| gathered(&mut Outbox::default(), 1, room, &rows);
    assert_eq!(all(&CROWDED), [1, 2, 3, 4]);
    assert_eq!(all(&Room { messages: None, ..CROWDED }), [1], "this chat takes any number");
    assert_eq!(all(&Room { messages: Some(20), ..CROWDED }), [1], "there is room for each");
    // four letters each and a line break between them, beside the name
    assert_eq!(all(&Room { letters: 200 + 14, ..CROWDED }), [1, 2, 3]);
    assert_eq!(all(&Room { letters: 200 + 13, ..CROWDED }), [1, 2]);
    assert_eq!(all(&Room { letters: 30, ..CROWDED }), [1]);
}

#[test]
fn the_lane_goes_on_after_what_was_gathered() {
    let mut outbox = Outbox::default();
    let rows: Vec<Queued> = (1..=3).map(|place| copy(place, "word")).collect();
    assert_eq!(gathered(&mut outbox, 1, &CROWDED, &rows), [1, 2, 3]);
    assert_eq!(outbox.lanes_status().waiting, 3, "each of them still waits");
    put(&mut outbox, copy(4, "late"));
    assert!(outbox.take(at(100), &CROWDED).is_empty(), "one post is under way");
    let (lane, seq) = (rows[0].lane.clone(), rows[0].seq);
    outbox.returned(&lane.place.channel);
    outbox.apply(Effect::Remove { lane, seq });
    assert_eq!(outbox.take(at(100), &CROWDED).iter().map(|row| row.seq / 256).collect::<Vec<_>>(), [4]);
}

#[test]
fn what_comes_back_takes_no_more_with_it() {
    let mut outbox = Outbox::default();
    let rows: Vec<Queued> = (1..=2).map(|place| copy(place, "word")).collect();
    assert_eq!(gathered(&mut outbox, 1, &CROWDED, &rows), [1, 2]);
    outbox.returned(&rows[0].lane.place.channel);
    let again = Queued { attempts: 1, gathered: vec![rows[1].clone()], ..rows[0].clone() };
    put(&mut outbox, again.clone());
    put(&mut outbox, copy(3, "word"));
    assert_eq!(outbox.take(at(100), &CROWDED), std::slice::from_ref(&again));
    assert_eq!(outbox.gather(at(100), &again.lane, &CROWDED, |_| true), None);
}

#[test]
fn no_more_is_gathered_than_memory_holds_and_the_rest_follows() {
    let mut outbox = Outbox::default();
    let rows: Vec<Queued> = (1..=40).map(|place| copy(place, "word")).collect();
    assert_eq!(gathered(&mut outbox, 1, &CROWDED, &rows).len(), super::LANE_MEMORY);
    let lane = rows[0].lane.clone();
    outbox.returned(&lane.place.channel);
    outbox.apply(Effect::Remove { lane: lane.clone(), seq: 256 });
    assert_eq!(outbox.dry(), std::slice::from_ref(&lane));
    outbox.refill(&lane, rows[super::LANE_MEMORY..].to_vec(), false);
    assert_eq!(gathered(&mut outbox, 100, &CROWDED, &[]), (33..=40).collect::<Vec<_>>());
}

#[test]
fn what_is_no_customers_plain_and_untried_words_stands_alone() {
    let create = |change: &dyn Fn(&mut Queued)| {
        let mut row = copy(2, "two");
        change(&mut row);
        row
    };
    let with = |change: &dyn Fn(&mut Voice, &mut Body, &mut Vec<Attachment>)| {
        create(&|row| {
            let Operation::Create { voice, body, files, .. } = &mut row.operation else { panic!() };
            change(voice, body, files);
        })
    };
    let file = Attachment::new(
        &OWNER,
        &ChannelName::new("shop"),
        &File::new(FileKind::Image, MediaRef::new("a.png")),
    );
    let noa = Persona { id: "customer-1".to_owned(), name: Private::of_customer(CustomerId(1), "Noa") };
    let mention =
        Mention { account: AccountId::new("anna"), name: Private::of_customer(CustomerId(1), "Anna") };
    let strangers = [
        with(&|voice, _, _| *voice = Voice::Persona(noa.clone())),
        with(&|voice, _, _| *voice = Voice::Bridge),
        with(&|_, body, _| *body = Body::new(&OWNER, &"".into())),
        with(&|_, _, files| files.push(file.clone())),
        create(&|row| {
            let Operation::Create { mentions, .. } = &mut row.operation else { panic!() };
            mentions.push(mention.clone());
        }),
        create(&|row| {
            let Operation::Create { reply_to, .. } = &mut row.operation else { panic!() };
            *reply_to = Some(MessageId::new("m"));
        }),
        create(&|row| row.quotes = Some(MessageId::new("m"))),
        create(&|row| row.purpose = Purpose::Notice),
        create(&|row| row.operation = Operation::Mark { message: MessageId::new("m"), mark: Mark::Pending }),
        create(&|row| row.attempts = 1),
        create(&|row| row.tried_at = Some(at(0))),
        create(&|row| row.phase = Phase::Reconcile),
        create(&|row| row.alone = true),
        create(&|row| row.gathered = vec![copy(9, "nine")]),
        create(&|row| row.in_topic = false),
        create(&|row| row.thread = None),
    ];
    for stranger in strangers {
        // neither it nor what is behind it goes with the one before it
        let rows = [copy(1, "one"), stranger.clone(), copy(3, "three")];
        assert_eq!(gathered(&mut Outbox::default(), 1, &CROWDED, &rows), [1], "{stranger:?}");
        // and nothing goes with it
        let rows = [stranger.clone(), copy(3, "three")];
        assert_eq!(gathered(&mut Outbox::default(), 1, &CROWDED, &rows).len(), 1 + stranger.gathered.len());
    }
}

#[test]
fn what_changes_just_now_waits_for_its_newer_state() {
    let mut outbox = Outbox::default();
    let rows: Vec<Queued> = (1..=4).map(|place| copy(place, "word")).collect();
    for row in &rows {
        put(&mut outbox, row.clone());
    }
    let taken = outbox.take(at(1), &CROWDED);
    let joined = outbox.gather(at(1), &taken[0].lane, &CROWDED, |row| row.seq != 3 * 256).unwrap();
    assert_eq!(joined.gathered, [rows[1].clone()]);
}

#[test]
fn looks_are_joined_with_their_words_and_no_more_of_them_than_a_text_may_have() {
    let spans = |count: usize| {
        let bold = |at: usize| Span::new(2 * at..2 * at + 1, Style::Bold);
        Body::new(&OWNER, &Rich::new("x ".repeat(count), (0..count).map(bold).collect()))
    };
    let looks = |place, count| {
        let mut row = copy(place, "");
        if let Operation::Create { body, .. } = &mut row.operation {
            *body = spans(count);
        }
        row
    };
    let roomy = Room { letters: 100_000, ..CROWDED };
    let all = |counts: [usize; 2]| {
        gathered(&mut Outbox::default(), 1, &roomy, &[looks(1, counts[0]), looks(2, counts[1])])
    };
    assert_eq!(all([4000, 96]), [1, 2]);
    assert_eq!(all([4000, 97]), [1]);
}

#[test]
fn a_room_that_refuses_is_named_once_with_its_reason_and_since_when() {
    let mut outbox = Outbox::default();
    for thread in [1, 2] {
        let mut row = queued("room", 256 * thread, at(0));
        row.lane.thread = Some(ThreadId(thread));
        row.thread = Some(ThreadId(thread));
        row.purpose = Purpose::Topic;
        // the reason is the last one, the beginning is the first
        for (now, reason) in [(10, "no rights"), (20, "the bot may not open topics")] {
            let refusal = Refusal::new(RefusalScope::Chat, reason);
            let outcome = Outcome::Refused(refusal);
            let step = after_send(at(now), at(now), &row, outcome, Idempotency::None, 1.0);
            let Step::Again { row: next, .. } = step else { panic!("{step:?}") };
            row = *next;
        }
        put(&mut outbox, row.clone());
        put(&mut outbox, Queued { seq: row.seq + 1, refused: None, ..row });
    }
    put(&mut outbox, queued("mia", 1024, at(0)));
    let lanes = outbox.lanes_status();
    assert_eq!((lanes.wedged, lanes.waiting, lanes.wedged_list.len()), (2, 5, 0));
    let [room] = lanes.rooms.as_slice() else { panic!("{:?}", lanes.rooms) };
    assert_eq!((room.channel.as_str(), room.room.as_str()), ("shop", "room"));
    assert_eq!((room.reason.as_str(), room.since), ("the bot may not open topics", at(10)));
    assert_eq!((room.threads, room.waiting), (2, 4));
}

#[test]
fn a_lane_that_fails_again_and_again_is_listed_and_one_that_just_failed_is_not() {
    let mut outbox = Outbox::default();
    put(&mut outbox, Queued { attempts: 4, ..queued("mia", 256, at(0)) });
    assert_eq!(outbox.lanes_status().wedged, 0);
    put(&mut outbox, Queued { attempts: 5, ..queued("mia", 256, at(0)) });
    let lanes = outbox.lanes_status();
    assert_eq!((lanes.wedged, lanes.wedged_list[0].stuck), (1, Stuck::Failing));
}
