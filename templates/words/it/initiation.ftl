initiation-number = Quale numero mostra il tuo dispositivo?
initiation-number-none = Il tuo dispositivo non mostra nessun numero, o nessuno di questi? Allora la richiesta viene da un altro dispositivo: scegli «Rifiuta».
initiation-number-missing = Scegli il numero mostrato dal tuo dispositivo, seleziona la casella e scegli «Consenti». Se non mostra nessuno di questi, scegli «Rifiuta».

initiation-title-pin = Ancora un passaggio
initiation-pin = Inserisci questo PIN sul tuo dispositivo
initiation-pin-app = Poi { $app } accede come { $account }. Tieni aperta questa pagina fino ad allora.
initiation-pin-warning = Qualcuno ti ha chiesto questo PIN?
initiation-pin-tell-nobody = Allora scegli «Rifiuta». Inseriscilo sul tuo dispositivo e non comunicarlo a nessuno per e-mail, chat o telefono.

initiation-denied = La richiesta è stata rifiutata
initiation-wrong-number = Quello non era il numero del tuo dispositivo, quindi { $app } non ottiene alcun accesso al tuo account.
initiation-wrong-pins = Un dispositivo ha inviato troppe volte un PIN errato, quindi { $app } non ottiene alcun accesso al tuo account.
initiation-denied-own = Se invece era il tuo dispositivo, ricomincia sul dispositivo.
initiation-denied-beware = Se qualcuno ti ha inviato il codice, non rispondere.
