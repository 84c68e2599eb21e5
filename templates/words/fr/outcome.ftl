outcome-title-approved = Terminé
outcome-title-signed-in = Appareil connecté
outcome-title-too-late = Trop tard
outcome-title-signed-out = Appareil déconnecté
outcome-title-reported = Signalement reçu
outcome-title-denied = Demande refusée
outcome-title-expired = Code expiré

outcome-approved = C’est fait. Revenez à votre appareil
outcome-approved-app = { $app } peut maintenant se connecter en tant que { $account }. Vous pouvez fermer cette fenêtre.
outcome-approved-still = Vous pouvez encore changer d’avis tant que l’appareil ne s’est pas connecté.
outcome-deny = Refuser

outcome-signed-in = Votre appareil est connecté
outcome-signed-in-app = L’application { $app } est connectée en tant que { $account }. Vous pouvez fermer cette fenêtre.
outcome-signed-in-still = Si vous avez changé d’avis, vous pouvez déconnecter l’appareil.
outcome-remove = Supprimer cet appareil

outcome-too-late = Trop tard pour refuser : l’appareil est déjà connecté
outcome-too-late-app = L’application { $app } est connectée en tant que { $account }. Pour lui retirer l’accès, supprimez l’appareil.

outcome-signed-out = L’appareil est déconnecté
outcome-signed-out-app = { $app } ne peut plus utiliser votre compte. Vous pouvez fermer cette fenêtre.
outcome-signed-out-again = Si vous souhaitez finalement l’utiliser, recommencez sur l’appareil.

outcome-reported = Votre signalement est reçu
outcome-reported-told = Les responsables de ce service ont été prévenus. Merci.
outcome-reported-denied = La demande est refusée : { $app } n’obtient aucun accès à votre compte.
outcome-reported-signed-out = L’appareil est déconnecté : { $app } ne peut plus utiliser votre compte. C’était possible jusqu’à maintenant : recherchez donc toute opération qui ne vient pas de vous.
outcome-reported-sender = Si quelqu’un vous a envoyé le code, ne lui répondez pas. Aucune personne honnête ne fait cela.

outcome-denied = Vous avez refusé la demande
outcome-denied-app = { $app } n’obtient aucun accès à votre compte. Vous pouvez fermer cette fenêtre.
outcome-denied-own = Si c’était finalement votre propre appareil, recommencez sur l’appareil.

outcome-expired = Le code a expiré
outcome-expired-again = Rien n’a été autorisé. Recommencez sur l’appareil : il affichera un nouveau code.

outcome-another-code = Saisir un autre code
outcome-account = Voir tout ce qui est connecté avec votre compte
