account_password-title = Cambia la password
account_password-title-error = Errore: Cambia la password
account_password-heading = Cambia la password
account_password-ends = Una nuova password disconnette tutti gli altri browser e tutti i dispositivi. Questo browser resta connesso.
account_password-current = Password attuale
account_password-new = Nuova password
account_password-new-hint = { $count ->
    [one] Almeno { $count } carattere. È bene usare più parole senza legami tra loro.
   *[other] Almeno { $count } caratteri. È bene usare più parole senza legami tra loro.
}
account_password-again = Ripeti la nuova password
account_password-submit = Cambia la password

account_password-wrong = La password attuale è errata.
account_password-too-many = Ci sono stati troppi tentativi. Riprova { $wait }.
account_password-too-short = { $count ->
    [one] La nuova password è troppo corta. Usa almeno { $count } carattere.
   *[other] La nuova password è troppo corta. Usa almeno { $count } caratteri.
}
account_password-too-long = La nuova password è troppo lunga. Usa al massimo 1024 byte.
account_password-guessable = La nuova password è facile da indovinare. Scegline una che non sia una parola comune, un nome o uno schema.
account_password-same = Questa è già la tua password. Scegline un’altra.
account_password-not-repeated = Le due nuove password non coincidono. Scrivi la nuova password due volte.
