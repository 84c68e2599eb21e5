account-title = Il tuo account
account-heading = Il tuo account
account-back = Torna al tuo account

account-done-password = La tua password è stata cambiata. Tutti gli altri browser e tutti i dispositivi sono stati disconnessi.
account-done-name = Il nome è stato salvato.
account-done-devices = I dispositivi sono stati disconnessi.
account-done-browsers = Fatto. Solo i browser elencati qui sotto sono ancora connessi.
account-done-taken-back = Autorizzazione revocata. Il dispositivo non ottiene alcun accesso.
account-done-not-waiting = Questo dispositivo non è più in attesa. Se ha effettuato l’accesso, è nell’elenco qui sotto e puoi disconnetterlo da lì.

account-when = { $ago } ({ $time })
account-when-from = { $ago } ({ $time }), da { $address }
account-ago = { $ago }
account-ago-from = { $ago }, da { $address }
account-when-ahead = { $time } ({ $within })

account-apps = App e dispositivi
account-apps-none = Nessun dispositivo è connesso con il tuo account.
account-app-off = Questa app è disattivata per ora. I suoi dispositivi non possono fare nulla finché non viene riattivata.
account-device-unnamed = Dispositivo senza nome
account-own-name = «{ $name }»
account-device-used = Ultimo uso: { $ago }
account-device-used-from = Ultimo uso: { $ago }, richiesta da { $address }
account-device-waiting = Autorizzato { $ago }. Accede alla prossima richiesta.
account-device-take-back = Revoca l’autorizzazione
account-app-sign-out = { $count ->
    [one] Disconnetti { $count } dispositivo di { $app }
   *[other] Disconnetti tutti i { $count } dispositivi di { $app }
}
account-devices-only = { $count ->
    [one] È mostrato solo l’ultimo dispositivo usato.
   *[other] Sono mostrati solo gli ultimi { $count } dispositivi usati.
}
account-devices-sign-out = Disconnetti tutti i dispositivi

account-browsers = Browser
account-browser-unknown = Browser sconosciuto
account-browser-this = È il browser che stai usando ora.
account-browser-since = Accesso: { $ago }
account-browser-since-from = Accesso: { $ago }, da { $address }
account-browser-sign-out = Disconnetti
account-browsers-sign-out = Disconnetti tutti gli altri browser

account-password = Password
account-password-set = Impostata: { $ago }
account-password-change = Cambia la password

account-activity = Attività recenti
account-activity-none = Nessuna attività recente.
account-activity-more = Altre attività

account-everywhere = Disconnetti ovunque
account-everywhere-ends = Questo termina tutte le sessioni, compresa questa, e disconnette tutti i dispositivi. Anche un dispositivo a cui hai appena dato il consenso non ottiene alcun accesso.
account-everywhere-submit = Disconnetti ovunque
