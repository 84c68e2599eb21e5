account-title = Votre compte
account-heading = Votre compte
account-back = Retour à votre compte
account-when = { $ago } ({ $time })
account-when-from = { $ago } ({ $time }), depuis { $address }
account-ago = { $ago }
account-ago-from = { $ago }, depuis { $address }
account-when-ahead = { $time } ({ $within })

account-apps = Applications et appareils
account-apps-none = Aucun appareil n’est connecté avec votre compte.
account-app-off = Cette application est désactivée pour le moment. Ses appareils ne peuvent rien faire tant qu’elle n’est pas réactivée.
account-device-unnamed = Appareil sans nom
account-own-name = « { $name } »
account-device-used = Dernière utilisation { $ago }
account-device-used-from = Dernière utilisation { $ago }, demande envoyée depuis { $address }
account-device-waiting = Autorisé { $ago }. Il sera connecté dès sa prochaine demande.
account-device-take-back = Retirer l’autorisation
account-app-sign-out = { $count ->
    [one] Déconnecter { $count } appareil de l’application { $app }
   *[other] Déconnecter les { $count } appareils de l’application { $app }
}
account-devices-only = { $count ->
    [one] Seul le dernier appareil utilisé est affiché.
   *[other] Seuls les { $count } derniers appareils utilisés sont affichés.
}
account-devices-sign-out = Déconnecter tous les appareils

account-browsers = Navigateurs
account-browser-unknown = Navigateur inconnu
account-browser-this = C’est le navigateur que vous utilisez en ce moment.
account-browser-since = Connexion : { $ago }
account-browser-since-from = Connexion : { $ago }, depuis { $address }
account-browser-sign-out = Déconnecter
account-browsers-sign-out = Déconnecter tous les autres navigateurs

account-password = Mot de passe
account-password-set = Défini : { $ago }
account-password-change = Modifier le mot de passe

account-activity = Activité récente
account-activity-none = Aucune activité récente.
account-activity-more = Plus d’activité

account-everywhere = Se déconnecter partout
account-everywhere-ends = Cela met fin à toutes les sessions, y compris celle-ci, et déconnecte tous les appareils. Même un appareil que vous venez d’autoriser n’obtient aucun accès.
account-everywhere-submit = Se déconnecter partout
