account_signed_out-title = Disconnessione effettuata
account_signed_out-heading = Hai effettuato la disconnessione
account_signed_out-means = In questo browser nessuno ha effettuato l’accesso. Se hai scelto di disconnettere ovunque, anche tutti gli altri browser e dispositivi sono disconnessi.
account_signed_out-log-in = Accedi
