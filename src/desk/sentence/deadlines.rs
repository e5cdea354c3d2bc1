//! What is said of deadlines, and of what they depend on.

macro_rules! deadlines {
    ({ $($before:tt)* } $($areas:ident)*) => {
        every! { {
            $($before)*
            /// The card's line on until when an answer is due.
            CardDue = "card-due" { due: String = "2026-03-02 18:05", policy: String = "standard" },
            /// The card's line on an answer that is past due.
            CardOverdue = "card-overdue" { due: String = "2026-03-02 18:05", policy: String = "standard" },
            /// The card's line on a clock that stands.
            CardPaused = "card-paused" { until: String = "2026-03-03 09:00" },
            /// The card's line on tags.
            CardTags = "card-tags" { tags: String = "complaint" },
            /// The card's line on a priority that is not the normal one.
            CardPriority = "card-priority" { priority: String = "high" },
            /// A thread in `list` whose answer is past due.
            ListOverdue = "list-overdue" { number: u64 = 17_u64, customer: String = "Mia", age: String = "2 h 05 min", over: String = "5 min", assignee: String = "Anna" },
            /// A thread in `list` whose answer has a due time.
            ListDue = "list-due" { number: u64 = 17_u64, customer: String = "Mia", age: String = "2 h 05 min", left: String = "1 h 55 min", assignee: String = "Anna" },
            /// One command: `snooze`.
            HelpSnooze = "help-snooze" { prefix: String = "!" },
            /// One command: `wait`.
            HelpWait = "help-wait" { prefix: String = "!" },
            /// One command: `resume`.
            HelpResume = "help-resume" { prefix: String = "!" },
            /// One command: `noreply`.
            HelpNoReply = "help-noreply" { prefix: String = "!" },
            /// One command: `priority`.
            HelpPriority = "help-priority" { prefix: String = "!" },
            /// One command: `tag`.
            HelpTag = "help-tag" { prefix: String = "!" },
            /// One command: `policy`.
            HelpPolicy = "help-policy" { prefix: String = "!" },
            /// One command: `segment`.
            HelpSegment = "help-segment" { prefix: String = "!" },
            /// One command: `why`.
            HelpWhy = "help-why" { prefix: String = "!" },
            /// An answer will be due.
            WarnResponse = "warn-response" { customer: String = "Mia", number: u64 = 17_u64, since: String = "2026-03-02 14:05", due: String = "2026-03-02 18:05", left: String = "35 min", about: String = "Where is my parcel?" },
            /// A thread will have to be closed.
            WarnResolution = "warn-resolution" { customer: String = "Mia", number: u64 = 17_u64, since: String = "2026-03-02 14:05", due: String = "2026-03-02 18:05", left: String = "35 min", about: String = "Where is my parcel?" },
            /// An answer is past due.
            OverdueResponse = "overdue-response" { customer: String = "Mia", number: u64 = 17_u64, since: String = "2026-03-02 14:05", due: String = "2026-03-02 18:05", over: String = "5 min", about: String = "Where is my parcel?" },
            /// A thread should be closed by now.
            OverdueResolution = "overdue-resolution" { customer: String = "Mia", number: u64 = 17_u64, since: String = "2026-03-02 14:05", due: String = "2026-03-02 18:05", over: String = "5 min", about: String = "Where is my parcel?" },
            /// The customer said thanks after the closing.
            ThanksAfterClosing = "thanks-after-closing" { prefix: String = "!" },
            /// A snooze is over.
            SnoozeOver = "snooze-over" { due: String = "2026-03-02 18:05" },
            /// The customer did not write for too long.
            WaitOver = "wait-over" { due: String = "2026-03-02 18:05" },
            /// The customer wrote, for whom the clock stood.
            CustomerIsBack = "customer-is-back" { due: String = "2026-03-02 18:05" },
            /// A claim without an answer went back to the team.
            ClaimExpired = "claim-expired" { agent: String = "Anna" },
            /// A time was not understood.
            NoSuchTime = "no-such-time" { text: String = "soonish" },
            /// No clock could be stopped: `no-clock`, `overdue`, `policy` or `too-often`.
            NothingToPause = "nothing-to-pause" { why: String = "overdue" },
            /// The clock stands until a time.
            Snoozed = "snoozed" { until: String = "2026-03-03 09:00" },
            /// The clock stands until the customer writes.
            WaitsForCustomer = "waits-for-customer" { until: String = "2026-03-09 14:05" },
            /// No clock stands.
            NothingToResume = "nothing-to-resume" {},
            /// The clock goes on.
            Resumed = "resumed" {},
            /// No answer is needed.
            NoReplyNoted = "no-reply-noted" {},
            /// No answer was owed anyway.
            NothingOwed = "nothing-owed" {},
            /// A word that is no priority.
            NoSuchPriority = "no-such-priority" { word: String = "highest", known: String = "low, normal, high, urgent" },
            /// How urgent the thread is now.
            PriorityIs = "priority-is" { priority: String = "high" },
            /// A word that cannot be a tag.
            NoTag = "no-tag" { word: String = "a/b" },
            /// A thread has too many tags.
            ManyTags = "many-tags" { max: u64 = 20_u64 },
            /// The tags of the thread now.
            TagsAre = "tags-are" { tags: String = "complaint, refund" },
            /// The thread has no tags now.
            NoTags = "no-tags" {},
            /// A word that is no policy.
            NoSuchPolicy = "no-such-policy" { name: String = "gold", known: String = "complaints, standard" },
            /// Which policy holds now.
            PolicyIs = "policy-is" { policy: String = "complaints" },
            /// No policy holds.
            PolicyNone = "policy-none" {},
            /// What kind of customer this is now.
            SegmentIs = "segment-is" { segment: String = "vip" },
            /// The customer is of no particular kind now.
            SegmentNone = "segment-none" {},
            /// When it is due now.
            NowDue = "now-due" { due: String = "2026-03-02 18:05", policy: String = "standard", what: String = "response" },
            /// The head of `why`.
            WhyHead = "why-head" { number: u64 = 17_u64 },
            /// One event in `why`.
            WhyLine = "why-line" { at: String = "2026-03-02 14:05", what: String = "the clock started" },
            /// `why` of a thread without any.
            WhyNothing = "why-nothing" {},
            /// No clock runs now.
            WhyNoClock = "why-no-clock" {},
            /// A clock stands now.
            WhyStands = "why-stands" { what: String = "first answer", until: String = "2026-03-03 09:00" },
            /// When it is due now, and by which calendar.
            WhyDue = "why-due" { what: String = "first answer", due: String = "2026-03-02 18:05", calendar: String = "office" },
            /// A clock's name.
            ClockFirstResponse = "clock-first-response" {},
            /// A clock's name.
            ClockNextResponse = "clock-next-response" {},
            /// A clock's name.
            ClockResolution = "clock-resolution" {},
            /// A reason.
            WhyWaitingForCustomer = "why-waiting-for-customer" {},
            /// A reason.
            WhySnoozed = "why-snoozed" {},
            /// A reason.
            WhyPauseOver = "why-pause-over" {},
            /// A reason.
            WhyCustomerWrote = "why-customer-wrote" {},
            /// A reason.
            WhyAsked = "why-asked" {},
            /// A reason.
            WhyClosed = "why-closed" {},
            /// A reason.
            WhyNoReplyNeeded = "why-no-reply-needed" {},
            /// A reason.
            WhyCaseChanged = "why-case-changed" {},
            /// A reason.
            WhyPolicyChosen = "why-policy-chosen" {},
            /// A reason.
            WhyPolicyChanged = "why-policy-changed" {},
            /// A clock began.
            WhyStarted = "why-started" { what: String = "first answer", since: String = "2026-03-02 14:05", policy: String = "standard", allowed: String = "4 h 00 min", calendar: String = "office", due: String = "2026-03-02 18:05" },
            /// A clock was stopped.
            WhyPaused = "why-paused" { what: String = "first answer", by: String = "Anna", reason: String = "snoozed", until: String = "2026-03-03 09:00" },
            /// A clock went on.
            WhyResumed = "why-resumed" { what: String = "first answer", reason: String = "the pause was over", due: String = "2026-03-03 10:05" },
            /// A clock was counted anew.
            WhyMoved = "why-moved" { what: String = "first answer", policy: String = "complaints", reason: String = "tags, priority, language or segment changed", by: String = "Anna", due: String = "2026-03-02 15:05" },
            /// Somebody was told.
            WhyTold = "why-told" { what: String = "first answer", percent: u64 = 80_u64, who: String = "the team" },
            /// A clock was breached.
            WhyBreached = "why-breached" { what: String = "first answer", due: String = "2026-03-02 18:05" },
            /// A clock was met.
            WhyMet = "why-met" { what: String = "first answer", by: String = "Anna", wall: String = "2 h 05 min", working: String = "2 h 05 min" },
            /// A clock was voided.
            WhyVoided = "why-voided" { what: String = "first answer", by: String = "Anna", reason: String = "no answer is needed" },
            /// Tags changed.
            WhyTagged = "why-tagged" { tags: String = "complaint", by: String = "Anna" },
            /// The priority changed.
            WhyPriority = "why-priority" { priority: String = "high", by: String = "Anna" },
            /// The priority fell.
            WhyPriorityFell = "why-priority-fell" { priority: String = "normal", by: String = "Anna" },
            /// Who is told.
            ToAssignee = "to-assignee" {},
            /// Who is told.
            ToTeam = "to-team" {},
            /// Who is told.
            ToManagers = "to-managers" {},
        } $($areas)* }
    };
}
