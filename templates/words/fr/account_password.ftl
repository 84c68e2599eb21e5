account_password-title = Modifier le mot de passe
account_password-title-error = Erreur : Modifier le mot de passe
account_password-heading = Modifier le mot de passe
account_password-ends = Un nouveau mot de passe déconnecte tous les autres navigateurs et tous les appareils. Ce navigateur reste connecté.
account_password-current = Mot de passe actuel
account_password-new = Nouveau mot de passe
account_password-new-hint = { $count ->
    [one] Au moins { $count } caractère. Choisissez de préférence plusieurs mots sans lien entre eux.
   *[other] Au moins { $count } caractères. Choisissez de préférence plusieurs mots sans lien entre eux.
}
account_password-again = Confirmer le nouveau mot de passe
account_password-submit = Modifier le mot de passe

account_password-wrong = Le mot de passe actuel est incorrect.
account_password-too-many = Il y a eu trop de tentatives. Réessayez { $wait }.
account_password-too-short = { $count ->
    [one] Le nouveau mot de passe est trop court. Utilisez au moins { $count } caractère.
   *[other] Le nouveau mot de passe est trop court. Utilisez au moins { $count } caractères.
}
account_password-too-long = Le nouveau mot de passe est trop long. Utilisez au maximum 1024 octets.
account_password-guessable = Le nouveau mot de passe est facile à deviner. Choisissez-en un qui ne soit ni un mot courant, ni un nom, ni un motif.
account_password-same = C’est déjà votre mot de passe. Choisissez-en un autre.
account_password-not-repeated = Les deux nouveaux mots de passe ne sont pas identiques. Saisissez deux fois le nouveau.
