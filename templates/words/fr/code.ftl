code-title = Saisir le code
code-title-link = Continuer avec ce code
code-title-error = Erreur : Saisir le code

code-link-heading = Continuer avec ce code ?
code-link-compare = Ce code vient du lien ou de l’image que vous avez ouvert. Vous le comparerez avec votre appareil avant d’autoriser quoi que ce soit.
code-link-go-on = Continuer
code-link-other = Mon appareil affiche un autre code
code-link-distrust = Dans ce cas, ne vous fiez pas au lien ou à l’image qui a ouvert cette page. Regardez l’appareil que vous souhaitez connecter et saisissez le code qu’il affiche lui-même.
code-link-use = Utiliser ce code

code-heading = Saisir le code
code-explanation = Connectez un téléviseur, un terminal ou un autre appareil avec le code qu’il affiche.
code-label = Code
code-hint = Le code est affiché sur l’écran de votre appareil.
code-letters = Des lettres, par exemple ainsi :
code-digits = Des chiffres, par exemple ainsi :
code-letters-digits = Des lettres et des chiffres, par exemple ainsi :
code-group = { $count ->
    [one] { $count } caractère
   *[other] { $count } caractères
}
code-continue = Continuer

code-phone = Plutôt sur votre téléphone ?
code-phone-scan = Scannez cette image avec l’appareil photo de votre téléphone. Elle ouvre { $address }, où vous saisirez le code.
code-phone-picture = Code QR de l’adresse de cette page

code-empty = Saisissez le code affiché sur votre appareil.
code-unknown = Ce code ne fonctionne pas. Comparez-le avec votre appareil. S’il est exact, il est peut-être trop ancien : recommencez sur l’appareil.
code-too-many = Trop de codes erronés ont été saisis. Réessayez { $wait }.
code-closed = De nombreux codes erronés sont saisis ici en ce moment. Pour que personne ne puisse deviner le vôtre, aucun code n’est accepté. Réessayez { $wait }. Il faudra peut-être alors recommencer sur votre appareil.
