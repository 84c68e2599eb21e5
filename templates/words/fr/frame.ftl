# Vocabulaire : vouvoiement. code : code, device : appareil, app : application, account : compte, allow et approve : autoriser, deny : refuser,
# sign in et log in : se connecter, sign out : se déconnecter, report : signaler, operator : les responsables de ce service.
# Rien ne s’accorde avec le genre de la personne. Une espace insécable précède les signes doubles.

frame-you-are-on = Vous êtes sur { $host }
frame-terms = Conditions
frame-privacy = Confidentialité
frame-support = Aide
frame-language = Langue
frame-signed-in-as = Compte connecté : { $account }
frame-sign-out = Se déconnecter
frame-report = Ce n’était pas moi
frame-account = Votre compte
