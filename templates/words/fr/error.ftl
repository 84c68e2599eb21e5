error-malformed-title = Demande non comprise
error-malformed = Cette demande n’a pas été comprise
error-malformed-reason = Le formulaire reçu n’est pas l’un des nôtres. Rien n’a été modifié.

error-too-slow-title = Trop lent
error-too-slow = Votre formulaire n’est pas arrivé
error-too-slow-reason = Son envoi a pris trop de temps. Rien n’a été modifié. Réessayez, si possible avec une meilleure connexion.

error-misdirected-title = Autre adresse
error-misdirected = Ce n’est pas l’adresse que vous avez demandée
error-misdirected-reason = Vous avez atteint { $host } sous un autre nom. Rien n’a été modifié.

error-stale-title = Page expirée
error-stale = Cette page a expiré
error-stale-reason = Elle est restée ouverte trop longtemps ou a été ouverte ailleurs. Rien n’a été modifié.

error-not-found-title = Page introuvable
error-not-found = Cette page n’existe pas
error-not-found-reason = L’adresse est incorrecte, ou ce qui se trouvait ici est terminé.

error-method-title = Impossible ici
error-method = Cette opération est impossible ici
error-method-reason = La page existe, mais elle ne peut pas être utilisée de cette manière.

error-other-account-title = Autre compte
error-other-account = Vous utilisez maintenant un autre compte
error-other-account-reason = Le compte utilisé dans ce navigateur a changé depuis l’ouverture de la page. Rien n’a été modifié.

error-held-title = Impossible pour le moment
error-held = Cette demande ne peut pas être autorisée pour le moment
error-held-reason = Des demandes semblables à celle-ci sont en cours d’examen, car de nombreuses personnes en ont reçu. Rien n’a été autorisé.
error-held-advice = Quelqu’un vous a-t-il envoyé le code dans un message ou par téléphone ? Alors ce n’est pas votre appareil : ouvrez de nouveau la page et refusez la demande. Si c’est bien votre appareil, réessayez plus tard.

error-unavailable-title = Indisponible
error-unavailable = Indisponible pour le moment
error-unavailable-reason = Une partie de ce service ne répond pas. Rien n’a été modifié. Réessayez dans une minute.

error-internal-title = Une erreur s’est produite
error-internal = Une erreur s’est produite
error-internal-reason = L’erreur vient de nous. Réessayez et, si elle persiste, signalez-la aux responsables de ce service.

error-same-page = Rouvrir la page
error-another-account = Utiliser un autre compte
error-enter-code = Saisir un code
error-reference = Référence :
