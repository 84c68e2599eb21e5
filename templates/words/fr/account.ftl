account-title = Votre compte
account-heading = Votre compte
account-back = Retour à votre compte

account-done-password = Votre mot de passe est modifié. Tous les autres navigateurs et tous les appareils sont déconnectés.
account-done-name = Le nom est enregistré.
account-done-devices = Les appareils sont déconnectés.
account-done-browsers = C’est fait. Seuls les navigateurs de la liste ci-dessous restent connectés.
account-done-taken-back = Autorisation retirée. L’appareil n’obtient aucun accès.
account-done-not-waiting = Cet appareil n’est plus en attente. S’il s’est connecté, il figure dans la liste ci-dessous, et vous pouvez l’y déconnecter.

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
