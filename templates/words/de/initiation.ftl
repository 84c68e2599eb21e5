initiation-number = Welche Zahl zeigt Ihr Gerät an?
initiation-number-none = Zeigt Ihr Gerät keine Zahl oder keine von diesen an? Dann fragt ein anderes Gerät an: Wählen Sie „Ablehnen“.
initiation-number-missing = Wählen Sie die Zahl, die Ihr Gerät anzeigt, setzen Sie das Häkchen und wählen Sie „Zulassen“. Wenn es keine davon anzeigt, wählen Sie „Ablehnen“.

initiation-title-pin = Noch ein Schritt
initiation-pin = Geben Sie diese PIN auf Ihrem Gerät ein
initiation-pin-app = Dann meldet sich { $app } als { $account } an. Lassen Sie diese Seite bis dahin offen.
initiation-pin-warning = Hat jemand Sie nach der PIN gefragt?
initiation-pin-tell-nobody = Dann wählen Sie „Ablehnen“. Geben Sie die PIN auf Ihrem eigenen Gerät ein und verraten Sie sie niemandem, weder per E-Mail noch im Chat noch am Telefon.

initiation-denied = Die Anfrage wurde abgelehnt
initiation-wrong-number = Das war nicht die Zahl auf Ihrem Gerät. Deshalb erhält { $app } keinen Zugriff auf Ihr Konto.
initiation-wrong-pins = Ein Gerät hat zu oft eine falsche PIN gesendet. Deshalb erhält { $app } keinen Zugriff auf Ihr Konto.
initiation-denied-own = Wenn es doch Ihr eigenes Gerät war, beginnen Sie am Gerät von vorn.
initiation-denied-beware = Wenn Ihnen jemand den Code geschickt hat, antworten Sie nicht.
