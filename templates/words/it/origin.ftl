origin-asked = Un dispositivo che si presenta come «{ $device }» ha inviato la richiesta { $ago }.
origin-asked-unknown = Un dispositivo che non indica alcun nome ha inviato la richiesta { $ago }.
origin-same = Il dispositivo è nella tua stessa rete.
origin-different = Il dispositivo è in una rete diversa dalla tua.
origin-unknown-families = Non è possibile stabilire se il dispositivo è nella tua stessa rete, perché i due indirizzi di rete sono di tipo diverso (IPv4 e IPv6). Succede spesso, anche a casa.
origin-unknown-inside = Non è possibile stabilire se il dispositivo è nella tua stessa rete, perché uno dei due indirizzi di rete è privato, come quelli usati all’interno di un’azienda o di un’abitazione.
origin-unknown-proxy = Non è possibile stabilire se il dispositivo è nella tua stessa rete, perché questo servizio vede solo l’indirizzo del proprio server proxy.
origin-addresses = Indirizzi di rete
origin-its-address = Indirizzo di rete del dispositivo
origin-your-address = Il tuo indirizzo di rete

origin-far = Questo dispositivo non è nella tua rete
origin-maybe-far = Questo dispositivo potrebbe non essere nella tua rete
origin-far-advice = Chi vuole entrare nel tuo account invia la richiesta da lontano e ti manda il codice. Se non vedi il dispositivo davanti a te, scegli «Rifiuta».
origin-tick = So perché è in un’altra rete, ad esempio dati mobili, lavoro o VPN
origin-tick-missing = Se sai perché il dispositivo è in un’altra rete, seleziona la casella e scegli «Consenti». Altrimenti scegli «Rifiuta».
origin-tick-unknown = Ho iniziato io questa operazione, anche se il dispositivo potrebbe essere in un’altra rete
origin-tick-unknown-missing = Se hai iniziato tu questa operazione, seleziona la casella e scegli «Consenti». Altrimenti scegli «Rifiuta».

origin-type-code = Inserisci il codice del tuo dispositivo
origin-type-code-why = Questa pagina è stata aperta da un link o da un’immagine. Per questo dispositivo non basta: leggi il codice sullo schermo del dispositivo stesso e inseriscilo. Se qualcuno ti ha inviato il link, scegli «Rifiuta».
origin-type-code-go = Inserisci il codice

origin-not-here = Da qui non puoi consentirlo
origin-not-here-why = Questo dispositivo può essere consentito solo dalla sua stessa rete. Se è con te, collegati alla stessa rete, senza dati mobili e senza VPN, e riapri questa pagina. Se non hai iniziato tu questa operazione, scegli «Rifiuta».
origin-not-here-again = Riapri questa pagina
