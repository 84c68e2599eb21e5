account_device-title = { $name }, { $app }
account_device-title-own = «{ $name }», { $app }
account_device-title-unnamed = Dispositivo senza nome, { $app }
account_device-unnamed = Dispositivo senza nome
account_device-of = Connesso con { $app }
account_device-was-of = Era connesso con { $app }

account_device-over = Questo dispositivo è disconnesso
account_device-over-means = Non ha più accesso al tuo account.
account_device-reported = Hai segnalato questo dispositivo
account_device-reported-means = È stato disconnesso, e i gestori di questo servizio sono stati avvisati.
account_device-reported-password = Se qualcun altro lo ha consentito a tuo nome, potrebbe conoscere la tua password. Scegline una nuova: in questo modo vengono disconnessi anche tutti gli altri browser e dispositivi.
account_device-change-password = Cambia la password

account_device-facts = Informazioni su questo dispositivo
account_device-calls-itself = Si presenta come
account_device-unknown = Non dice che cos’è.
account_device-address = Richiesta da
account_device-address-unknown = indirizzo di rete sconosciuto
account_device-first-used = Primo uso
account_device-last-used = Ultimo uso
account_device-ends = Connesso fino al
account_device-ends-at-latest = { $time } ({ $within }) al più tardi
account_device-unless-used = Se non viene usato, fino al

account_device-rights = Che cosa può fare
account_device-no-rights = Non ha autorizzazioni. Sa solo che hai effettuato l’accesso.
account_device-resources = Ha accesso a:

account_device-name = Il nome che gli dai
account_device-name-hint = Al massimo 64 caratteri. Lo vedi solo tu.
account_device-rename = Salva il nome
account_device-end = Disconnetti il dispositivo
account_device-end-means = Perde subito l’accesso. Per usarlo di nuovo, ricomincia sul dispositivo.
account_device-sign-out = Disconnetti questo dispositivo
account_device-mine = Non conosci questo dispositivo?
account_device-mine-means = Segnalalo. Viene disconnesso subito, e i gestori di questo servizio vengono informati da dove proveniva.
account_device-report = Non l’ho fatto io
