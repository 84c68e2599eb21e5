# Vocabolario: si dà del tu, come è uso nei servizi digitali. code: codice, device: dispositivo, app: app, account: account,
# allow e approve: consentire, deny: rifiutare, sign in e log in: accedere, sign out: uscire (la persona), disconnettere (il dispositivo),
# report: segnalare, operator: i gestori di questo servizio. Niente concorda con il genere della persona.

frame-you-are-on = Ti trovi su { $host }
frame-terms = Condizioni
frame-privacy = Privacy
frame-support = Assistenza
frame-language = Lingua
frame-signed-in-as = Accesso effettuato come { $account }
frame-sign-out = Esci
frame-report = Non ho iniziato io questa richiesta
frame-account = Il tuo account
