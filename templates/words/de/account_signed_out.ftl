account_signed_out-title = Abgemeldet
account_signed_out-heading = Sie sind abgemeldet
account_signed_out-means = In diesem Browser ist niemand angemeldet. Wenn Sie sich überall abgemeldet haben, sind auch alle anderen Browser und alle Geräte abgemeldet.
account_signed_out-log-in = Anmelden
