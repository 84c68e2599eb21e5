decision-title = Consentire { $app }?
decision-title-error = Errore: Consentire { $app }?
decision-heading = Consentire a { $app } di accedere come { $account }?
decision-checked = Verificata dal servizio
decision-not-checked = Non verificata dal servizio
decision-not-you = Non sei tu? Usa un altro account

decision-compare = Il tuo dispositivo deve mostrare questo codice
decision-code-lasts = Il codice è valido ancora per { $lasts }.
decision-code-ends = Il codice è valido ancora per meno di un minuto.

decision-rights = Che cosa potrà fare l’app
decision-no-rights = Non chiede dati né autorizzazioni. Saprà solo che hai effettuato l’accesso.
decision-optional = Puoi consentire anche questo
decision-nothing-ticked = Seleziona ciò che vuoi consentire e scegli «Consenti», oppure scegli «Rifiuta».
decision-offer-changed = Ciò che questa app può chiedere è cambiato. Controlla di nuovo.
decision-resource = Accesso a: { $resource }
decision-access-lasts = Questo accesso vale per { $lasts }.
decision-stays-signed-in = Il dispositivo resta connesso al massimo per { $lasts }, anche dopo la tua uscita da qui.
decision-stays-if-ticked = Questo accesso vale per { $lasts }. Se consenti al dispositivo di restare connesso, lo resterà al massimo per { $stays }, anche dopo la tua uscita da qui.

decision-origin = Da dove proviene la richiesta

decision-warning = Qualcuno ti ha inviato questo codice?
decision-warning-deny = Allora scegli «Rifiuta». Nessuna persona onesta ti invia un codice per e-mail, chat o telefono.
decision-warning-gives = Stai dando a un altro dispositivo l’accesso al tuo account.
decision-warning-only-if = Continua solo se hai iniziato tu questa operazione, su un dispositivo che hai davanti a te.

decision-tick = Questo dispositivo è con me
decision-nothing-yet = Non è stato ancora consentito nulla.
decision-several-missing = Non è stato ancora consentito nulla, perché mancano più risposte.
decision-tick-missing = Se il dispositivo è con te, seleziona la casella e scegli «Consenti». Altrimenti scegli «Rifiuta».
decision-deny = Rifiuta
decision-approve = Consenti
