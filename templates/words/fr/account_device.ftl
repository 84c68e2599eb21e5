account_device-title = { $name }, { $app }
account_device-title-own = « { $name } », { $app }
account_device-title-unnamed = Appareil sans nom, { $app }
account_device-unnamed = Appareil sans nom
account_device-of = Connecté avec { $app }
account_device-was-of = Il était connecté avec { $app }

account_device-over = Cet appareil est déconnecté
account_device-over-means = Il n’a plus accès à votre compte.
account_device-reported = Vous avez signalé cet appareil
account_device-reported-means = Il est déconnecté, et les responsables de ce service ont été prévenus.
account_device-reported-password = Si une autre personne l’a autorisé en votre nom, elle connaît peut-être votre mot de passe. Choisissez-en un nouveau : tous les autres navigateurs et appareils seront aussi déconnectés.
account_device-change-password = Modifier le mot de passe

account_device-facts = À propos de cet appareil
account_device-calls-itself = Il se présente comme
account_device-unknown = Il n’indique pas ce qu’il est.
account_device-address = Demande envoyée depuis
account_device-address-unknown = adresse réseau inconnue
account_device-first-used = Première utilisation
account_device-last-used = Dernière utilisation
account_device-ends = Connecté jusqu’au
account_device-ends-at-latest = { $time } ({ $within }) au plus tard
account_device-unless-used = Sans utilisation, jusqu’au

account_device-rights = Ce qu’il peut faire
account_device-no-rights = Il n’a aucun droit. Il sait seulement que votre session est ouverte.
account_device-resources = Il a accès à :

account_device-name = Le nom que vous lui donnez
account_device-name-hint = 64 caractères au maximum. Vous seul le voyez.
account_device-rename = Enregistrer le nom
account_device-end = Déconnecter l’appareil
account_device-end-means = Il perd immédiatement son accès. Pour l’utiliser de nouveau, recommencez sur l’appareil.
account_device-sign-out = Déconnecter cet appareil
account_device-mine = Vous ne connaissez pas cet appareil ?
account_device-mine-means = Signalez-le. Il est immédiatement déconnecté, et les responsables de ce service sont informés de sa provenance.
account_device-report = Ce n’était pas moi
