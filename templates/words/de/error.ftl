error-malformed-title = Nicht verstanden
error-malformed = Das wurde nicht verstanden
error-malformed-reason = Das Formular, das hier ankam, ist keines von unseren. Es wurde nichts geändert.

error-too-slow-title = Zu langsam
error-too-slow = Ihr Formular ist nicht angekommen
error-too-slow-reason = Die Übertragung hat zu lange gedauert. Es wurde nichts geändert. Versuchen Sie es noch einmal, wenn möglich mit einer besseren Verbindung.

error-misdirected-title = Andere Adresse
error-misdirected = Das ist nicht die Adresse, die Sie aufgerufen haben
error-misdirected-reason = Sie haben { $host } unter einem anderen Namen erreicht. Es wurde nichts geändert.

error-stale-title = Seite zu alt
error-stale = Diese Seite ist zu alt
error-stale-reason = Sie war zu lange offen oder wurde anderswo geöffnet. Es wurde nichts geändert.

error-not-found-title = Seite nicht gefunden
error-not-found = Diese Seite gibt es nicht
error-not-found-reason = Die Adresse ist falsch, oder was hier war, ist vorbei.

error-method-title = Hier nicht möglich
error-method = Das ist hier nicht möglich
error-method-reason = Die Seite gibt es, aber sie kann so nicht verwendet werden.

error-other-account-title = Anderes Konto
error-other-account = Sie verwenden jetzt ein anderes Konto
error-other-account-reason = Das Konto in diesem Browser hat gewechselt, seit die Seite geöffnet wurde. Es wurde nichts geändert.

error-held-title = Zurzeit nicht
error-held = Das kann zurzeit nicht zugelassen werden
error-held-reason = Anfragen wie diese werden gerade untersucht, weil viele Menschen sie erhalten haben. Es wurde nichts zugelassen.
error-held-advice = Hat Ihnen jemand den Code in einer Nachricht oder am Telefon gegeben? Dann ist es nicht Ihr Gerät: Öffnen Sie die Seite noch einmal und lehnen Sie ab. Wenn es Ihr eigenes Gerät ist, versuchen Sie es später noch einmal.

error-unavailable-title = Nicht verfügbar
error-unavailable = Zurzeit nicht verfügbar
error-unavailable-reason = Ein Teil dieses Dienstes antwortet nicht. Es wurde nichts geändert. Versuchen Sie es in einer Minute noch einmal.

error-internal-title = Etwas ist schiefgegangen
error-internal = Etwas ist schiefgegangen
error-internal-reason = Der Fehler liegt bei uns. Versuchen Sie es noch einmal, und wenn er bleibt, sagen Sie es dem Betreiber dieses Dienstes.

error-same-page = Seite neu öffnen
error-another-account = Anderes Konto verwenden
error-enter-code = Code eingeben
error-reference = Kennung:
