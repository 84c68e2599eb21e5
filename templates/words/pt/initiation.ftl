initiation-number = Qual número o seu dispositivo mostra?
initiation-number-none = O seu dispositivo não mostra nenhum número, ou nenhum destes? Então a solicitação vem de outro dispositivo: escolha “Recusar”.
initiation-number-missing = Escolha o número que o seu dispositivo mostra, marque a caixa e escolha “Permitir”. Se ele não mostra nenhum destes, escolha “Recusar”.

initiation-title-pin = Mais uma etapa
initiation-pin = Insira este PIN no seu dispositivo
initiation-pin-app = Depois disso, { $app } faz login como { $account }. Mantenha esta página aberta até lá.
initiation-pin-warning = Alguém pediu este PIN a você?
initiation-pin-tell-nobody = Então escolha “Recusar”. Insira o PIN no seu próprio dispositivo e não o informe a ninguém por e-mail, chat ou telefone.

initiation-denied = A solicitação foi recusada
initiation-wrong-number = Esse não era o número do seu dispositivo, por isso { $app } não recebe acesso à sua conta.
initiation-wrong-pins = Um dispositivo enviou um PIN errado vezes demais, por isso { $app } não recebe acesso à sua conta.
initiation-denied-own = Se afinal era o seu próprio dispositivo, comece de novo no dispositivo.
initiation-denied-beware = Se alguém enviou o código a você, não responda.
