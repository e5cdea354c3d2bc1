# What the bridge says of figures, in English.

figures-subject =
    { $subject ->
        [stats] 📊 Answers
        [agents] 📊 Agents
        [sla] 📊 Deadlines kept
        [breaches] 📊 Was overdue
        [overdue] 🔴 Overdue now, the worst first
        [backlog] 📊 Open now
        [digest] 🗞 How it went
       *[compare] 📊 Comparison
    }
figures-period =
    { $name ->
        [today] today, { $from }
        [yesterday] yesterday, { $from }
        [week] this week, { $from } – { $to }
        [last-week] last week, { $from } – { $to }
        [month] this month, { $from } – { $to }
        [last-month] last month, { $from } – { $to }
        [day] { $from }
       *[days] { $from } – { $to }
    }
figures-until = { $period } until { $hour }
figures-by =
    { $by ->
        [agent] by agent
        [channel] by channel
        [policy] by policy
        [tag] by tag
        [day] by day
        [weekday] by day of the week
        [hour] by hour
       *[weekhour] by hour of the week
    }
figures-scale =
    { $scale ->
        [working] working time
       *[wall] wall-clock time
    }
figures-cell =
    { $measure ->
        [messages] messages { $value }
        [opened] opened { $value }
        [reopened] reopened { $value }
        [closed] closed { $value }
        [closed-unanswered] closed without an answer { $value }
        [answers] answers { $value }
        [promised] promises made { $value }
        [kept] promises kept { $value }
        [broken] promises broken { $value }
        [n] n { $value }
        [median] median { $value }
        [p90] p90 { $value }
        [max] longest { $value }
        [mean] mean { $value }
        [in-time] in time { $value }
        [late] late { $value }
        [missed] overdue and called off { $value }
        [voided] called off { $value }
        [overdue-now] overdue now { $value }
        [breaches] overdue { $value }
        [open] open { $value }
        [unanswered] unanswered { $value }
        [overdue] answers overdue { $value }
        [paused] clock stopped { $value }
        [untimed] waiting without a deadline { $value }
        [answered] answered { $value }
        [due] due { $value }
        [over] { $value } over
        [age] waiting { $value }
        [by] ended by { $value }
        [ended-at] at { $value }
        [wall] after { $value }
        [why] ({ $value })
       *[other] { $value }
    }
figures-weekday =
    { $day ->
        [mon] Mon
        [tue] Tue
        [wed] Wed
        [thu] Thu
        [fri] Fri
        [sat] Sat
       *[sun] Sun
    }
figures-nobody = nobody
figures-empty = Nothing.
figures-more =
    { $count ->
        [one] One more is not shown.
       *[other] { $count } more are not shown.
    }
figures-cut = There is more than can be added up here: ask for a shorter period.
figures-now =
    { $unanswered ->
        [0] Unanswered now: 0 (answers overdue { $overdue }, oldest { $oldest }) · clock stopped { $paused } · waiting without a deadline { $untimed }
       *[other] Unanswered now: { $unanswered }, the oldest for { $oldest } · answers overdue { $overdue } · clock stopped { $paused } · waiting without a deadline { $untimed }
    }
figures-total = First and next answers, { $period }: n { $n } · median { $median } · p90 { $p90 }
figures-define = “{ $command }” says how this is counted.
figures-definition =
    { $of ->
        [first-response] First answer: from the platform’s time of an episode’s first message of the customer until the first answer of a person is delivered. Once in an episode, credited to whoever answered. Notes, reactions and automatic texts do not count.
        [next-response] Next answer: from the first unanswered message of the customer after a delivered answer until the next one is delivered. Once for each run of unanswered messages.
        [resolution] Resolution: from an episode’s first message of the customer until the episode is closed. Reopening begins a new episode.
        [unanswered] Unanswered now: threads in which the clock of a first or next answer runs, whichever period is shown. Stopped clocks, and threads for which no policy sets a deadline, are counted beside it. Answers overdue are those among the unanswered whose time allowed is over; a resolution that is overdue is not counted here.
        [attainment] In time: clocks met in time, of those that ended met or overdue and those overdue now. By policy and clock; in “How it went”, first and next answers of all policies together.
        [in-time-of-agent] In time: first and next answers that were in time, of all that an agent gave and those called off by the agent after they were due. Overdue ones that nobody ended yet are nobody’s.
        [quantiles] n is how many times the others are of. Median and p90: the shortest time that half, or nine of ten, do not exceed, to within 1 %. n, mean and longest are exact.
        [days] Answers and closings count on the day they happened, what is called off on the day that was done, overdue clocks on the day they were due, messages on the day they were written, all in the team’s time zone.
        [working] Working time: by the calendar of the policy, without the time a clock stood.
        [voided] Called off: no answer needed, closed without one, or a policy without that deadline. Never counted as answered in time. Overdue and called off: called off after it was due, or due later after that under another policy; it stays counted under the policy it had, and counts once more under the new one when it ends. With an agent’s figures: what that agent called off.
        [closed] Closed without an answer: closed while the customer waited for one.
        [answers] Answers: all answers of a person that were delivered, also those nobody waited for.
        [hours] Hours and days of the week are those in which the customer wrote.
        [breaches] Overdue: the time allowed was over. Counted on the day it was due, whether or not an answer followed.
        [promises] Promises: kept are those done by their time, broken those whose time passed before they were done, whether or not they were done later. Kept is shown of both together; open ones count once either happens, on that day, for whose word it was.
       *[same] Both periods are counted as far as this one has come, up to the last full hour.
    }
figures-exported =
    { $rows ->
        [one] As a CSV file: one row of { $columns } columns, lengths of time in seconds.
       *[other] As a CSV file: { $rows } rows of { $columns } columns, lengths of time in seconds.
    }
figures-own = These are your own figures. The team’s are for managers.
figures-for-managers = The team’s figures are for managers. Yours are in “{ $prefix }stats”, “{ $prefix }agents”, “{ $prefix }overdue”, “{ $prefix }backlog”, “{ $prefix }breaches”, “{ $prefix }export csv” and “{ $prefix }chart”.
figures-unknown = I do not understand “{ $word }” here. Possible is: { $possible }
figures-days = A period has at least one day and at most { $max }, and ends after it begins.
digest-quiet = 🗞 How it went, { $period }: nothing came in, and nothing is owed.
digest-promises =
    { $broken ->
        [0] Open promises: { $open }
       *[other] Open promises: { $open }, past their time { $broken }
    }
chart-word =
    { $word ->
        [first_response] First answer
        [next_response] Next answer
        [resolution] Resolution
        [incoming] Incoming messages
        [attainment] Deadlines kept
        [median] Median
        [p90] 9 of 10
        [target] Target
        [messages] Messages
        [hours] Hour of the day
        [overdue] overdue now
        [more] not shown
        [percent] %
       *[n] n
    }
chart-day =
    { $month ->
        [1] { $day } Jan
        [2] { $day } Feb
        [3] { $day } Mar
        [4] { $day } Apr
        [5] { $day } May
        [6] { $day } Jun
        [7] { $day } Jul
        [8] { $day } Aug
        [9] { $day } Sep
        [10] { $day } Oct
        [11] { $day } Nov
       *[12] { $day } Dec
    }
chart-times = Day by day, { $what }: n { $n } · median { $median } · p90 { $p90 }
chart-target =
    { $drawn ->
        [yes] Target of the policy “{ $policy }”: { $target }
       *[no] The target of the policy “{ $policy }” is not drawn: its { $target } are working time.
    }
chart-incoming = Messages of customers by hour of the week: n { $n } · most in { $hour }: { $count }
