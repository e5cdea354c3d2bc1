# Was die Bridge von Zahlen sagt, auf Deutsch.

figures-subject =
    { $subject ->
        [stats] 📊 Antworten
        [agents] 📊 Agenten
        [sla] 📊 Eingehaltene Fristen
        [breaches] 📊 War überfällig
        [overdue] 🔴 Jetzt überfällig, das Schlimmste zuerst
        [backlog] 📊 Jetzt offen
        [digest] 🗞 Wie es lief
       *[compare] 📊 Vergleich
    }
figures-period =
    { $name ->
        [today] heute, { $from }
        [yesterday] gestern, { $from }
        [week] diese Woche, { $from } – { $to }
        [last-week] letzte Woche, { $from } – { $to }
        [month] dieser Monat, { $from } – { $to }
        [last-month] letzter Monat, { $from } – { $to }
        [day] { $from }
       *[days] { $from } – { $to }
    }
figures-until = { $period } bis { $hour }
figures-by =
    { $by ->
        [agent] nach Agent
        [channel] nach Kanal
        [policy] nach Fristenregel
        [tag] nach Merkmal
        [day] nach Datum
        [weekday] nach Wochentag
        [hour] nach Stunde
       *[weekhour] nach Stunde der Woche
    }
figures-scale =
    { $scale ->
        [working] Arbeitszeit
       *[wall] Wanduhr
    }
figures-cell =
    { $measure ->
        [messages] Nachrichten { $value }
        [opened] eröffnet { $value }
        [reopened] wieder eröffnet { $value }
        [closed] geschlossen { $value }
        [closed-unanswered] ohne Antwort geschlossen { $value }
        [answers] Antworten { $value }
        [promised] Versprechen { $value }
        [kept] gehalten { $value }
        [broken] gebrochen { $value }
        [n] n { $value }
        [median] Median { $value }
        [p90] p90 { $value }
        [max] längste { $value }
        [mean] Mittel { $value }
        [in-time] in der Frist { $value }
        [late] zu spät { $value }
        [missed] überfällig und aufgehoben { $value }
        [voided] aufgehoben { $value }
        [overdue-now] jetzt überfällig { $value }
        [breaches] überfällig { $value }
        [open] offen { $value }
        [unanswered] unbeantwortet { $value }
        [overdue] Antworten überfällig { $value }
        [paused] Uhr steht { $value }
        [untimed] wartet ohne Frist { $value }
        [answered] beantwortet { $value }
        [due] fällig { $value }
        [over] { $value } darüber
        [age] wartet { $value }
        [by] beendet von { $value }
        [ended-at] um { $value }
        [wall] nach { $value }
        [why] ({ $value })
       *[other] { $value }
    }
figures-weekday =
    { $day ->
        [mon] Mo
        [tue] Di
        [wed] Mi
        [thu] Do
        [fri] Fr
        [sat] Sa
       *[sun] So
    }
figures-nobody = niemand
figures-empty = Nichts.
figures-more =
    { $count ->
        [one] Einer mehr wird nicht gezeigt.
       *[other] { $count } weitere werden nicht gezeigt.
    }
figures-cut = Das ist mehr, als sich hier zusammenzählen lässt: bitte nach einem kürzeren Zeitraum fragen.
figures-now =
    { $unanswered ->
        [0] Jetzt unbeantwortet: 0 (Antworten überfällig { $overdue }, älteste { $oldest }) · Uhr steht { $paused } · wartet ohne Frist { $untimed }
       *[other] Jetzt unbeantwortet: { $unanswered }, am längsten seit { $oldest } · Antworten überfällig { $overdue } · Uhr steht { $paused } · wartet ohne Frist { $untimed }
    }
figures-total = Erste und nächste Antworten, { $period }: n { $n } · Median { $median } · p90 { $p90 }
figures-define = „{ $command }“ sagt, wie das gezählt wird.
figures-definition =
    { $of ->
        [first-response] Erste Antwort: von der ersten Nachricht des Kunden in einer Episode (Zeit der Plattform) bis zur Zustellung der ersten Antwort eines Menschen. Einmal je Episode, bei dem gezählt, der geantwortet hat. Notizen, Reaktionen und automatische Texte zählen nicht.
        [next-response] Nächste Antwort: von der ersten unbeantworteten Nachricht des Kunden nach einer zugestellten Antwort bis zur Zustellung der nächsten. Einmal je Folge unbeantworteter Nachrichten.
        [resolution] Erledigung: von der ersten Nachricht des Kunden in einer Episode bis zu ihrem Schließen. Wieder eröffnet beginnt eine neue Episode.
        [unanswered] Jetzt unbeantwortet: Fälle, in denen die Uhr einer ersten oder nächsten Antwort läuft, gleich welcher Zeitraum gezeigt wird. Angehaltene Uhren und Fälle, für die keine Fristenregel gilt, stehen daneben. Antworten überfällig: die unbeantworteten, deren Frist um ist; überfällige Erledigungen zählen hier nicht.
        [attainment] In der Frist: rechtzeitig beendete Uhren, von allen, die rechtzeitig oder überfällig endeten, und denen, die jetzt überfällig sind. Je Fristenregel und Uhr; in „Wie es lief“ erste und nächste Antworten aller Regeln zusammen.
        [in-time-of-agent] In der Frist: erste und nächste Antworten in der Frist, von allen, die ein Agent gab, und denen, die er nach der Frist aufhob. Überfällige, die noch niemand beendet hat, zählen bei niemandem.
        [quantiles] n ist, von wie vielen Zeiten die anderen Zahlen sind. Median und p90: die kürzeste Zeit, die die Hälfte oder neun von zehn nicht überschreiten, auf 1 % genau. n, Mittel und längste sind exakt.
        [days] Antworten und Schließungen zählen am Tag, an dem sie geschahen, Aufgehobenes am Tag, an dem es aufgehoben wurde, überfällige Uhren am Tag, an dem sie fällig waren, Nachrichten am Tag, an dem sie geschrieben wurden, alles in der Zeitzone des Teams.
        [working] Arbeitszeit: nach dem Kalender der Fristenregel, ohne die Zeit, in der eine Uhr stand.
        [voided] Aufgehoben: keine Antwort nötig, ohne Antwort geschlossen oder eine Fristenregel ohne diese Frist. Zählt nie als rechtzeitig beantwortet. Überfällig und aufgehoben: nach der Frist aufgehoben, oder danach unter einer anderen Fristenregel erst später fällig; das bleibt unter der Regel gezählt, die galt, und zählt unter der neuen noch einmal, wenn es endet. Bei den Zahlen eines Agenten: was er aufhob.
        [closed] Ohne Antwort geschlossen: geschlossen, während der Kunde auf eine wartete.
        [answers] Antworten: alle zugestellten Antworten eines Menschen, auch die, auf die niemand wartete.
        [hours] Stunden und Wochentage sind die, in denen der Kunde schrieb.
        [breaches] Überfällig: Die Frist war um. Gezählt am Tag, an dem sie ablief, ob eine Antwort folgte oder nicht.
        [promises] Versprechen: gehalten sind die, die bis zu ihrer Zeit erledigt waren, gebrochen die, deren Zeit vorher um war, auch wenn sie später erledigt wurden. Gehalten steht von beiden zusammen; offene zählen, sobald eines davon eintritt, an diesem Tag, bei dem, der sein Wort gab.
       *[same] Beide Zeiträume sind so weit gezählt, wie dieser gekommen ist, bis zur letzten vollen Stunde.
    }
figures-exported =
    { $rows ->
        [one] Als CSV-Datei: eine Zeile mit { $columns } Spalten, Dauern in Sekunden.
       *[other] Als CSV-Datei: { $rows } Zeilen mit { $columns } Spalten, Dauern in Sekunden.
    }
figures-own = Das sind die eigenen Zahlen. Die des Teams sind für die Leitung.
figures-for-managers = Die Zahlen des Teams sind für die Leitung. Die eigenen stehen in „{ $prefix }stats“, „{ $prefix }agents“, „{ $prefix }overdue“, „{ $prefix }backlog“, „{ $prefix }breaches“, „{ $prefix }export csv“ und „{ $prefix }chart“.
figures-unknown = „{ $word }“ verstehe ich hier nicht. Möglich ist: { $possible }
figures-days = Ein Zeitraum hat mindestens einen Tag und höchstens { $max }, und er endet nach seinem Anfang.
digest-quiet = 🗞 Wie es lief, { $period }: Nichts kam herein, und nichts ist offen geblieben.
digest-promises =
    { $broken ->
        [0] Offene Versprechen: { $open }
       *[other] Offene Versprechen: { $open }, davon über der Zeit { $broken }
    }
chart-word =
    { $word ->
        [first_response] Erste Antwort
        [next_response] Nächste Antwort
        [resolution] Erledigung
        [incoming] Eingehende Nachrichten
        [attainment] Eingehaltene Fristen
        [median] Median
        [p90] 9 von 10
        [target] Ziel
        [messages] Nachrichten
        [hours] Stunde des Tages
        [overdue] jetzt überfällig
        [more] nicht gezeigt
        [percent] {" "}%
       *[n] n
    }
chart-day = { $day }.{ $month }.
chart-times = Tag für Tag, { $what }: n { $n } · Median { $median } · p90 { $p90 }
chart-target =
    { $drawn ->
        [yes] Ziel der Fristenregel „{ $policy }“: { $target }
       *[no] Das Ziel der Fristenregel „{ $policy }“ ist nicht gezeichnet: Ihre { $target } sind Arbeitszeit.
    }
chart-incoming = Nachrichten von Kunden nach Stunde der Woche: n { $n } · am meisten { $hour }: { $count }
