error-malformed-title = Richiesta non compresa
error-malformed = La richiesta non è stata compresa
error-malformed-reason = Il modulo ricevuto non è uno dei nostri. Non è stato modificato nulla.

error-too-slow-title = Troppo lento
error-too-slow = Il tuo modulo non è arrivato
error-too-slow-reason = L’invio ha richiesto troppo tempo. Non è stato modificato nulla. Riprova, se possibile con una connessione migliore.

error-misdirected-title = Altro indirizzo
error-misdirected = Questo non è l’indirizzo che hai richiesto
error-misdirected-reason = Hai raggiunto { $host } con un altro nome. Non è stato modificato nulla.

error-stale-title = Pagina scaduta
error-stale = Questa pagina è scaduta
error-stale-reason = È rimasta aperta troppo a lungo o è stata aperta altrove. Non è stato modificato nulla.

error-not-found-title = Pagina non trovata
error-not-found = Questa pagina non esiste
error-not-found-reason = L’indirizzo è sbagliato, oppure ciò che c’era qui è terminato.

error-method-title = Non possibile qui
error-method = Questa operazione non è possibile qui
error-method-reason = La pagina esiste, ma non può essere usata in questo modo.

error-other-account-title = Altro account
error-other-account = Ora stai usando un altro account
error-other-account-reason = L’account in questo browser è cambiato da quando la pagina è stata aperta. Non è stato modificato nient’altro.

error-held-title = Non al momento
error-held = Al momento non è possibile consentire questa richiesta
error-held-reason = Richieste come questa sono in corso di verifica, perché le hanno ricevute molte persone. Non è stato consentito nulla.
error-held-advice = Qualcuno ti ha inviato il codice in un messaggio o per telefono? Allora non è il tuo dispositivo: apri di nuovo la pagina e rifiuta la richiesta. Se è il tuo dispositivo, riprova più tardi.

error-unavailable-title = Non disponibile
error-unavailable = Non disponibile al momento
error-unavailable-reason = Una parte di questo servizio non risponde. Non è stato modificato nulla. Riprova tra un minuto.

error-internal-title = Si è verificato un errore
error-internal = Si è verificato un errore
error-internal-reason = L’errore è nostro. Riprova e, se continua, avvisa i gestori di questo servizio.

error-same-page = Riapri la pagina
error-another-account = Usa un altro account
error-enter-code = Inserisci un codice
error-reference = Riferimento:
