outcome-title-approved = Fatto
outcome-title-signed-in = Dispositivo connesso
outcome-title-too-late = Troppo tardi
outcome-title-signed-out = Dispositivo disconnesso
outcome-title-reported = Segnalazione ricevuta
outcome-title-denied = Richiesta rifiutata
outcome-title-expired = Codice scaduto

outcome-approved = Fatto. Torna al tuo dispositivo
outcome-approved-app = { $app } ora può accedere come { $account }. Puoi chiudere questa finestra.
outcome-approved-still = Puoi ancora cambiare idea finché il dispositivo non ha effettuato l’accesso.
outcome-deny = Rifiuta

outcome-signed-in = Il tuo dispositivo è connesso
outcome-signed-in-app = { $app } ha effettuato l’accesso come { $account }. Puoi chiudere questa finestra.
outcome-signed-in-still = Se hai cambiato idea, puoi disconnettere il dispositivo.
outcome-remove = Rimuovi questo dispositivo

outcome-too-late = Troppo tardi per rifiutare: il dispositivo è già connesso
outcome-too-late-app = { $app } ha effettuato l’accesso come { $account }. Per toglierle l’accesso, rimuovi il dispositivo.

outcome-signed-out = Il dispositivo è disconnesso
outcome-signed-out-app = { $app } non può più usare il tuo account. Puoi chiudere questa finestra.
outcome-signed-out-again = Se vuoi comunque usarlo, ricomincia sul dispositivo.

outcome-reported = Abbiamo ricevuto la tua segnalazione
outcome-reported-told = I gestori di questo servizio sono stati avvisati. Grazie.
outcome-reported-denied = La richiesta è stata rifiutata: { $app } non ottiene alcun accesso al tuo account.
outcome-reported-signed-out = Il dispositivo è stato disconnesso: { $app } non può più usare il tuo account. Finora poteva farlo, quindi cerca tutto ciò che non hai fatto tu.
outcome-reported-sender = Se qualcuno ti ha inviato il codice, non rispondere. Nessuna persona onesta lo fa.

outcome-denied = Hai rifiutato la richiesta
outcome-denied-app = { $app } non ottiene alcun accesso al tuo account. Puoi chiudere questa finestra.
outcome-denied-own = Se invece era il tuo dispositivo, ricomincia sul dispositivo.

outcome-expired = Il codice è scaduto
outcome-expired-again = Non è stato consentito nulla. Ricomincia sul dispositivo: mostrerà un nuovo codice.

outcome-another-code = Inserisci un altro codice
outcome-account = Vedi tutto ciò che è connesso con il tuo account
