account_activity-title = Attività recenti
account_activity-heading = Attività recenti
account_activity-only = { $count ->
    [one] È mostrata solo l’ultima attività.
   *[other] Sono mostrate solo le ultime { $count } attività.
}

account_activity-allowed = Hai consentito a { $app } di accedere su un dispositivo.
account_activity-denied = Hai rifiutato { $app }.
account_activity-wrong-pins = Un dispositivo ha inviato troppe volte un PIN errato, quindi { $app } non ha effettuato l’accesso.
account_activity-reported = Hai segnalato un dispositivo di { $app } che non conoscevi.
account_activity-device-signed-in = Un dispositivo ha effettuato l’accesso con { $app }.
account_activity-device-signed-out = Un dispositivo di { $app } è stato disconnesso.
account_activity-app-signed-out = Tutti i dispositivi di { $app } sono stati disconnessi.
account_activity-devices-signed-out = I tuoi dispositivi sono stati disconnessi.
account_activity-misused = Un dispositivo di { $app } è stato disconnesso, perché la sua chiave è stata usata due volte. È possibile che qualcuno l’abbia copiata.
account_activity-logged-in = Hai effettuato l’accesso.
account_activity-login-failed = Qualcuno ha tentato di accedere con una password errata.
account_activity-login-throttled = Ci sono stati troppi tentativi di accesso. L’accesso è stato sospeso per un po’.
account_activity-login-locked = Ci sono state troppe password errate di seguito. L’accesso è stato bloccato.
account_activity-codes-locked = Sono stati inseriti troppi codici errati. L’inserimento di codici è stato sospeso per un po’.
account_activity-sessions-ended = Hai disconnesso un altro browser.
account_activity-password-changed = Hai cambiato la tua password.
account_activity-password-set = I gestori di questo servizio hanno impostato una nuova password.
account_activity-signed-out-everywhere = Hai disconnesso tutti i browser e i dispositivi.
account_activity-signed-out-by-operator = I gestori di questo servizio hanno disconnesso tutti i tuoi browser e dispositivi.
account_activity-disabled = I gestori di questo servizio hanno disattivato il tuo account.
account_activity-enabled = I gestori di questo servizio hanno attivato il tuo account.
account_activity-unlocked = I gestori di questo servizio hanno sbloccato l’accesso.
account_activity-added = I gestori di questo servizio hanno creato il tuo account.
