# Was die Brücke auf Deutsch sagt. Kurz und unter Kollegen; zu Kunden ohne Du und Sie.

## Die Karte am Anfang eines Themas

card-customer = { $customer } · #{ $number } · schreibt über { $channel }
card-waiting = 🟡 Wartet auf Antwort seit { $since }
card-due = ⏳ Antwort fällig bis { $due } ({ $policy })
card-overdue = 🔴 Überfällig: Die Antwort war bis { $due } fällig ({ $policy })
card-paused = ⏸ Die Uhr steht, längstens bis { $until }
card-tags = 🏷 { $tags }
card-priority = ❗ Priorität: { $priority }
card-answered = 🟢 Beantwortet
card-closed = ⚪ Abgeschlossen
card-assignee = { $agent } kümmert sich
card-unassigned = Noch kümmert sich niemand
card-previous =
    { $count ->
        [one] Hat schon einmal geschrieben: #{ $previous }
       *[other] Hat schon { $count }-mal geschrieben, zuletzt in #{ $previous }
    }
card-new = Schreibt zum ersten Mal
card-how-explicit = Auf eine Nachricht des Kunden antworten oder „{ $prefix }r Text“ schreiben. Alles andere bleibt im Team.
card-how-direct = Was hier geschrieben wird, geht an den Kunden. Mit // am Anfang bleibt es im Team. „{ $prefix }help“ zeigt die Befehle.

topic-title = { $customer } · #{ $number }
nameless-customer = Kunde
customer-named-like-agent = [Kunde] { $name }
topic-recreated = Das Thema zu #{ $number } war verschwunden, deshalb geht es hier weiter. Es ist derselbe Fall wie vorher.
chat-moved = Der Chat des Kunden geht anderswo weiter. Der Fall zieht mit; es ist nichts zu tun.

## Antworten und ihre Zustellung

unknown-agent = Nicht gesendet: { $account } ist auf { $platform } nicht als Teammitglied bekannt. Eintragen lässt sich das Konto in der Konfiguration.
reply-refused = Nicht zugestellt: { $reason }.
reply-wedged = Nicht zugestellt: { $reason }. Weitere Antworten an diesen Kunden warten. Ist der Grund behoben, „{ $prefix }retry“ schreiben.
reply-unknown = Das ist vielleicht nicht angekommen: Die Bestätigung ging verloren. „{ $prefix }retry“ sendet es noch einmal; der Kunde sieht es dann womöglich doppelt.
copy-refused = Eine Nachricht des Kunden konnte hier nicht gezeigt werden: { $reason }. „{ $prefix }history“ zeigt sie.
copy-unknown =
    { $count ->
        [one] Hier fehlt vielleicht eine Nachricht des Kunden. „{ $prefix }history“ zeigt alle.
       *[other] Hier fehlen vielleicht { $count } Nachrichten des Kunden. „{ $prefix }history“ zeigt alle.
    }
reply-target-unknown = Nicht gesendet: Ich kenne die Nachricht nicht, auf die du antwortest. Mit { $prefix }r Text antwortest du dem Kunden.
reply-held =
    { $seconds ->
        [one] Geht in einer Sekunde raus. „{ $prefix }stop“ hält es zurück.
       *[other] Geht in { $seconds } Sekunden raus. „{ $prefix }stop“ hält es zurück.
    }
stopped =
    { $count ->
        [one] Zurückgehalten. Der Kunde hat es nicht gesehen.
       *[other] { $count } Antworten zurückgehalten. Der Kunde hat keine davon gesehen.
    }
nothing-to-stop = Es gibt nichts mehr zurückzuhalten.
said-again = Das steht hier vielleicht doppelt: Die Plattform hat das erste nicht bestätigt.
retrying =
    { $count ->
        [one] Wird noch einmal gesendet.
       *[other] { $count } Nachrichten werden noch einmal gesendet.
    }
nothing-to-retry = Es gibt nichts noch einmal zu senden.
empty-reply = Nicht gesendet: Die Antwort hat keinen Text.
reply-unsupported = Nicht gesendet: „{ $what }“ kann nicht zum Kunden übertragen werden. Bitte als Text schicken.
native =
    { $phrase ->
       *[contact] Dem Team schreiben
        [contact-text] Worum es geht
        [open] Schreiben Sie uns
        [closed-messages] Ihre Nachricht ist da, aber wir können Ihnen nicht schreiben. Bitte Direktnachrichten von Mitgliedern dieses Servers erlauben (Servermenü, Privatsphäre).
        [failed] Das hat nicht geklappt, und hier ist nichts angekommen. Bitte in einigen Minuten noch einmal versuchen.
        [taken] Angenommen.
    }
native-opened = Hier geht es weiter: { $place }. Ein Mensch liest es und antwortet unter eigenem Namen.
reply-nameless = Nicht gesendet: Das wurde ohne Namen geschrieben (als Gruppe oder als Kanal), und Kunden antwortet ein Mensch mit Namen. Bitte noch einmal als Sie selbst schreiben: In den Administratorrechten der Gruppe „Anonym bleiben“ ausschalten, neben dem Textfeld das eigene Konto als Absender wählen.
to-customer-greeting = Guten Tag! Schreiben Sie hier einfach, worum es geht. Ein Mensch liest es und antwortet Ihnen unter eigenem Namen.
card-came-by = Kam über den Link: { $payload }
reply-undecryptable = Nicht gesendet: Diese Nachricht ließ sich nicht entschlüsseln. Bitte noch einmal schreiben.
edit-not-carried = Nichts wurde geändert: Diese Antwort kam so nicht an. Bitte neu schreiben.
delete-not-carried = Niemand weiß, ob diese Antwort ankam; sie konnte deshalb nicht zurückgenommen werden.
note-stays-note = Nicht gesendet: Eine geänderte Notiz geht nicht hinaus. Bitte eine neue Nachricht schreiben.
reply-stays-reply = Der Kunde sieht weiter die frühere Fassung: Eine Antwort wird keine Notiz. Zum Zurücknehmen löschen.
edit-refused = Der Kunde sieht weiter die frühere Fassung: { $reason }. Wenn es wichtig ist, eine Berichtigung schicken.
taking-back-refused = Der Kunde sieht diese Antwort weiterhin: { $reason }.
change-unknown = Die Änderung dieser Antwort kam vielleicht nicht an. Wenn es wichtig ist, eine Berichtigung schicken.
reply-taken-back = Zurückgenommen: Der Kunde sieht diese Antwort nicht mehr.
file-not-carried = Eine Datei des Kunden konnte nicht übertragen werden: { $reason }. Der Kunde weiß davon.
to-customer-file-not-carried = Ihre Datei kam hier leider nicht an: { $reason }.
reply-without-file = Diese Antwort geht ohne ihre Datei hinaus: { $reason }. Der Kunde weiß davon.
reply-file-not-carried = Nicht zugestellt: { $reason }. Der Kunde weiß, dass eine Datei kommen sollte.
to-customer-reply-file-not-carried = { $agent } wollte Ihnen eine Datei schicken, die nicht übertragen werden konnte: { $reason }.
made-file-not-posted = (Die Datei dazu ließ sich hier nicht senden: { $reason }.)
cause-not-possible = die Plattform lässt es nicht zu
cause-file-too-large = die Datei ist zu groß
cause-file-gone = die Datei war nicht abrufbar
cause-file-refused = diese Art von Datei wird nicht angenommen

## Wer sich kümmert, und wie es steht

claimed = { $agent } kümmert sich jetzt.
assigned = { $agent } kümmert sich jetzt, übergeben von { $by }.
already-assigned = { $agent } kümmert sich schon.
released = { $by } hat es zurückgegeben. Jetzt kümmert sich niemand.
not-assigned = Es kümmert sich ohnehin niemand.
closed = Abgeschlossen von { $by }.
already-closed = Das ist schon abgeschlossen.
reopened = Wieder geöffnet von { $by }.
reopened-by-customer = Der Kunde hat wieder geschrieben. Der Fall ist offen.
already-open = Das ist schon offen.
replaced-by = Der Fall des Kunden geht in #{ $number } weiter. Bitte dort antworten.
no-such-agent = „{ $name }“ gibt es im Team nicht. Bekannt: { $known }.

## who

who-customer = { $customer } · #{ $number } · { $account } über { $channel }
who-since =
    { $count ->
        [0] Offen seit { $opened }; der erste Fall
        [one] Offen seit { $opened }; hat schon einmal geschrieben
       *[other] Offen seit { $opened }; hat schon { $count }-mal geschrieben
    }
who-you =
    { $role ->
        [manager] Du bist { $agent }, Leitung
       *[agent] Du bist { $agent }, im Team
    }

## history

history-head = #{ $number }, Ältestes zuerst:
history-more =
    { $count ->
        [one] Nur die neueste Nachricht ist zu sehen.
       *[other] Nur die neuesten { $count } Nachrichten sind zu sehen.
    }
history-customer = { $at } { $name }: { $text }
history-edited = { $at } { $name }, geändert: { $text }
history-deleted = { $at } { $name } hat eine Nachricht zurückgenommen
history-reply-edited = { $at } ↩ { $name }, geändert: { $text }
history-reply-taken-back = { $at } ↩ { $name } hat eine Antwort zurückgenommen
history-reply = { $at } ↩ { $name }: { $text }
history-undelivered = { $at } ↩ { $name } (nicht sicher zugestellt): { $text }
history-note = { $at } Notiz von { $name }: { $text }
history-empty = Es ist noch nichts geschrieben worden.

## list

list-head =
    { $count ->
        [one] Ein Fall ist offen:
       *[other] { $count } Fälle sind offen, am längsten wartende zuerst:
    }
list-waiting = 🟡 #{ $number } { $customer } · wartet { $age } · { $assignee }
list-overdue = 🔴 #{ $number } { $customer } · wartet { $age }, überfällig { $over } · { $assignee }
list-due = 🟡 #{ $number } { $customer } · wartet { $age }, fällig in { $left } · { $assignee }
list-answered = 🟢 #{ $number } { $customer } · beantwortet · { $assignee }
list-more = Nur die ersten { $shown } sind zu sehen.
list-empty = Kein Fall ist offen. Alles erledigt.

## help

help-head = Befehle beginnen mit { $prefix }
help-explicit = Zum Antworten auf eine Nachricht des Kunden antworten oder „{ $prefix }r Text“ schreiben. Alles andere ist eine Notiz und bleibt im Team.
help-direct = Was in einem Thema geschrieben wird, geht an den Kunden, außer es beginnt mit // (Notiz) oder { $prefix } (Befehl).
help-confirm =
    { $seconds ->
        [one] Was in einem Thema geschrieben wird, geht nach einer Sekunde an den Kunden; „{ $prefix }stop“ hält es zurück. Mit // am Anfang bleibt es im Team.
       *[other] Was in einem Thema geschrieben wird, geht nach { $seconds } Sekunden an den Kunden; „{ $prefix }stop“ hält es zurück. Mit // am Anfang bleibt es im Team.
    }
help-r = { $prefix }r Text – antwortet dem Kunden
help-note = { $prefix }note Text – eine Notiz für das Team
help-claim = { $prefix }claim – du kümmerst dich um diesen Fall
help-assign = { $prefix }assign @name – jemand anderes kümmert sich
help-release = { $prefix }release – niemand Bestimmtes kümmert sich
help-close = { $prefix }close – der Fall ist erledigt
help-reopen = { $prefix }reopen – der Fall geht weiter
help-who = { $prefix }who – wer der Kunde ist, und wer du bist
help-history = { $prefix }history – was in diesem Fall gesagt wurde
help-list = { $prefix }list – alle offenen Fälle, am längsten wartende zuerst
help-snooze = { $prefix }snooze 2h – hält die Uhr bis dahin an, auch „morgen 9:00“
help-wait = { $prefix }wait – hält die Uhr an, bis der Kunde schreibt; auch „2d“: höchstens so lange
help-resume = { $prefix }resume – lässt die Uhr weiterlaufen
help-noreply = { $prefix }noreply – keine Antwort nötig
help-priority = { $prefix }priority high – wie dringend es ist: low, normal, high, urgent
help-tag = { $prefix }tag name -anderes – setzt und entfernt Merkmale
help-policy = { $prefix }policy name – welche Fristen gelten; „none“ lässt sie wieder bestimmen
help-segment = { $prefix }segment name – was für ein Kunde das ist
help-why = { $prefix }why – warum eine Antwort dann fällig ist
help-promise = { $prefix }promise morgen 15 Uhr zurückrufen – behält ein Versprechen im Auge
help-done = { $prefix }done – das Versprechen ist gehalten
help-promises = { $prefix }promises – was versprochen und noch offen ist
help-stats = { $prefix }stats Woche nach Agent – wie lange Kunden warteten; jeder Zeitraum, nach Agent, Kanal, Fristenregel, Merkmal, Datum, Stunde
help-agents = { $prefix }agents Woche – wie jeder geantwortet hat
help-sla = { $prefix }sla Woche – welcher Anteil in der Frist war, je Fristenregel
help-breaches = { $prefix }breaches Woche – was überfällig war, und wer wann geantwortet hat
help-overdue = { $prefix }overdue – was jetzt überfällig ist, das Schlimmste zuerst
help-backlog = { $prefix }backlog – was jetzt offen ist, und bei wem
help-compare = { $prefix }compare Woche – diese Woche bis jetzt neben der letzten, so weit sie da war
help-chart = { $prefix }chart Antwortzeit letzte Woche – ein Bild davon, wie lange es dauerte; auch nächste, Erledigung, Eingang, Einhaltung
help-export = { $prefix }export csv Statistik letzte Woche nach Agent – dieselben Zahlen als Datei; auch Agenten, Fristen, Überschreitungen
help-retry = { $prefix }retry – sendet noch einmal, was nicht zugestellt wurde
help-stop = { $prefix }stop – hält zurück, was noch nicht raus ist
help-help = { $prefix }help – diese Liste
unknown-command-meant = „{ $word }“ ist kein Befehl. War „{ $meant }“ gemeint? Es wurde nichts gesendet.
unknown-command = „{ $word }“ ist kein Befehl. „{ $prefix }help“ zählt sie auf. Es wurde nichts gesendet.
missing-argument = Da fehlt etwas: „{ $usage }“.
needs-topic = „{ $word }“ gehört in das Thema eines Falls.

## Was beim Kunden geschah, dem Team gesagt

customer-edited = Der Kunde hat diese Nachricht geändert: { $text }
customer-deleted = Der Kunde hat diese Nachricht zurückgenommen. „{ $prefix }history“ zeigt sie weiterhin.
unsupported = Der Kunde hat etwas geschickt, das nicht übertragen werden konnte: { $what }. Der Kunde weiß davon.
unsupported-with-text = Der Kunde hat etwas geschickt, das nicht übertragen werden konnte: { $what }. Dabei stand: { $text }
undecryptable = Der Kunde hat eine Nachricht geschickt, die sich nicht entschlüsseln ließ. Der Kunde weiß davon.
customer-gone = Der Kunde hat den Chat verlassen. Antworten kommen erst wieder an, wenn er zurück ist.
gap = Von diesem Kunden fehlen vielleicht Nachrichten: Die Plattform hat sie nicht mehr. Der Kunde weiß davon.

## An Kunden

to-customer-unsupported = Diese Art von Nachricht kommt hier leider nicht an. Bitte noch einmal als Text schreiben.
to-customer-undecryptable = Die letzte Nachricht ließ sich hier leider nicht entschlüsseln. Bitte noch einmal senden.
to-customer-gap = Wir waren eine Zeit lang nicht erreichbar, und vielleicht sind Nachrichten nicht angekommen. Ist etwas unbeantwortet, bitte noch einmal senden.

## Fristen

warn-response = ⏳ { $customer } (#{ $number }) wartet seit { $since } auf eine Antwort. Sie ist bis { $due } fällig, in { $left }. „{ $about }“
warn-resolution = ⏳ Das Anliegen von { $customer } (#{ $number }), offen seit { $since }, soll bis { $due } erledigt sein, in { $left }. „{ $about }“
overdue-response = 🔴 { $customer } (#{ $number }) wartet seit { $since } auf eine Antwort. Sie war bis { $due } fällig, vor { $over }. „{ $about }“
overdue-resolution = 🔴 Das Anliegen von { $customer } (#{ $number }), offen seit { $since }, sollte bis { $due } erledigt sein, vor { $over }. „{ $about }“
thanks-after-closing = Der Kunde bedankt sich. Der Fall bleibt geschlossen; „{ $prefix }reopen“ öffnet ihn.
snooze-over = Die Pause ist vorbei, die Uhr läuft wieder. Fällig bis { $due }.
wait-over = Der Kunde hat lange genug nicht geschrieben, die Uhr läuft wieder. Fällig bis { $due }.
customer-is-back = Der Kunde hat wieder geschrieben, die Uhr läuft wieder. Fällig bis { $due }.
claim-expired = { $agent } hat diesen Fall übernommen, aber der Kunde hat noch keine Antwort. Er gehört wieder allen.
no-such-time = „{ $text }“ verstehe ich nicht als Zeit. Zum Beispiel „2h“, „morgen 9:00“ oder „Freitag 15:00“.
nothing-to-pause =
    { $why ->
        [overdue] Was überfällig ist, bleibt es bis zur Antwort.
        [policy] Die Fristenregel dieses Falls lässt dafür keine Uhr stehen.
        [too-often] Die Uhr dieses Falls stand zu oft, um noch einmal angehalten zu werden.
       *[other] Hier läuft keine Uhr, die angehalten werden könnte.
    }
snoozed = Die Uhr steht bis { $until }.
waits-for-customer = Die Uhr steht, bis der Kunde schreibt, oder bis { $until }.
nothing-to-resume = Hier steht keine Uhr.
resumed = Die Uhr läuft wieder.
no-reply-noted = Notiert: Es braucht keine Antwort. Die Uhr ist aus.
nothing-owed = Es stand ohnehin keine Antwort aus.
no-such-priority = „{ $word }“ ist keine Priorität. Es gibt: { $known }.
priority-is = Die Priorität ist { $priority }.
no-tag = „{ $word }“ kann kein Merkmal sein: nur Buchstaben, Ziffern und - _ . :, höchstens 40.
many-tags = Ein Fall hat höchstens { $max } Merkmale.
tags-are = Merkmale: { $tags }
no-tags = Keine Merkmale.
no-such-policy = Es gibt keine Fristenregel „{ $name }“. Es gibt: { $known }.
policy-is = Es gilt { $policy }.
policy-none = Keine Fristenregel passt: Hier ist nichts fällig.
segment-is = Das Segment des Kunden ist { $segment }.
segment-none = Der Kunde hat kein Segment.
now-due =
    { $what ->
        [late-response] War fällig bis { $due } ({ $policy }).
        [resolution] Zu schließen bis { $due } ({ $policy }).
        [late-resolution] War zu schließen bis { $due } ({ $policy }).
       *[response] Fällig bis { $due } ({ $policy }).
    }

## Warum eine Antwort dann fällig ist

why-head = Die Uhren von #{ $number }:
why-line = { $at } · { $what }
why-nothing = Es ist noch nichts mit ihnen geschehen.
why-no-clock = Jetzt läuft keine Uhr.
why-stands = Jetzt: { $what } – die Uhr steht, längstens bis { $until }.
why-due = Jetzt: { $what } – fällig bis { $due }, gezählt nach dem Kalender „{ $calendar }“.
clock-first-response = erste Antwort
clock-next-response = nächste Antwort
clock-resolution = Erledigung
why-waiting-for-customer = wartet auf den Kunden
why-snoozed = zurückgestellt
why-pause-over = die Pause war vorbei
why-customer-wrote = der Kunde schrieb
why-asked = jemand aus dem Team wollte es
why-closed = der Fall wurde ohne Antwort geschlossen
why-no-reply-needed = keine Antwort nötig
why-case-changed = Merkmale, Priorität, Sprache oder Segment änderten sich
why-policy-chosen = eine andere Fristenregel wurde gewählt
why-policy-changed = die Fristenregel änderte sich
why-started = { $what }: begann mit der Nachricht von { $since } · { $policy }: { $allowed } nach dem Kalender „{ $calendar }“ → fällig bis { $due }
why-paused = { $what }: angehalten von { $by } ({ $reason }), längstens bis { $until }
why-resumed = { $what }: lief weiter ({ $reason }) → fällig bis { $due }
why-moved = { $what }: jetzt nach { $policy } ({ $reason }; { $by }) → fällig bis { $due }
why-told = { $what }: { $percent } % der Zeit waren um; Bescheid an: { $who }
why-breached = { $what }: überfällig seit { $due }
why-met = { $what }: erledigt von { $by } nach { $wall } ({ $working } Arbeitszeit)
why-voided = { $what }: aus ({ $reason }; { $by })
why-tagged = Merkmale: { $tags } ({ $by })
why-priority = Priorität: { $priority } ({ $by })
why-priority-fell = Priorität: wieder { $priority }, denn { $by } nahm das Merkmal weg, das sie erhöht hatte
to-assignee = wer sich kümmert
to-team = das Team
to-managers = die Leitung

## Versprechen

promise-offered = Das klingt nach einem Versprechen: „{ $phrase }“. „{ $prefix }promise“ behält es im Auge, bis { $due }.
promise-offered-untimed = Das klingt nach einem Versprechen: „{ $phrase }“. „{ $prefix }promise morgen 15 Uhr“ behält es im Auge.
promise-made = 🤝 Versprechen { $number }: { $text } – bis { $due }. „{ $prefix }done“, wenn es gehalten ist.
promise-when = Bis wann? Zum Beispiel „{ $prefix }promise morgen 15 Uhr zurückrufen“.
promise-what = Was ist versprochen? Zum Beispiel „{ $prefix }promise morgen 15 Uhr zurückrufen“.
promise-of-somebody-else = Das hat { $agent } geschrieben; nur { $agent } kann es versprechen.
many-promises = Hier sind schon { $max } Versprechen offen. Halte zuerst eines.
no-promises = Kein Versprechen ist offen.
which-promise = Welches? Zum Beispiel „{ $prefix }done 1“. Offen: { $open }
promise-kept = ✅ Versprechen { $number } ist gehalten.
promise-done-late = Versprechen { $number } ist erledigt, aber zu spät. Es zählt als gebrochen.
promise-reminder = { $agent }: Du hast „{ $text }“ bis { $due } versprochen, in { $left }. „{ $prefix }done“, wenn es gehalten ist.
promise-broken = 💔 { $agent } hat { $customer } (#{ $number }) „{ $text }“ bis { $due } versprochen. Es ist nicht erledigt.
promises-head =
    { $count ->
        [one] Ein Versprechen ist offen:
       *[other] { $count } Versprechen sind offen:
    }
promise-line = 🤝 #{ $number } { $customer } · { $agent } · bis { $due } · { $text }
promise-line-broken = 💔 #{ $number } { $customer } · { $agent } · war fällig { $due } · { $text }

## Tage

weekday =
    { $day ->
        [mon] Montag
        [tue] Dienstag
        [wed] Mittwoch
        [thu] Donnerstag
        [fri] Freitag
        [sat] Samstag
       *[other] Sonntag
    }
