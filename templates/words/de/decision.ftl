decision-title = { $app } zulassen?
decision-title-error = Fehler: { $app } zulassen?
decision-heading = Darf sich { $app } als { $account } anmelden?
decision-checked = Von diesem Dienst geprüft
decision-not-checked = Von diesem Dienst ungeprüft
decision-not-you = Sind Sie das nicht? Anderes Konto verwenden

decision-compare = Ihr Gerät muss diesen Code anzeigen
decision-code-lasts = Der Code ist noch { $lasts } gültig.
decision-code-ends = Der Code ist keine Minute mehr gültig.

decision-rights = Was die App darf
decision-no-rights = Die App bittet um keine Daten und keine Rechte. Sie erfährt nur, dass Sie angemeldet sind.
decision-optional = Das können Sie zusätzlich zulassen
decision-nothing-ticked = Setzen Sie ein Häkchen bei dem, was Sie zulassen möchten, und wählen Sie „Zulassen“. Oder wählen Sie „Ablehnen“.
decision-offer-changed = Worum diese App bitten darf, hat sich geändert. Sehen Sie es sich noch einmal an.
decision-resource = Zugriff auf: { $resource }
decision-access-lasts = Dieser Zugriff gilt für { $lasts }.
decision-stays-signed-in = Das Gerät bleibt bis zu { $lasts } angemeldet, auch nachdem Sie sich hier abgemeldet haben.
decision-stays-if-ticked = Dieser Zugriff gilt für { $lasts }. Wenn Sie zulassen, dass das Gerät angemeldet bleibt, dann bis zu { $stays }, auch nachdem Sie sich hier abgemeldet haben.

decision-origin = Woher die Anfrage kam

decision-warning = Hat Ihnen jemand diesen Code geschickt?
decision-warning-deny = Dann wählen Sie „Ablehnen“. Niemand mit ehrlichen Absichten schickt Ihnen einen Code per E-Mail oder Chat oder nennt Ihnen einen am Telefon.
decision-warning-gives = Sie geben einem anderen Gerät Zugriff auf Ihr Konto.
decision-warning-only-if = Fahren Sie nur fort, wenn Sie dies selbst begonnen haben, an einem Gerät, das Sie vor sich haben.

decision-tick = Dieses Gerät ist bei mir
decision-nothing-yet = Es ist noch nichts zugelassen.
decision-several-missing = Es ist noch nichts zugelassen, weil mehrere Angaben fehlen.
decision-tick-missing = Wenn das Gerät bei Ihnen ist, setzen Sie das Häkchen und wählen Sie „Zulassen“. Wenn nicht, wählen Sie „Ablehnen“.
decision-deny = Ablehnen
decision-approve = Zulassen
