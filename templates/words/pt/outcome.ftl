outcome-title-approved = Pronto
outcome-title-signed-in = Login feito
outcome-title-too-late = Tarde demais
outcome-title-signed-out = Desconectado
outcome-title-reported = Denúncia recebida
outcome-title-denied = Recusado
outcome-title-expired = Expirado

outcome-approved = Pronto. Volte para o seu dispositivo
outcome-approved-app = { $app } agora pode fazer login como { $account }. Você pode fechar esta janela.
outcome-approved-still = Você ainda pode mudar de ideia até o dispositivo fazer login.
outcome-deny = Recusar

outcome-signed-in = O seu dispositivo está conectado
outcome-signed-in-app = O aplicativo { $app } está conectado como { $account }. Você pode fechar esta janela.
outcome-signed-in-still = Se mudou de ideia, você pode desconectar o dispositivo.
outcome-remove = Remover este dispositivo

outcome-too-late = Tarde demais para recusar: o dispositivo já está conectado
outcome-too-late-app = O aplicativo { $app } está conectado como { $account }. Para encerrar o acesso, remova o dispositivo.

outcome-signed-out = O dispositivo foi desconectado
outcome-signed-out-app = { $app } não pode mais usar a sua conta. Você pode fechar esta janela.
outcome-signed-out-again = Se quiser usá-lo mesmo assim, comece de novo no dispositivo.

outcome-reported = Recebemos a sua denúncia
outcome-reported-told = Os responsáveis por este serviço foram avisados. Agradecemos.
outcome-reported-denied = A solicitação foi recusada: { $app } não recebe acesso à sua conta.
outcome-reported-signed-out = O dispositivo foi desconectado: { $app } não pode mais usar a sua conta. Até agora podia, portanto procure tudo o que não tenha sido feito por você.
outcome-reported-sender = Se alguém enviou o código a você, não responda. Ninguém honesto faz isso.

outcome-denied = Você recusou a solicitação
outcome-denied-app = { $app } não recebe acesso à sua conta. Você pode fechar esta janela.
outcome-denied-own = Se afinal era o seu próprio dispositivo, comece de novo no dispositivo.

outcome-expired = O código expirou
outcome-expired-again = Nada foi permitido. Comece de novo no dispositivo: ele mostrará um novo código.

outcome-another-code = Inserir outro código
outcome-account = Ver tudo o que está conectado com a sua conta
