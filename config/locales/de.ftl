# Was die Brücke auf Deutsch sagt. Kurz und unter Kollegen; zu Kunden ohne Du und Sie.

## Die Karte am Anfang eines Themas

card-customer = { $customer } · #{ $number } · schreibt über { $channel }
card-waiting = 🟡 Wartet auf Antwort seit { $since }
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
copy-unknown = Hier fehlt vielleicht eine Nachricht des Kunden. „{ $prefix }history“ zeigt alle.
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
retrying =
    { $count ->
        [one] Wird noch einmal gesendet.
       *[other] { $count } Nachrichten werden noch einmal gesendet.
    }
nothing-to-retry = Es gibt nichts noch einmal zu senden.
empty-reply = Nicht gesendet: Die Antwort hat keinen Text.
reply-unsupported = Nicht gesendet: „{ $what }“ kann nicht zum Kunden übertragen werden. Bitte als Text schicken.
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
