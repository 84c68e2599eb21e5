code-title = Code eingeben
code-title-link = Mit diesem Code weitermachen
code-title-error = Fehler: Code eingeben

code-link-heading = Mit diesem Code weitermachen?
code-link-compare = Dieser Code kam mit dem Link oder Bild, das Sie geöffnet haben. Bevor etwas erlaubt wird, vergleichen Sie ihn mit Ihrem Gerät.
code-link-go-on = Weiter
code-link-other = Mein Gerät zeigt einen anderen Code
code-link-distrust = Dann vertrauen Sie dem Link oder Bild nicht, das Sie hierher geführt hat. Sehen Sie auf das Gerät, das Sie anmelden möchten, und geben Sie dessen eigenen Code ein.
code-link-use = Diesen Code verwenden

code-heading = Code eingeben
code-explanation = Melden Sie einen Fernseher, ein Terminal oder ein anderes Gerät mit dem Code an, den es anzeigt.
code-label = Code
code-hint = Sie finden den Code auf dem Bildschirm Ihres Geräts.
code-letters = Buchstaben, zum Beispiel so:
code-digits = Ziffern, zum Beispiel so:
code-letters-digits = Buchstaben und Ziffern, zum Beispiel so:
code-group = { $count ->
    [one] { $count } Zeichen
   *[other] { $count } Zeichen
}
code-continue = Weiter

code-phone = Lieber auf dem Smartphone?
code-phone-scan = Scannen Sie dies mit der Kamera Ihres Smartphones. Es öffnet { $address }, und dort geben Sie den Code ein.
code-phone-picture = QR-Code mit der Adresse dieser Seite

code-empty = Geben Sie den Code ein, den Ihr Gerät anzeigt.
code-unknown = Dieser Code funktioniert nicht. Vergleichen Sie ihn mit Ihrem Gerät. Wenn er stimmt, ist er vielleicht zu alt: Beginnen Sie am Gerät von vorn.
code-too-many = Es gab zu viele falsche Codes. Versuchen Sie es { $wait } noch einmal.
code-closed = Hier werden gerade viele falsche Codes eingegeben. Damit niemand Ihren erraten kann, wird zurzeit kein Code angenommen. Versuchen Sie es { $wait } noch einmal. Möglicherweise müssen Sie am Gerät dann von vorn beginnen.
