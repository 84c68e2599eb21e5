outcome-title-approved = Fertig
outcome-title-signed-in = Angemeldet
outcome-title-too-late = Zu spät zum Ablehnen
outcome-title-signed-out = Abgemeldet
outcome-title-reported = Gemeldet
outcome-title-denied = Abgelehnt
outcome-title-expired = Abgelaufen

outcome-approved = Fertig. Gehen Sie zurück zu Ihrem Gerät
outcome-approved-app = { $app } darf sich jetzt als { $account } anmelden. Sie können dieses Fenster schließen.
outcome-approved-still = Sie können es sich noch anders überlegen, bis das Gerät sich angemeldet hat.
outcome-deny = Ablehnen

outcome-signed-in = Ihr Gerät ist angemeldet
outcome-signed-in-app = { $app } ist als { $account } angemeldet. Sie können dieses Fenster schließen.
outcome-signed-in-still = Wenn Sie es sich anders überlegt haben, können Sie das Gerät wieder abmelden.
outcome-remove = Dieses Gerät entfernen

outcome-too-late = Zum Ablehnen ist es zu spät: Das Gerät ist bereits angemeldet
outcome-too-late-app = { $app } ist als { $account } angemeldet. Um den Zugriff zu beenden, entfernen Sie das Gerät.

outcome-signed-out = Das Gerät ist abgemeldet
outcome-signed-out-app = { $app } kann Ihr Konto nicht mehr verwenden. Sie können dieses Fenster schließen.
outcome-signed-out-again = Wenn Sie es doch verwenden möchten, beginnen Sie am Gerät von vorn.

outcome-reported = Ihre Meldung ist eingegangen
outcome-reported-told = Der Betreiber dieses Dienstes wurde benachrichtigt. Vielen Dank.
outcome-reported-denied = Die Anfrage ist abgelehnt: { $app } erhält keinen Zugriff auf Ihr Konto.
outcome-reported-signed-out = Das Gerät ist abgemeldet: { $app } kann Ihr Konto nicht mehr verwenden. Bis jetzt war das möglich. Achten Sie deshalb auf alles, was Sie nicht selbst getan haben.
outcome-reported-sender = Wenn Ihnen jemand den Code geschickt hat, antworten Sie nicht. Niemand mit ehrlichen Absichten tut das.

outcome-denied = Sie haben die Anfrage abgelehnt
outcome-denied-app = { $app } erhält keinen Zugriff auf Ihr Konto. Sie können dieses Fenster schließen.
outcome-denied-own = Wenn es doch Ihr eigenes Gerät war, beginnen Sie am Gerät von vorn.

outcome-expired = Der Code ist abgelaufen
outcome-expired-again = Es wurde nichts zugelassen. Beginnen Sie am Gerät von vorn: Es zeigt dann einen neuen Code an.

outcome-another-code = Anderen Code eingeben
outcome-account = Alles sehen, was mit Ihrem Konto angemeldet ist
