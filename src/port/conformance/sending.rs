//! What an adapter must do with what it is told to send.

use super::{NotShown, Seen, Shell, Verdict, ensure};
use crate::capabilities::{Idempotency, Support};
use crate::ids::MessageId;
use crate::media::NoMedia;
use crate::operation::{Found, Heal, Mark, Operation, Outcome, RefusalScope, TopicState, Voice};

/// The name that customers must read.
const PERSONA: &str = "Anna (Support)";

/// No markup is made of a text, and none is taken out of it.
pub(super) async fn a_text_goes_out_letter_for_letter(shell: &mut Shell<'_>) -> Verdict {
    let word = shell.word("two lines");
    let text = format!("{word}\n<b>*not bold*</b> & \"quoted\" `tick` @room 👩‍👩‍👧 é ß 李");
    let post = shell.post("agent-1", PERSONA, &text);
    let ids = shell.send(shell.rig.customer_chat(), None, post).await?;
    let seen = shell.customer_sees(|seen| by_ids(seen, &ids).next().is_some()).await?;
    let arrived: String = by_ids(&seen, &ids).map(|seen| seen.text.as_str()).collect();
    ensure(arrived == text, || format!("the customer sees {arrived:?}"))
}

/// Nobody is answered by a machine without a name; the bridge itself says something under its own.
pub(super) async fn a_personas_name_is_seen_by_the_customer(shell: &mut Shell<'_>) -> Verdict {
    let chat = shell.rig.customer_chat();
    for (id, name) in [("agent-1", PERSONA), ("agent-2", "Jörg 'O <i> (Sales & more)")] {
        let text = shell.word("under a name");
        let post = shell.post(id, name, &text);
        shell.send(chat.clone(), None, post).await?;
        let seen = shell.customer_sees(|seen| with_text(seen, &text).next().is_some()).await?;
        let names: Vec<_> = with_text(&seen, &text).map(|seen| seen.name.as_str()).collect();
        ensure(names == [name], || format!("the customer reads {names:?}, not {name:?}"))?;
    }
    let text = shell.word("by the bridge");
    let notice = Operation::Create {
        voice: Voice::Bridge,
        body: shell.private(&text).into(),
        files: Vec::new(),
        reply_to: None,
        mentions: Vec::new(),
    };
    shell.send(chat, None, notice).await?;
    let seen = shell.customer_sees(|seen| with_text(seen, &text).next().is_some()).await?;
    let borrowed =
        with_text(&seen, &text).any(|seen| seen.name.contains("Anna") || seen.name.contains("Jörg"));
    ensure(!borrowed, || "the bridge speaks under a person's name".to_owned())
}

/// Naming a message to answer, even one that does not exist, never keeps a text from arriving.
pub(super) async fn a_reply_may_name_a_message(shell: &mut Shell<'_>) -> Verdict {
    let (mark, question) = (shell.mark(), shell.word("a question"));
    shell.rig.customer_writes(&question).await;
    let asked = shell.hear_text(mark, &question).await?.message;
    let answer = shell.word("an answer");
    let mut post = shell.post("agent-1", PERSONA, &answer);
    if let Operation::Create { reply_to, .. } = &mut post {
        *reply_to = Some(asked);
    }
    shell.send(shell.rig.customer_chat(), None, post).await?;
    let seen = shell.customer_sees(|seen| with_text(seen, &answer).next().is_some()).await?;
    ensure(with_text(&seen, &answer).count() == 1, || "the answer is there more than once".to_owned())
}

/// `OpenTopic` names its topic, and the card is the first thing in it.
pub(super) async fn a_topic_opens_with_its_card(shell: &mut Shell<'_>) -> Verdict {
    has_topics(shell)?;
    let (title, card) = (shell.word("Carla Customer"), shell.word("what is known"));
    let topic = shell.open_topic(&title, &card).await?;
    let seen = shell.team_sees(Some(&topic), |seen| !seen.is_empty()).await?;
    let first = seen.first().map(|first| first.text.as_str()).unwrap_or_default();
    ensure(first.contains(&card), || format!("the topic opens with {first:?}"))
}

/// Two topics, the room and the customer's chat never mix.
pub(super) async fn a_post_lands_in_its_topic_and_nowhere_else(shell: &mut Shell<'_>) -> Verdict {
    has_topics(shell)?;
    let (title, card) = (shell.word("Topic"), shell.word("card"));
    let here = shell.open_topic(&title, &card).await?;
    let elsewhere = shell.open_topic(&title, &card).await?;
    ensure(here != elsewhere, || "two topics have one id".to_owned())?;
    let text = shell.word("for one topic");
    let post = shell.post("customer-1", "Carla Customer", &text);
    shell.send(shell.rig.team_room(), Some(&here), post).await?;
    let seen = shell.team_sees(Some(&here), |seen| with_text(seen, &text).next().is_some()).await?;
    let posts: Vec<_> = with_text(&seen, &text).collect();
    ensure(posts.len() == 1, || format!("the post is there {} times", posts.len()))?;
    ensure(posts.iter().all(|post| post.name == "Carla Customer"), || format!("the team reads {posts:?}"))?;
    for (place, seen) in [
        ("the other topic", shell.rig.team_sees(Some(&elsewhere)).await),
        ("the room", shell.rig.team_sees(None).await),
        ("the customer's chat", shell.rig.customer_sees().await),
    ] {
        ensure(with_text(&seen, &text).next().is_none(), || format!("the post is in {place} as well"))?;
    }
    Ok(())
}

/// `SetTopic` replaces the card; repeating it is harmless.
pub(super) async fn a_topic_shows_its_new_card(shell: &mut Shell<'_>) -> Verdict {
    has_topics(shell)?;
    let (title, old, new) = (shell.word("Topic"), shell.word("old card"), shell.word("new card"));
    let topic = shell.open_topic(&title, &old).await?;
    let before =
        shell.team_sees(Some(&topic), |seen| seen.iter().any(|seen| seen.text.contains(&old))).await?;
    let (title, card) = (shell.private("Carla, renamed"), shell.private(&new));
    let operation = Operation::SetTopic { title, state: TopicState::Answered, due: None, card };
    let op = shell.order(shell.rig.team_room(), Some(topic.clone()), operation);
    shell.deliver(&op).await?;
    shell.deliver(&op).await?;
    let seen = shell.team_sees(Some(&topic), |seen| seen.iter().any(|seen| seen.text.contains(&new))).await?;
    ensure(!seen.iter().any(|seen| seen.text.contains(&old)), || "the old card is still there".to_owned())?;
    ensure(seen.len() == before.len(), || "a new card made a new message".to_owned())
}

/// Law 3, outwards: where the platform has a key, a repeat gives the first result.
pub(super) async fn a_repeated_operation_makes_no_second_message(shell: &mut Shell<'_>) -> Verdict {
    let chat = shell.rig.customer_chat();
    let text = shell.word("only once");
    let post = shell.post("agent-1", PERSONA, &text);
    if shell.adapter.capabilities(&chat).idempotency == Idempotency::None {
        return Err(NotShown::DoesNotApply("the platform takes no key".to_owned()));
    }
    let mut op = shell.order(chat, None, post);
    let first = shell.deliver(&op).await?;
    op.attempt = 1;
    let second = shell.deliver(&op).await?;
    ensure(first == second, || format!("{first:?} became {second:?}"))?;
    let seen = shell.customer_sees(|seen| with_text(seen, &text).next().is_some()).await?;
    let times = with_text(&seen, &text).count();
    ensure(times == 1, || format!("the customer sees it {times} times"))
}

/// After an unknown outcome, looking shows what arrived (or the platform does not tell; it never denies it).
pub(super) async fn a_delivered_operation_is_found_again(shell: &mut Shell<'_>) -> Verdict {
    let text = shell.word("to be found");
    let post = shell.post("agent-1", PERSONA, &text);
    let op = shell.order(shell.rig.customer_chat(), None, post);
    let (sent, _) = shell.deliver(&op).await?;
    match shell.adapter.reconcile(&op).await {
        Found::Yes { parts, .. } => ensure(parts == sent, || format!("{sent:?} was found as {parts:?}")),
        Found::CannotTell => Err(NotShown::DoesNotApply("the platform does not tell".to_owned())),
        found @ (Found::No | Found::Later { .. }) => {
            Err(NotShown::Broken(format!("what was delivered is {found:?}")))
        }
    }
}

/// What was not sent is never taken for sent, and looking does not send it.
pub(super) async fn what_was_never_sent_is_not_found(shell: &mut Shell<'_>) -> Verdict {
    let text = shell.word("never sent");
    let post = shell.post("agent-1", PERSONA, &text);
    let op = shell.order(shell.rig.customer_chat(), None, post);
    let found = shell.adapter.reconcile(&op).await;
    ensure(matches!(found, Found::No | Found::CannotTell), || format!("it is {found:?}"))?;
    let seen = shell.rig.customer_sees().await;
    ensure(with_text(&seen, &text).next().is_none(), || "looking sent it".to_owned())
}

/// One mark at a time, the latest, on the agent's own message.
pub(super) async fn the_last_mark_wins(shell: &mut Shell<'_>) -> Verdict {
    let room = shell.rig.team_room();
    let marks = shell.adapter.capabilities(&room).marks;
    if matches!(marks, Support::Dropped | Support::Rejected) {
        return Err(NotShown::DoesNotApply("the platform has no marks".to_owned()));
    }
    has_topics(shell)?;
    let (title, card) = (shell.word("Topic"), shell.word("card"));
    let topic = shell.open_topic(&title, &card).await?;
    let (mark, text) = (shell.mark(), shell.word("an agent's"));
    shell.rig.agent_writes(Some(&topic), &text, None).await;
    let message = shell.hear_text(mark, &text).await?.message;
    for mark in [Mark::Pending, Mark::Delivered, Mark::Delivered, Mark::Unknown] {
        let operation = Operation::Mark { message: message.clone(), mark };
        shell.send(room.clone(), Some(&topic), operation).await?;
        let shown = |seen: &[Seen]| {
            seen.iter().any(|seen| {
                seen.id == message && seen.marks.len() == 1 && seen.marks[0].starts_with(mark.sign())
            })
        };
        shell.team_sees(Some(&topic), shown).await?;
    }
    Ok(())
}

/// A text over the limit becomes several messages: all there, in order, every id told.
pub(super) async fn a_long_text_arrives_whole_and_in_order(shell: &mut Shell<'_>) -> Verdict {
    let chat = shell.rig.customer_chat();
    let limit = shell.adapter.capabilities(&chat).text_limit;
    let mut text = shell.word("long");
    let mut number = 0_u64;
    while limit.unit.count(&text) < limit.max * 2 + limit.max / 2 {
        // a hundred words at a time, because counting is not free
        for _ in 0..100 {
            number += 1;
            text.push_str(" wörd");
            text.push_str(&number.to_string());
        }
    }
    let post = shell.post("agent-1", PERSONA, &text);
    let parts = shell.send(chat, None, post).await?;
    ensure(parts.len() >= 3, || format!("{} parts hold more than their limit", parts.len()))?;
    let seen = shell.customer_sees(|seen| by_ids(seen, &parts).count() == parts.len()).await?;
    let order: Vec<_> = by_ids(&seen, &parts).map(|seen| &seen.id).collect();
    ensure(order == parts.iter().collect::<Vec<_>>(), || {
        format!("the order is {order:?}, told was {parts:?}")
    })?;
    let words = by_ids(&seen, &parts).flat_map(|seen| seen.text.split_whitespace());
    ensure(words.eq(text.split_whitespace()), || "words were lost, doubled or moved".to_owned())?;
    let named = by_ids(&seen, &parts).all(|seen| seen.name == PERSONA);
    ensure(named, || "a part has no name".to_owned())
}

/// A topic that disappeared is healed by opening a new one, so it must be told apart from a refusal.
pub(super) async fn a_lost_topic_is_told(shell: &mut Shell<'_>) -> Verdict {
    has_topics(shell)?;
    let (title, card, text) = (shell.word("Topic"), shell.word("card"), shell.word("too late"));
    let topic = shell.open_topic(&title, &card).await?;
    if !shell.rig.lose_topic(&topic).await {
        return Err(NotShown::DoesNotApply("a topic cannot be lost here".to_owned()));
    }
    let post = shell.post("customer-1", "Carla Customer", &text);
    let op = shell.order(shell.rig.team_room(), Some(topic), post);
    let outcome = shell.adapter.deliver(&op, &NoMedia).await;
    ensure(outcome == Outcome::Heal(Heal::TopicGone), || format!("it was {outcome:?}"))
}

/// A chat that takes nothing is told as such: nothing vague, and no other chat suffers.
pub(super) async fn a_closed_chat_refuses_for_certain(shell: &mut Shell<'_>) -> Verdict {
    let Some(chat) = shell.rig.closed_chat() else {
        return Err(NotShown::DoesNotApply("the rig names no closed chat".to_owned()));
    };
    let text = shell.word("to a closed door");
    let post = shell.post("agent-1", PERSONA, &text);
    let op = shell.order(chat, None, post);
    let outcome = shell.adapter.deliver(&op, &NoMedia).await;
    let refused = matches!(&outcome, Outcome::Refused(refusal) if refusal.scope == RefusalScope::Chat);
    ensure(refused, || format!("it was {outcome:?}"))
}

pub(super) fn has_topics(shell: &Shell<'_>) -> Verdict {
    match shell.adapter.capabilities(&shell.rig.team_room()).topics {
        Support::Full | Support::Partial => Ok(()),
        Support::Dropped | Support::Rejected => {
            Err(NotShown::DoesNotApply("the platform has no topics".to_owned()))
        }
    }
}

fn with_text<'s>(seen: &'s [Seen], text: &'s str) -> impl Iterator<Item = &'s Seen> {
    seen.iter().filter(move |seen| seen.text == text)
}

fn by_ids<'s>(seen: &'s [Seen], ids: &'s [MessageId]) -> impl Iterator<Item = &'s Seen> {
    seen.iter().filter(move |seen| ids.contains(&seen.id))
}
