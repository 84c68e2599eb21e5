account_activity-title = Activité récente
account_activity-heading = Activité récente
account_activity-only = { $count ->
    [one] Seule la dernière activité est affichée.
   *[other] Seules les { $count } dernières activités sont affichées.
}

account_activity-allowed = Vous avez autorisé { $app } à se connecter sur un appareil.
account_activity-denied = Vous avez refusé { $app }.
account_activity-wrong-pins = Un appareil a envoyé trop de codes PIN erronés : l’application { $app } n’a donc pas été connectée.
account_activity-reported = Vous avez signalé un appareil de l’application { $app } que vous ne connaissiez pas.
account_activity-device-signed-in = Un appareil s’est connecté avec { $app }.
account_activity-device-signed-out = Un appareil de l’application { $app } a été déconnecté.
account_activity-app-signed-out = Tous les appareils de l’application { $app } ont été déconnectés.
account_activity-devices-signed-out = Vos appareils ont été déconnectés.
account_activity-misused = Un appareil de l’application { $app } a été déconnecté, car sa clé a été utilisée deux fois. Quelqu’un l’a peut-être copiée.
account_activity-logged-in = Vous avez ouvert une session.
account_activity-login-failed = Quelqu’un a essayé de se connecter avec un mot de passe incorrect.
account_activity-login-throttled = Il y a eu trop de tentatives de connexion. La connexion a été suspendue temporairement.
account_activity-login-locked = Il y a eu trop de mots de passe incorrects de suite. La connexion a été verrouillée.
account_activity-codes-locked = Trop de codes erronés ont été saisis. La saisie de codes a été suspendue temporairement.
account_activity-sessions-ended = Vous avez déconnecté un autre navigateur.
account_activity-password-changed = Vous avez modifié votre mot de passe.
account_activity-password-set = Les responsables de ce service ont défini un nouveau mot de passe.
account_activity-signed-out-everywhere = Vous avez fermé toutes vos sessions et déconnecté tous vos appareils.
account_activity-signed-out-by-operator = Les responsables de ce service ont fermé toutes vos sessions et déconnecté tous vos appareils.
account_activity-disabled = Les responsables de ce service ont désactivé votre compte.
account_activity-enabled = Les responsables de ce service ont activé votre compte.
account_activity-unlocked = Les responsables de ce service ont déverrouillé la connexion.
account_activity-added = Les responsables de ce service ont créé votre compte.
