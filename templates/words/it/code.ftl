code-title = Inserisci il codice
code-title-link = Continua con questo codice
code-title-error = Errore: Inserisci il codice

code-link-heading = Continuare con questo codice?
code-link-compare = Questo codice è arrivato con il link o l’immagine che hai aperto. Lo confronterai con il tuo dispositivo prima di consentire qualcosa.
code-link-go-on = Continua
code-link-other = Il mio dispositivo mostra un altro codice
code-link-distrust = Allora non fidarti del link o dell’immagine che ha aperto questa pagina. Guarda il dispositivo con cui vuoi accedere e inserisci il codice che mostra.
code-link-use = Usa questo codice

code-heading = Inserisci il codice
code-explanation = Accedi su un televisore, un terminale o un altro dispositivo con il codice che mostra.
code-label = Codice
code-hint = Cerca il codice sullo schermo del tuo dispositivo.
code-letters = Lettere, ad esempio così:
code-digits = Cifre, ad esempio così:
code-letters-digits = Lettere e cifre, ad esempio così:
code-group = { $count ->
    [one] { $count } carattere
   *[other] { $count } caratteri
}
code-continue = Continua

code-phone = Preferisci usare il telefono?
code-phone-scan = Inquadra questa immagine con la fotocamera del telefono. Si apre { $address }, dove puoi inserire il codice.
code-phone-picture = Codice QR dell’indirizzo di questa pagina

code-empty = Inserisci il codice mostrato dal tuo dispositivo.
code-unknown = Questo codice non funziona. Confrontalo con il tuo dispositivo. Se è giusto, potrebbe essere troppo vecchio: ricomincia sul dispositivo.
code-too-many = Sono stati inseriti troppi codici errati. Riprova { $wait }.
code-closed = In questo momento vengono inseriti molti codici errati. Per evitare che qualcuno indovini il tuo, ora non viene accettato nessun codice. Riprova { $wait }. A quel punto potresti dover ricominciare sul tuo dispositivo.
