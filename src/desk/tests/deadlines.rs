//! Which deadline holds, and what is told of it. It is Monday, five past two; the office is open on weekdays from 8 to 17.

use super::script::{Stage, check_ruled, check_timed};
use crate::{Key, ReplyMode, Row};
use port::ThreadId;

#[test]
fn a_tag_moves_the_deadline_and_taking_it_away_moves_it_back() {
    check_timed(
        "
        mia: Broken again
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Broken again
        Anna in 1: !tag complaint
        1 < bridge: tags-are tags=complaint | now-due due=2026-03-02 15:05 policy=complaints what=response
        card 1
        1 < topic-title customer=Mia number=1
        1 < card-customer customer=Mia number=1 channel=shop
        1 < card-waiting since=2026-03-02 14:05
        1 < card-due due=2026-03-02 15:05 policy=complaints
        1 < card-priority priority=high
        1 < card-tags tags=complaint
        1 < card-unassigned
        1 < card-new
        1 < card-how-explicit prefix=!
        Anna in 1: !tag -complaint refund
        1 < shows waiting
        1 < bridge: tags-are tags=refund | priority-is priority=normal | now-due due=2026-03-03 09:05 policy=standard what=response
        Anna in 1: !priority high
        1 < shows waiting
        1 < bridge: priority-is priority=high | now-due due=2026-03-03 09:05 policy=standard what=response
        Anna in 1: !priority highest
        1 < bridge: no-such-priority word=highest known=low, normal, high, urgent | now-due due=2026-03-03 09:05 policy=standard what=response
        Anna in 1: !tag a/b
        1 < bridge: no-tag word=a/b | now-due due=2026-03-03 09:05 policy=standard what=response
        Anna in 1: !policy complaints
        1 < shows waiting
        1 < bridge: policy-is policy=complaints | now-due due=2026-03-02 15:05 policy=complaints what=response
        Anna in 1: !policy gold
        1 < bridge: no-such-policy name=gold known=complaints, standard | now-due due=2026-03-02 15:05 policy=complaints what=response
        Anna in 1: !policy none
        1 < shows waiting
        1 < bridge: policy-is policy=standard | now-due due=2026-03-03 09:05 policy=standard what=response
        Anna in 1: !segment vip
        1 < bridge: segment-is segment=vip | now-due due=2026-03-03 09:05 policy=standard what=response
        Anna in 1: !why
        1 < bridge: why-head number=1 | why-line at=2026-03-02 14:05 what=why-tagged tags=complaint by=complaint | why-line at=2026-03-02 14:05 what=why-priority priority=high by=complaint | why-line at=2026-03-02 14:05 what=why-started what=clock-first-response since=2026-03-02 14:05 policy=complaints allowed=1 h 00 min calendar=always due=2026-03-02 15:05 | why-line at=2026-03-02 14:05 what=why-started what=clock-resolution since=2026-03-02 14:05 policy=complaints allowed=20 h 00 min calendar=always due=2026-03-03 10:05 | why-line at=2026-03-02 14:05 what=why-tagged tags=refund by=Anna | why-line at=2026-03-02 14:05 what=why-priority-fell priority=normal by=Anna | why-line at=2026-03-02 14:05 what=why-moved what=clock-first-response policy=standard reason=why-case-changed by=Anna due=2026-03-03 09:05 | why-line at=2026-03-02 14:05 what=why-moved what=clock-resolution policy=standard reason=why-case-changed by=Anna due=2026-03-04 16:05 | why-line at=2026-03-02 14:05 what=why-priority priority=high by=Anna | why-line at=2026-03-02 14:05 what=why-moved what=clock-first-response policy=complaints reason=why-policy-chosen by=Anna due=2026-03-02 15:05 | why-line at=2026-03-02 14:05 what=why-moved what=clock-resolution policy=complaints reason=why-policy-chosen by=Anna due=2026-03-03 10:05 | why-line at=2026-03-02 14:05 what=why-moved what=clock-first-response policy=standard reason=why-policy-chosen by=Anna due=2026-03-03 09:05 | why-line at=2026-03-02 14:05 what=why-moved what=clock-resolution policy=standard reason=why-policy-chosen by=Anna due=2026-03-04 16:05 | why-due what=clock-first-response due=2026-03-03 09:05 calendar=office
        card 1
        1 < topic-title customer=Mia number=1
        1 < card-customer customer=Mia number=1 channel=shop
        1 < card-waiting since=2026-03-02 14:05
        1 < card-due due=2026-03-03 09:05 policy=standard
        1 < card-priority priority=high
        1 < card-tags tags=refund
        1 < card-unassigned
        1 < card-new
        1 < card-how-explicit prefix=!
        ",
    );
}

#[test]
fn a_deadline_that_moves_into_the_past_is_told_at_once() {
    check_timed(
        "
        mia: Broken again
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Broken again
        wait 90m
        hall < bridge: warn-response customer=Mia number=1 since=2026-03-02 14:05 due=2026-03-02 15:05 left=30 min about=Broken again
        hall < bridge: warn-response customer=Mia number=1 since=2026-03-02 14:05 due=2026-03-02 15:05 left=12 min about=Broken again
        hall < bridge calls Bernd: Bernd: | overdue-response customer=Mia number=1 since=2026-03-02 14:05 due=2026-03-02 15:05 over=0 s about=Broken again
        1 < shows overdue
        Anna in 1: !tag complaint
        1 < bridge: tags-are tags=complaint | now-due due=2026-03-02 15:05 policy=complaints what=late-response
        wait 1s
        Anna in hall: !list
        hall < bridge: list-head count=1 | list-overdue number=1 customer=Mia age=1 h 30 min over=30 min assignee=–
        Anna in 1: !why
        1 < bridge: why-head number=1 | why-line at=2026-03-02 14:05 what=why-tagged tags=complaint by=complaint | why-line at=2026-03-02 14:05 what=why-priority priority=high by=complaint | why-line at=2026-03-02 14:05 what=why-started what=clock-first-response since=2026-03-02 14:05 policy=complaints allowed=1 h 00 min calendar=always due=2026-03-02 15:05 | why-line at=2026-03-02 14:05 what=why-started what=clock-resolution since=2026-03-02 14:05 policy=complaints allowed=20 h 00 min calendar=always due=2026-03-03 10:05 | why-line at=2026-03-02 14:35 what=why-told what=clock-first-response percent=50 who=to-assignee | why-line at=2026-03-02 14:53 what=why-told what=clock-first-response percent=80 who=to-assignee, to-team | why-line at=2026-03-02 15:05 what=why-breached what=clock-first-response due=2026-03-02 15:05 | why-line at=2026-03-02 15:05 what=why-told what=clock-first-response percent=100 who=to-team, to-managers | why-due what=clock-first-response due=2026-03-02 15:05 calendar=always
        ",
    );
}

#[test]
fn what_was_missed_while_the_bridge_was_down_is_told_in_one_go() {
    check_timed(
        "
        mia (72h ago): Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        wait 1s
        hall < bridge calls Bernd: Bernd: | overdue-response customer=Mia number=1 since=2026-02-27 14:05 due=2026-03-02 09:05 over=5 h 00 min about=Hello
        1 < shows overdue
        Anna in 1: !why
        1 < bridge: why-head number=1 | why-line at=2026-03-02 14:05 what=why-started what=clock-first-response since=2026-02-27 14:05 policy=standard allowed=4 h 00 min calendar=office due=2026-03-02 09:05 | why-line at=2026-03-02 14:05 what=why-started what=clock-resolution since=2026-02-27 14:05 policy=standard allowed=20 h 00 min calendar=office due=2026-03-03 16:05 | why-line at=2026-03-02 14:05 what=why-breached what=clock-first-response due=2026-03-02 09:05 | why-line at=2026-03-02 14:05 what=why-told what=clock-first-response percent=50 who=to-assignee | why-line at=2026-03-02 14:05 what=why-told what=clock-first-response percent=80 who=to-assignee, to-team | why-line at=2026-03-02 14:05 what=why-told what=clock-first-response percent=100 who=to-team, to-managers | why-line at=2026-03-02 14:05 what=why-told what=clock-first-response percent=200 who=to-managers | why-due what=clock-first-response due=2026-03-02 09:05 calendar=office
        ",
    );
}

#[test]
fn the_list_says_how_much_time_is_left() {
    check_timed(
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        ben: Hello
        2 < opens waiting: topic-title customer=Ben number=2
        2 < Ben: Hello
        Anna in 2: !tag complaint
        2 < shows waiting
        2 < bridge: tags-are tags=complaint | now-due due=2026-03-02 15:05 policy=complaints what=response
        wait 61m
        hall < bridge: warn-response customer=Ben number=2 since=2026-03-02 14:05 due=2026-03-02 15:05 left=30 min about=Hello
        hall < bridge: warn-response customer=Ben number=2 since=2026-03-02 14:05 due=2026-03-02 15:05 left=12 min about=Hello
        hall < bridge calls Bernd: Bernd: | overdue-response customer=Ben number=2 since=2026-03-02 14:05 due=2026-03-02 15:05 over=0 s about=Hello
        2 < shows overdue
        Anna in hall: !list
        hall < bridge: list-head count=2 | list-due number=1 customer=Mia age=1 h 01 min left=17 h 59 min assignee=– | list-overdue number=2 customer=Ben age=1 h 01 min over=1 min assignee=–
        ",
    );
}

#[test]
fn a_complaint_is_recognised_and_has_one_hour() {
    check_timed(
        "
        mia: The parcel arrived broken for the second time, I am really disappointed!
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: The parcel arrived broken for the second time, I am really disappointed!
        card 1
        1 < topic-title customer=Mia number=1
        1 < card-customer customer=Mia number=1 channel=shop
        1 < card-waiting since=2026-03-02 14:05
        1 < card-due due=2026-03-02 15:05 policy=complaints
        1 < card-priority priority=high
        1 < card-tags tags=complaint
        1 < card-unassigned
        1 < card-new
        1 < card-how-explicit prefix=!
        ben: Hello
        2 < opens waiting: topic-title customer=Ben number=2
        2 < Ben: Hello
        ben: I have waited for three weeks and nobody answers, this is unacceptable
        2 < Ben: I have waited for three weeks and nobody answers, this is unacceptable
        2 < shows waiting
        card 2
        2 < topic-title customer=Ben number=2
        2 < card-customer customer=Ben number=2 channel=shop
        2 < card-waiting since=2026-03-02 14:05
        2 < card-due due=2026-03-02 15:05 policy=complaints
        2 < card-priority priority=high
        2 < card-tags tags=complaint
        2 < card-unassigned
        2 < card-new
        2 < card-how-explicit prefix=!
        Anna in 2: !tag -complaint
        2 < shows waiting
        2 < bridge: no-tags | priority-is priority=normal | now-due due=2026-03-03 09:05 policy=standard what=response
        Anna in 2: !why
        2 < bridge: why-head number=2 | why-line at=2026-03-02 14:05 what=why-started what=clock-first-response since=2026-03-02 14:05 policy=standard allowed=4 h 00 min calendar=office due=2026-03-03 09:05 | why-line at=2026-03-02 14:05 what=why-started what=clock-resolution since=2026-03-02 14:05 policy=standard allowed=20 h 00 min calendar=office due=2026-03-04 16:05 | why-line at=2026-03-02 14:05 what=why-tagged tags=complaint by=complaint | why-line at=2026-03-02 14:05 what=why-priority priority=high by=complaint | why-line at=2026-03-02 14:05 what=why-moved what=clock-first-response policy=complaints reason=why-case-changed by=– due=2026-03-02 15:05 | why-line at=2026-03-02 14:05 what=why-moved what=clock-resolution policy=complaints reason=why-case-changed by=– due=2026-03-03 10:05 | why-line at=2026-03-02 14:05 what=why-tagged tags=– by=Anna | why-line at=2026-03-02 14:05 what=why-priority-fell priority=normal by=Anna | why-line at=2026-03-02 14:05 what=why-moved what=clock-first-response policy=standard reason=why-case-changed by=Anna due=2026-03-03 09:05 | why-line at=2026-03-02 14:05 what=why-moved what=clock-resolution policy=standard reason=why-case-changed by=Anna due=2026-03-04 16:05 | why-due what=clock-first-response due=2026-03-03 09:05 calendar=office
        ",
    );
}

#[test]
fn a_thank_you_after_closing_owes_nothing() {
    check_timed(
        "
        mia: How do I open it?
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: How do I open it?
        Anna in 1 to mia-1: With the key
        mia < Anna (Support) to mia-1: With the key
        1 < Anna-1 delivered
        1 < shows answered
        Anna in 1: !close
        1 < shows closed
        1 < bridge: closed by=Anna
        mia: Thank you very much!
        1 < bridge: thanks-after-closing prefix=!
        1 < Mia: Thank you very much!
        1 < shows closed
        card 1
        1 < topic-title customer=Mia number=1
        1 < card-customer customer=Mia number=1 channel=shop
        1 < card-closed
        1 < card-tags tags=thanks
        1 < card-unassigned
        1 < card-new
        1 < card-how-explicit prefix=!
        mia: Thanks, but which key?
        1 < bridge: reopened-by-customer
        1 < Mia: Thanks, but which key?
        1 < shows waiting
        card 1
        1 < topic-title customer=Mia number=1
        1 < card-customer customer=Mia number=1 channel=shop
        1 < card-waiting since=2026-03-02 14:05
        1 < card-due due=2026-03-03 09:05 policy=standard
        1 < card-tags tags=thanks
        1 < card-unassigned
        1 < card-new
        1 < card-how-explicit prefix=!
        ",
    );
}

/// Three rules: two tags raise, and one rule raises without any.
const RAISING: &str = r#"
[[rules]]
name = "complaints"
any = ['broken']
tags = ["complaint", "parcel"]
priority = "high"

[[rules]]
name = "outages"
any = ['nothing works']
tags = ["outage"]
priority = "urgent"

[[rules]]
name = "important"
any = ['important']
priority = "high"
"#;

#[test]
fn a_priority_falls_with_the_last_tag_that_raised_it_and_no_further_than_the_others_hold_it() {
    check_ruled(
        RAISING,
        "
        mia: broken
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: broken
        mia: nothing works
        1 < Mia: nothing works
        1 < shows waiting
        Anna in 1: !tag -outage
        1 < shows waiting
        1 < bridge: tags-are tags=complaint, parcel | priority-is priority=high | now-due due=2026-03-02 15:05 policy=complaints what=response
        Anna in 1: !tag -parcel
        1 < shows waiting
        1 < bridge: tags-are tags=complaint | now-due due=2026-03-02 15:05 policy=complaints what=response
        Anna in 1: !tag -complaint
        1 < shows waiting
        1 < bridge: no-tags | priority-is priority=normal | now-due due=2026-03-03 09:05 policy=standard what=response
        mia: still broken
        1 < Mia: still broken
        1 < shows waiting
        mia: it is important
        1 < Mia: it is important
        Anna in 1: !tag -complaint -parcel
        1 < shows waiting
        1 < bridge: no-tags | now-due due=2026-03-03 09:05 policy=standard what=response
        ",
    );
}

#[test]
fn a_priority_that_an_agent_set_stays_when_the_tag_goes() {
    check_ruled(
        RAISING,
        "
        mia: broken
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: broken
        Anna in 1: !priority high
        1 < bridge: priority-is priority=high | now-due due=2026-03-02 15:05 policy=complaints what=response
        Anna in 1: !tag -complaint -parcel
        1 < shows waiting
        1 < bridge: no-tags | now-due due=2026-03-03 09:05 policy=standard what=response
        Anna in 1: !priority low
        1 < shows waiting
        1 < bridge: priority-is priority=low | now-due due=2026-03-03 09:05 policy=standard what=response
        mia: hello?
        1 < Mia: hello?
        mia: broken again
        1 < Mia: broken again
        1 < shows waiting
        Anna in 1: !tag -complaint -parcel
        1 < shows waiting
        1 < bridge: no-tags | priority-is priority=low | now-due due=2026-03-03 09:05 policy=standard what=response
        ",
    );
}

#[test]
fn a_tag_that_a_rule_writes_in_capitals_is_the_one_that_agents_name() {
    let vip = RAISING.replace("\"complaint\"", "\"Complaint\"");
    check_ruled(
        &vip,
        "
        mia: broken
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: broken
        Anna in 1: !tag COMPLAINT
        1 < bridge: tags-are tags=complaint, parcel | now-due due=2026-03-02 15:05 policy=complaints what=response
        Anna in 1: !tag -Complaint
        1 < shows waiting
        1 < bridge: tags-are tags=parcel | now-due due=2026-03-03 09:05 policy=standard what=response
        ",
    );
}

#[test]
fn a_tag_that_was_kept_in_capitals_can_be_taken_away() {
    let mut stage = Stage::new(ReplyMode::Explicit);
    stage.play("mia: Hello");
    for (kept, word, left) in
        [("VIP", "-VIP", "no-tags"), ("VIP", "-vip", "no-tags"), ("-A", "--a", "no-tags")]
    {
        let key = Key::Thread(ThreadId(1));
        let Some(Row::Thread(thread)) = stage.desk.whole.rows.get_mut(&key) else { panic!("no thread") };
        thread.tags = [kept.to_owned()].into();
        let told = stage.play(&format!("Anna in 1: !tag {word}"));
        assert!(told.iter().any(|line| line.contains(left)), "{kept} {word}: {told:?}");
    }
}

#[test]
fn a_topic_is_told_until_when_an_answer_is_due_for_as_long_as_one_is() {
    check_timed(
        "
        mia: Broken again
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Broken again
        due 1
        1 < at 2026-03-02 15:05
        Anna in 1: !tag -complaint
        1 < shows waiting
        1 < bridge: no-tags | priority-is priority=normal | now-due due=2026-03-03 09:05 policy=standard what=response
        due 1
        1 < at 2026-03-03 09:05
        Anna in 1: !snooze 1h
        1 < shows waiting
        1 < bridge: snoozed until=2026-03-02 15:05
        due 1
        1 < paused until 2026-03-02 15:05
        Anna in 1 to mia-1: Here is a new one
        mia < Anna (Support) to mia-1: Here is a new one
        1 < Anna-3 delivered
        1 < shows answered
        due 1
        1 < nothing
        Anna in 1: !close
        1 < shows closed
        1 < bridge: closed by=Anna
        due 1
        1 < nothing
        ",
    );
}
