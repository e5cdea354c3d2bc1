//! Whatever happens, in whatever order, as often as it likes: what is always so.

use super::acts::{Act, PEOPLE, acts};
use super::desk::{room, shop};
use super::play::Play;
use crate::rows::{MessageRole, Purpose, Queued, Row, Side};
use crate::{Key, ReplyMode};
use port::{MessageId, Operation, Voice};
use proptest::prelude::*;
use std::collections::BTreeSet;

fn modes() -> impl Strategy<Value = ReplyMode> {
    prop_oneof![Just(ReplyMode::Explicit), Just(ReplyMode::Direct), Just(ReplyMode::Confirm)]
}

fn played(mode: ReplyMode, acts: &[Act]) -> Play {
    let mut play = Play::new(mode);
    for act in acts {
        play.act(act);
    }
    play
}

/// What an operation says, and under whose name.
fn words(queued: &Queued) -> (Option<&str>, &str) {
    let (Operation::Create { voice, body, .. } | Operation::Edit { voice, body, .. }) = &queued.operation
    else {
        return (None, "");
    };
    match voice {
        Voice::Persona(persona) => (Some(persona.name.shown()), body.shown()),
        Voice::Bridge => (None, body.shown()),
    }
}

fn to_customers(play: &Play) -> impl Iterator<Item = &Queued> {
    play.desk.operations().filter(|queued| queued.lane.place != room())
}

fn copies_of<'a>(play: &'a Play, message: &'a MessageId) -> impl Iterator<Item = &'a Queued> {
    let is_copy = move |queued: &&Queued| matches!(&queued.purpose, Purpose::Copy { of } if of == message);
    play.desk.operations().filter(is_copy)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_message_of_a_customer_is_lost(mode in modes(), acts in acts()) {
        let mut play = played(mode, &acts);
        play.calm_down();
        for (message, said) in &play.said {
            let copies: Vec<&Queued> = copies_of(&play, message).collect();
            let changes = play.desk.operations().filter(|queued| {
                matches!(&queued.purpose, Purpose::Change { of, side: Side::Customer } if of == message)
            });
            prop_assert_eq!(changes.count() as u64 + 1, said.versions, "{:?}", message);
            prop_assert!(!copies.is_empty(), "{:?}", message);
            let asides: Vec<&Queued> = play.desk.whole.rows.iter().filter_map(|(key, row)| match (key, row) {
                (Key::Aside(..), Row::Queued(aside)) => Some(aside.as_ref()),
                _ => None,
            }).collect();
            for copy in &copies {
                // what waits for a person takes up the newest words as another operation
                let renewed = asides.iter().chain(&copies).any(|other| {
                    (&other.purpose, other.queued_at) == (&copy.purpose, copy.queued_at) && other.id != copy.id
                });
                let delivered = play.delivered.iter().any(|done| done.id == copy.id);
                let aside = asides.iter().any(|aside| aside.id == copy.id);
                if renewed && !delivered && !aside {
                    continue;
                }
                prop_assert!(delivered != aside, "{:?} neither arrived nor waits for a person", copy.id);
            }
        }
    }

    #[test]
    fn nothing_is_sent_twice(mode in modes(), acts in acts()) {
        let mut play = played(mode, &acts);
        play.calm_down();
        let mut replies = BTreeSet::new();
        for queued in play.desk.operations() {
            if let Purpose::Reply { message } = &queued.purpose {
                prop_assert!(replies.insert(message.clone()), "{:?} became two operations", message);
            }
        }
        let ids: BTreeSet<_> = play.delivered.iter().map(|queued| &queued.id).collect();
        prop_assert_eq!(ids.len(), play.delivered.len());
    }

    #[test]
    fn no_reply_goes_out_under_another_name_or_to_another_chat(mode in modes(), acts in acts()) {
        let mut play = played(mode, &acts);
        play.calm_down();
        for queued in play.desk.operations() {
            let Purpose::Reply { message } = &queued.purpose else { continue };
            let written = &play.written[message];
            let name = match written.who {
                0 => "Anna (Support)",
                1 => "Bernd",
                _ => panic!("{} was relayed", PEOPLE[written.who]),
            };
            let (shown, text) = words(queued);
            prop_assert_eq!(shown, Some(name));
            // a held reply goes out as it was changed
            prop_assert!(text == written.text || text.starts_with("changed "), "{}", text);
            prop_assert_eq!(queued.thread.map(|thread| thread.0), written.thread);
        }
        // wherever it went in the end, it is a chat of the thread's customer
        for queued in play.delivered.iter().filter(|queued| queued.lane.place != room()) {
            // who opened a chat without a word is greeted, and has no thread yet
            let Some(thread) = queued.thread.map(Key::Thread) else { continue };
            let Some(Row::Thread(thread)) = play.desk.whole.rows.get(&thread) else { panic!("no thread") };
            let chats = |place: &port::Place| {
                play.chats.iter().position(|chats| chats.iter().any(|chat| shop(chat) == *place))
            };
            prop_assert!(chats(&queued.lane.place).is_some());
            prop_assert_eq!(chats(&queued.lane.place), chats(&thread.place));
        }
    }

    #[test]
    fn nothing_inside_leaves_the_team(mode in modes(), acts in acts()) {
        let mut play = played(mode, &acts);
        play.calm_down();
        for queued in to_customers(&play).chain(play.delivered.iter().filter(|done| done.lane.place != room())) {
            let (_, text) = words(queued);
            match &queued.purpose {
                Purpose::Reply { message } => {
                    let written = &play.written[message];
                    let answers_own = written.answers.is_some() && written.answers == written.thread;
                    let leaves = !written.is_plain || mode != ReplyMode::Explicit || answers_own;
                    prop_assert!(leaves, "{text} was a note");
                    prop_assert!(!text.contains("secret") && !text.starts_with('!'), "{text}");
                }
                Purpose::Notice => {
                    prop_assert!(text.trim_start_matches("de:").starts_with("to-customer-"), "{text}");
                }
                Purpose::Change { of, side: Side::Team } => {
                    prop_assert!(play.written.contains_key(of));
                    prop_assert!(!text.contains("secret") && !text.starts_with('!'), "{text}");
                }
                Purpose::React { side: Side::Team, .. } => {}
                other @ (Purpose::Copy { .. }
                | Purpose::Change { .. }
                | Purpose::React { .. }
                | Purpose::Topic
                | Purpose::Show) => {
                    panic!("{other:?} for a customer")
                }
            }
        }
        // and nothing that a customer wrote is an instruction
        for row in play.desk.whole.rows.values() {
            let Row::Event(event) = row else { continue };
            if let crate::Fact::CommandGiven { place, .. } = &event.fact {
                prop_assert_eq!(place, &room());
            }
        }
    }

    #[test]
    fn the_state_is_the_fold_of_the_journal(mode in modes(), acts in acts()) {
        let mut play = Play::new(mode);
        for act in &acts {
            play.act(act);
            play.desk.check_journal();
        }
    }

    #[test]
    fn whatever_came_before_changes_nothing_when_it_comes_again(mode in modes(), acts in acts()) {
        let mut play = played(mode, &acts);
        let before = play.desk.whole.rows.clone();
        for which in 0..acts.len() {
            if play.had_effect(which) {
                play.act(&Act::Again(which));
            }
        }
        prop_assert_eq!(play.desk.whole.rows, before);
    }

    #[test]
    fn every_reply_that_is_known_is_an_agents_own_message(mode in modes(), acts in acts()) {
        let play = played(mode, &acts);
        for (key, row) in &play.desk.whole.rows {
            let (Key::Message(_, id), Row::Message(message)) = (key, row) else { continue };
            if matches!(message.role, MessageRole::Reply { .. }) {
                prop_assert!(play.written[id].who < 2);
            }
        }
    }
}
