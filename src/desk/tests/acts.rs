//! Whatever people and platforms may do.

use proptest::prelude::*;

/// One thing that happens. Numbers choose among what is there, whatever that is.
#[derive(Debug, Clone)]
pub(super) enum Act {
    Customer(usize, CustomerAct),
    Team {
        who: usize,
        topic: Option<usize>,
        answers: Option<usize>,
        what: TeamAct,
    },
    /// Something that came in before comes in again.
    Again(usize),
    Settle(usize, Ending),
    /// What waits behind the head of a lane goes with it.
    Gather(usize),
    /// Everything that can be sent is sent.
    Drain,
    Wait(i64),
}

/// What a customer does.
#[derive(Debug, Clone)]
pub(super) enum CustomerAct {
    Writes,
    Sends,
    Unreadable,
    Edits(usize),
    Deletes(usize),
    Reacts(usize),
    Leaves,
    Starts,
    Gap,
    Moves,
}

/// What somebody in the team's chat does.
#[derive(Debug, Clone)]
pub(super) enum TeamAct {
    Plain,
    Reply,
    Note,
    NoteCommand,
    Command(usize),
    Sends,
    Hides,
    Edits(usize),
    Deletes(usize),
    Reacts,
}

/// What an operation comes to.
#[derive(Debug, Clone)]
pub(super) enum Ending {
    Delivered,
    RefusedMessage,
    RefusedChat,
    Unknown,
    TopicGone,
    ChatMoved,
    Delayed,
}

pub(super) const COMMANDS: [&str; 25] = [
    "!claim",
    "!assign Bernd",
    "!release",
    "!close",
    "!close",
    "!reopen",
    "!who",
    "!history",
    "!list",
    "!retry",
    "!retry",
    "!stop",
    "!clsoe",
    "!noreply",
    "!tag complaint",
    "!tag -complaint refund",
    "!snooze 2h",
    "!policy complaints",
    "!stats week by agent",
    "!breaches month",
    "!export csv week by agent",
    "!chart incoming",
    "!promise in 30s call back",
    "!promise tomorrow 9:00 refund",
    "!done 1",
];
pub(super) const CUSTOMERS: usize = 3;
/// Two agents, somebody unknown, and a program.
pub(super) const PEOPLE: [&str; 4] = ["Anna", "Bernd", "Eve", "Robot"];

/// Up to seventy of them, as likely as they are in life, or a little worse.
pub(super) fn acts() -> impl Strategy<Value = Vec<Act>> {
    let any = || 0..1000_usize;
    let customer = prop_oneof![
        8 => Just(CustomerAct::Writes),
        1 => Just(CustomerAct::Sends),
        1 => Just(CustomerAct::Unreadable),
        2 => any().prop_map(CustomerAct::Edits),
        1 => any().prop_map(CustomerAct::Deletes),
        1 => any().prop_map(CustomerAct::Reacts),
        1 => Just(CustomerAct::Leaves),
        1 => Just(CustomerAct::Starts),
        1 => Just(CustomerAct::Gap),
        1 => Just(CustomerAct::Moves),
    ];
    let team = prop_oneof![
        6 => Just(TeamAct::Plain),
        4 => Just(TeamAct::Reply),
        1 => Just(TeamAct::Note),
        1 => Just(TeamAct::NoteCommand),
        5 => any().prop_map(TeamAct::Command),
        1 => Just(TeamAct::Sends),
        1 => Just(TeamAct::Hides),
        2 => any().prop_map(TeamAct::Edits),
        2 => any().prop_map(TeamAct::Deletes),
        1 => Just(TeamAct::Reacts),
    ];
    let who = prop_oneof![6 => Just(0_usize), 4 => Just(1), 1 => Just(2), 1 => Just(3)];
    let ending = prop_oneof![
        12 => Just(Ending::Delivered),
        1 => Just(Ending::RefusedMessage),
        1 => Just(Ending::RefusedChat),
        1 => Just(Ending::Unknown),
        1 => Just(Ending::TopicGone),
        1 => Just(Ending::ChatMoved),
        1 => Just(Ending::Delayed),
    ];
    let topic = prop_oneof![6 => any().prop_map(Some), 1 => Just(None)];
    let answers = prop_oneof![1 => any().prop_map(Some), 1 => Just(None)];
    let act = prop_oneof![
        6 => (0..CUSTOMERS, customer).prop_map(|(who, what)| Act::Customer(who, what)),
        6 => (who, topic, answers, team)
            .prop_map(|(who, topic, answers, what)| Act::Team { who, topic, answers, what }),
        2 => any().prop_map(Act::Again),
        8 => (any(), ending).prop_map(|(lane, ending)| Act::Settle(lane, ending)),
        2 => any().prop_map(Act::Gather),
        2 => Just(Act::Drain),
        2 => prop_oneof![1..15_i64, 600..90_000_i64].prop_map(Act::Wait),
    ];
    proptest::collection::vec(act, 1..70)
}
