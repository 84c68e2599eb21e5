# Vocabulário: português do Brasil, tratamento por você. code: código, device: dispositivo, app: aplicativo, account: conta,
# allow e approve: permitir, deny: recusar, sign in e log in: fazer login, signed in: conectado, sign out: sair (a pessoa), desconectar (o dispositivo),
# report: denunciar, operator: os responsáveis por este serviço.

frame-you-are-on = Você está em { $host }
frame-terms = Termos
frame-privacy = Privacidade
frame-support = Ajuda
frame-language = Idioma
frame-signed-in-as = Login feito como { $account }
frame-sign-out = Sair
frame-report = Não fui eu
frame-account = Sua conta
