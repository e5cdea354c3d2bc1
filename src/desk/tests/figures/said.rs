//! What managers and agents read when they ask. Bernd is a manager, Anna an agent, Eve is nobody.

use super::super::script::check_timed;

#[test]
fn a_manager_reads_how_long_customers_waited() {
    check_timed(
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        wait 10m
        Anna in 1 to mia-1: Good day
        mia < Anna (Support) to mia-1: Good day
        1 < Anna-1 delivered
        1 < shows answered
        wait 5m
        mia: And another thing
        1 < Mia: And another thing
        1 < shows waiting
        ben: Hello
        2 < opens waiting: topic-title customer=Ben number=2
        2 < Ben: Hello
        wait 20m
        Bernd in 1 to mia-2: Done
        mia < Bernd to mia-2: Done
        1 < Bernd-1 delivered
        1 < shows answered
        Bernd in hall: !stats
        hall < bridge: figures-subject subject=stats · figures-period name=today from=2026-03-02 to=2026-03-02 · figures-scale scale=wall | figures-cell measure=messages value=3 · figures-cell measure=opened value=2 · figures-cell measure=closed value=0 · figures-cell measure=closed-unanswered value=0 · figures-cell measure=answers value=2 | clock-first-response: figures-cell measure=n value=1 · figures-cell measure=median value=10 min · figures-cell measure=p90 value=10 min · figures-cell measure=max value=10 min · figures-cell measure=mean value=10 min | clock-next-response: figures-cell measure=n value=1 · figures-cell measure=median value=20 min · figures-cell measure=p90 value=20 min · figures-cell measure=max value=20 min · figures-cell measure=mean value=20 min | clock-resolution: figures-cell measure=n value=0 | figures-now unanswered=1 oldest=20 min overdue=0 paused=0 untimed=0 | figures-define command=!stats definition
        Bernd in hall: !stats heute nach Agent
        hall < bridge: figures-subject subject=stats · figures-period name=today from=2026-03-02 to=2026-03-02 · figures-by by=agent · figures-scale scale=wall | Anna: figures-cell measure=answers value=1 · figures-cell measure=closed value=0 · figures-cell measure=closed-unanswered value=0 | – clock-first-response: figures-cell measure=n value=1 · figures-cell measure=median value=10 min · figures-cell measure=p90 value=10 min · figures-cell measure=max value=10 min · figures-cell measure=mean value=10 min | Bernd: figures-cell measure=answers value=1 · figures-cell measure=closed value=0 · figures-cell measure=closed-unanswered value=0 | – clock-next-response: figures-cell measure=n value=1 · figures-cell measure=median value=20 min · figures-cell measure=p90 value=20 min · figures-cell measure=max value=20 min · figures-cell measure=mean value=20 min | figures-total period=figures-period name=today from=2026-03-02 to=2026-03-02 n=2 median=10 min p90=20 min | figures-now unanswered=1 oldest=20 min overdue=0 paused=0 untimed=0 | figures-define command=!stats definition
        Bernd in hall: !stats by channel working
        hall < bridge: figures-subject subject=stats · figures-period name=today from=2026-03-02 to=2026-03-02 · figures-by by=channel · figures-scale scale=working | shop: figures-cell measure=messages value=3 · figures-cell measure=opened value=2 · figures-cell measure=closed value=0 · figures-cell measure=closed-unanswered value=0 · figures-cell measure=answers value=2 | – clock-first-response: figures-cell measure=n value=1 · figures-cell measure=median value=10 min · figures-cell measure=p90 value=10 min · figures-cell measure=max value=10 min · figures-cell measure=mean value=10 min | – clock-next-response: figures-cell measure=n value=1 · figures-cell measure=median value=20 min · figures-cell measure=p90 value=20 min · figures-cell measure=max value=20 min · figures-cell measure=mean value=20 min | figures-total period=figures-period name=today from=2026-03-02 to=2026-03-02 n=2 median=10 min p90=20 min | figures-now unanswered=1 oldest=20 min overdue=0 paused=0 untimed=0 | figures-define command=!stats definition
        Bernd in hall: !stats by hour definition
        hall < bridge: figures-subject subject=stats · figures-period name=today from=2026-03-02 to=2026-03-02 · figures-by by=hour · figures-scale scale=wall | 14:00: figures-cell measure=messages value=3 · figures-cell measure=opened value=2 | – clock-first-response: figures-cell measure=n value=1 · figures-cell measure=median value=10 min · figures-cell measure=p90 value=10 min · figures-cell measure=max value=10 min · figures-cell measure=mean value=10 min | – clock-next-response: figures-cell measure=n value=1 · figures-cell measure=median value=20 min · figures-cell measure=p90 value=20 min · figures-cell measure=max value=20 min · figures-cell measure=mean value=20 min | figures-total period=figures-period name=today from=2026-03-02 to=2026-03-02 n=2 median=10 min p90=20 min | figures-now unanswered=1 oldest=20 min overdue=0 paused=0 untimed=0 | figures-definition of=first-response | figures-definition of=next-response | figures-definition of=resolution | figures-definition of=quantiles | figures-definition of=days | figures-definition of=voided | figures-definition of=closed | figures-definition of=answers | figures-definition of=hours | figures-definition of=unanswered
        Bernd in hall: !stats yesterday
        hall < bridge: figures-subject subject=stats · figures-period name=yesterday from=2026-03-01 to=2026-03-01 · figures-scale scale=wall | figures-cell measure=messages value=0 · figures-cell measure=opened value=0 · figures-cell measure=closed value=0 · figures-cell measure=closed-unanswered value=0 · figures-cell measure=answers value=0 | clock-first-response: figures-cell measure=n value=0 | clock-next-response: figures-cell measure=n value=0 | clock-resolution: figures-cell measure=n value=0 | figures-now unanswered=1 oldest=20 min overdue=0 paused=0 untimed=0 | figures-define command=!stats definition
        Bernd in hall: !agents
        hall < bridge: figures-subject subject=agents · figures-period name=week from=2026-03-02 to=2026-03-08 · figures-scale scale=wall | Anna: figures-cell measure=n value=1 · figures-cell measure=median value=10 min · figures-cell measure=p90 value=10 min · figures-cell measure=in-time value=100 % (1/1) · figures-cell measure=answers value=1 · figures-cell measure=open value=0 · figures-cell measure=unanswered value=0 | Bernd: figures-cell measure=n value=1 · figures-cell measure=median value=20 min · figures-cell measure=p90 value=20 min · figures-cell measure=in-time value=100 % (1/1) · figures-cell measure=answers value=1 · figures-cell measure=open value=0 · figures-cell measure=unanswered value=0 | figures-total period=figures-period name=week from=2026-03-02 to=2026-03-08 n=2 median=10 min p90=20 min | figures-now unanswered=1 oldest=20 min overdue=0 paused=0 untimed=0 | figures-define command=!agents definition
        Bernd in hall: !compare week
        hall < bridge: figures-subject subject=compare · figures-scale scale=wall | figures-until period=figures-period name=week from=2026-03-02 to=2026-03-02 hour=14:00: figures-cell measure=messages value=0 · figures-cell measure=opened value=0 · figures-cell measure=closed value=0 · figures-cell measure=closed-unanswered value=0 · figures-cell measure=answers value=0 | – clock-first-response: figures-cell measure=n value=0 | – clock-next-response: figures-cell measure=n value=0 | – clock-resolution: figures-cell measure=n value=0 | figures-until period=figures-period name=last-week from=2026-02-23 to=2026-02-23 hour=14:00: figures-cell measure=messages value=0 · figures-cell measure=opened value=0 · figures-cell measure=closed value=0 · figures-cell measure=closed-unanswered value=0 · figures-cell measure=answers value=0 | – clock-first-response: figures-cell measure=n value=0 | – clock-next-response: figures-cell measure=n value=0 | – clock-resolution: figures-cell measure=n value=0 | figures-now unanswered=1 oldest=20 min overdue=0 paused=0 untimed=0 | figures-define command=!compare definition
        ",
    );
}

#[test]
fn a_manager_reads_what_is_overdue_and_what_was() {
    check_timed(
        "
        mia: Broken again
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Broken again
        Bernd in 1: !tag complaint
        1 < bridge: tags-are tags=complaint | now-due due=2026-03-02 15:05 policy=complaints what=response
        ben: Hello
        2 < opens waiting: topic-title customer=Ben number=2
        2 < Ben: Hello
        Bernd in 2: !assign Anna
        2 < shows waiting
        2 < bridge: assigned agent=Anna by=Bernd
        Bernd in 2: !snooze 1h
        2 < shows waiting
        2 < bridge: snoozed until=2026-03-02 15:05
        wait 2h
        hall < bridge: warn-response customer=Mia number=1 since=2026-03-02 14:05 due=2026-03-02 15:05 left=30 min about=Broken again
        hall < bridge: warn-response customer=Mia number=1 since=2026-03-02 14:05 due=2026-03-02 15:05 left=12 min about=Broken again
        hall < bridge calls Bernd: Bernd: | overdue-response customer=Mia number=1 since=2026-03-02 14:05 due=2026-03-02 15:05 over=0 s about=Broken again
        1 < shows overdue
        2 < bridge calls Anna: Anna: snooze-over due=2026-03-03 10:05
        2 < shows waiting
        hall < bridge calls Bernd: Bernd: | overdue-response customer=Mia number=1 since=2026-03-02 14:05 due=2026-03-02 15:05 over=1 h 00 min about=Broken again
        Bernd in hall: !overdue
        hall < bridge: figures-subject subject=overdue | #1: figures-cell measure=customer value=Mia · figures-cell measure=clock value=clock-first-response · figures-cell measure=over value=1 h 00 min · figures-cell measure=due value=2026-03-02 15:05 · figures-cell measure=age value=2 h 00 min · figures-cell measure=policy value=complaints · figures-cell measure=assignee value=figures-nobody | figures-total period=figures-period name=today from=2026-03-02 to=2026-03-02 n=0 median=– p90=– | figures-now unanswered=2 oldest=2 h 00 min overdue=1 paused=0 untimed=0 | figures-define command=!overdue definition
        Bernd in hall: !backlog
        hall < bridge: figures-subject subject=backlog | figures-cell measure=open value=2 · figures-cell measure=unanswered value=2 · figures-cell measure=overdue value=1 · figures-cell measure=answered value=0 | figures-nobody: figures-cell measure=open value=1 · figures-cell measure=unanswered value=1 · figures-cell measure=overdue value=1 · figures-cell measure=answered value=0 | Anna: figures-cell measure=open value=1 · figures-cell measure=unanswered value=1 · figures-cell measure=overdue value=0 · figures-cell measure=answered value=0 | figures-total period=figures-period name=today from=2026-03-02 to=2026-03-02 n=0 median=– p90=– | figures-now unanswered=2 oldest=2 h 00 min overdue=1 paused=0 untimed=0 | figures-define command=!backlog definition
        Bernd in hall: !sla
        hall < bridge: figures-subject subject=sla · figures-period name=week from=2026-03-02 to=2026-03-08 | complaints: | – clock-first-response: figures-cell measure=in-time value=0 % (0/1) · figures-cell measure=overdue-now value=1 | standard: – | figures-total period=figures-period name=week from=2026-03-02 to=2026-03-08 n=0 median=– p90=– | figures-now unanswered=2 oldest=2 h 00 min overdue=1 paused=0 untimed=0 | figures-define command=!sla definition
        Bernd in hall: !breaches today
        hall < bridge: figures-subject subject=breaches · figures-period name=today from=2026-03-02 to=2026-03-02 | #1: figures-cell measure=clock value=clock-first-response · figures-cell measure=policy value=complaints · figures-cell measure=due value=2026-03-02 15:05 · figures-cell measure=assignee value=figures-nobody | figures-total period=figures-period name=today from=2026-03-02 to=2026-03-02 n=0 median=– p90=– | figures-now unanswered=2 oldest=2 h 00 min overdue=1 paused=0 untimed=0 | figures-define command=!breaches definition
        Anna in 1 to mia-1: Sorry
        mia < Anna (Support) to mia-1: Sorry
        1 < Anna-1 delivered
        1 < shows answered
        Bernd in hall: !overdue
        hall < bridge: figures-subject subject=overdue | figures-empty | figures-total period=figures-period name=today from=2026-03-02 to=2026-03-02 n=1 median=2 h 00 min p90=2 h 00 min | figures-now unanswered=1 oldest=2 h 00 min overdue=0 paused=0 untimed=0 | figures-define command=!overdue definition
        Bernd in hall: !breaches
        hall < bridge: figures-subject subject=breaches · figures-period name=week from=2026-03-02 to=2026-03-08 | #1: figures-cell measure=clock value=clock-first-response · figures-cell measure=policy value=complaints · figures-cell measure=due value=2026-03-02 15:05 · figures-cell measure=assignee value=figures-nobody · figures-cell measure=by value=Anna · figures-cell measure=ended-at value=2026-03-02 16:05 · figures-cell measure=wall value=2 h 00 min | figures-total period=figures-period name=week from=2026-03-02 to=2026-03-08 n=1 median=2 h 00 min p90=2 h 00 min | figures-now unanswered=1 oldest=2 h 00 min overdue=0 paused=0 untimed=0 | figures-define command=!breaches definition
        Bernd in hall: !sla today
        hall < bridge: figures-subject subject=sla · figures-period name=today from=2026-03-02 to=2026-03-02 | complaints: | – clock-first-response: figures-cell measure=in-time value=0 % (0/1) · figures-cell measure=late value=1 | standard: – | figures-total period=figures-period name=today from=2026-03-02 to=2026-03-02 n=1 median=2 h 00 min p90=2 h 00 min | figures-now unanswered=1 oldest=2 h 00 min overdue=0 paused=0 untimed=0 | figures-define command=!sla definition
        ",
    );
}

#[test]
fn an_agent_reads_the_own_figures_and_is_told_where_the_others_are() {
    check_timed(
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        Anna in 1: !claim
        1 < shows waiting
        1 < bridge: claimed agent=Anna
        Anna in 1 to mia-1: Good day
        mia < Anna (Support) to mia-1: Good day
        1 < Anna-2 delivered
        1 < shows answered
        Anna in hall: !stats
        hall < bridge: figures-subject subject=stats · Anna · figures-period name=today from=2026-03-02 to=2026-03-02 · figures-scale scale=wall | figures-cell measure=answers value=1 · figures-cell measure=closed value=0 · figures-cell measure=closed-unanswered value=0 | clock-first-response: figures-cell measure=n value=1 · figures-cell measure=median value=0 s · figures-cell measure=p90 value=0 s · figures-cell measure=max value=0 s · figures-cell measure=mean value=0 s | clock-next-response: figures-cell measure=n value=0 | clock-resolution: figures-cell measure=n value=0 | figures-now unanswered=0 oldest=– overdue=0 paused=0 untimed=0 | figures-own | figures-define command=!stats definition
        Anna in hall: !stats by agent
        hall < bridge: figures-subject subject=stats · Anna · figures-period name=today from=2026-03-02 to=2026-03-02 · figures-by by=agent · figures-scale scale=wall | Anna: figures-cell measure=answers value=1 · figures-cell measure=closed value=0 · figures-cell measure=closed-unanswered value=0 | – clock-first-response: figures-cell measure=n value=1 · figures-cell measure=median value=0 s · figures-cell measure=p90 value=0 s · figures-cell measure=max value=0 s · figures-cell measure=mean value=0 s | figures-total period=figures-period name=today from=2026-03-02 to=2026-03-02 n=1 median=0 s p90=0 s | figures-now unanswered=0 oldest=– overdue=0 paused=0 untimed=0 | figures-own | figures-define command=!stats definition
        Anna in hall: !agents
        hall < bridge: figures-subject subject=agents · Anna · figures-period name=week from=2026-03-02 to=2026-03-08 · figures-scale scale=wall | Anna: figures-cell measure=n value=1 · figures-cell measure=median value=0 s · figures-cell measure=p90 value=0 s · figures-cell measure=in-time value=100 % (1/1) · figures-cell measure=answers value=1 · figures-cell measure=open value=1 · figures-cell measure=unanswered value=0 | figures-total period=figures-period name=week from=2026-03-02 to=2026-03-08 n=1 median=0 s p90=0 s | figures-now unanswered=0 oldest=– overdue=0 paused=0 untimed=0 | figures-own | figures-define command=!agents definition
        Anna in hall: !backlog
        hall < bridge: figures-subject subject=backlog · Anna | Anna: figures-cell measure=open value=1 · figures-cell measure=unanswered value=0 · figures-cell measure=overdue value=0 · figures-cell measure=answered value=1 | figures-total period=figures-period name=today from=2026-03-02 to=2026-03-02 n=1 median=0 s p90=0 s | figures-now unanswered=0 oldest=– overdue=0 paused=0 untimed=0 | figures-own | figures-define command=!backlog definition
        Anna in hall: !overdue
        hall < bridge: figures-subject subject=overdue · Anna | figures-empty | figures-total period=figures-period name=today from=2026-03-02 to=2026-03-02 n=1 median=0 s p90=0 s | figures-now unanswered=0 oldest=– overdue=0 paused=0 untimed=0 | figures-own | figures-define command=!overdue definition
        Anna in hall: !breaches
        hall < bridge: figures-subject subject=breaches · Anna · figures-period name=week from=2026-03-02 to=2026-03-08 | figures-empty | figures-total period=figures-period name=week from=2026-03-02 to=2026-03-08 n=1 median=0 s p90=0 s | figures-now unanswered=0 oldest=– overdue=0 paused=0 untimed=0 | figures-own | figures-define command=!breaches definition
        Anna in hall: !stats by channel
        hall < bridge: figures-for-managers prefix=!
        Anna in hall: !sla
        hall < bridge: figures-for-managers prefix=!
        Anna in 1: !compare week
        1 < bridge: figures-for-managers prefix=!
        ",
    );
}

#[test]
fn who_is_no_agent_reads_nothing() {
    check_timed(
        "
        mia: Hello
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Hello
        Eve in hall: !stats
        hall < bridge: unknown-agent account=@eve platform=matrix
        Eve in 1: !backlog
        1 < bridge: unknown-agent account=@eve platform=matrix
        1 < Eve-2 refused
        ",
    );
}

#[test]
fn what_is_not_understood_is_answered_with_what_is_possible() {
    check_timed(
        "
        Bernd in hall: !stats sometimes
        hall < bridge: figures-unknown word=sometimes possible=!stats [today|yesterday|week|month|last week|last month|2026-03-01..2026-03-15] [by agent|channel|policy|tag|day|weekday|hour|weekhour] [working|wall] [definition]
        Bernd in hall: !overdue week
        hall < bridge: figures-unknown word=week possible=!overdue [definition]
        Bernd in hall: !compare yesterday
        hall < bridge: figures-unknown word=yesterday possible=!compare [today|week|month] [working|wall] [definition]
        Bernd in hall: !stats 2026-03-15..2026-03-01
        hall < bridge: figures-days max=366
        Bernd in hall: !statz
        hall < bridge: unknown-command-meant word=!statz meant=!stats
        ",
    );
}
