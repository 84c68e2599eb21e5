decision-title = Permitir { $app }?
decision-title-error = Erro: Permitir { $app }?
decision-heading = Permitir que { $app } faça login como { $account }?
decision-checked = Verificado pelo serviço
decision-not-checked = Não verificado pelo serviço
decision-not-you = Não é você? Usar outra conta

decision-compare = O seu dispositivo deve mostrar este código
decision-code-lasts = O código ainda é válido por { $lasts }.
decision-code-ends = O código ainda é válido por menos de um minuto.

decision-rights = O que o aplicativo poderá fazer
decision-no-rights = Ele não pede dados nem permissões. Só fica sabendo que você fez login.
decision-optional = Você também pode permitir isto
decision-nothing-ticked = Marque o que você quer permitir e escolha “Permitir”, ou escolha “Recusar”.
decision-offer-changed = O que este aplicativo pode pedir mudou. Confira de novo.
decision-resource = Acesso a: { $resource }
decision-access-lasts = Este acesso vale por { $lasts }.
decision-stays-signed-in = O dispositivo continua conectado por até { $lasts }, mesmo depois que você sair aqui.
decision-stays-if-ticked = Este acesso vale por { $lasts }. Se você permitir que o dispositivo continue conectado, ele continuará por até { $stays }, mesmo depois que você sair aqui.

decision-origin = De onde veio a solicitação

decision-warning = Alguém enviou este código a você?
decision-warning-deny = Então escolha “Recusar”. Ninguém honesto envia um código a você por e-mail, chat ou telefone.
decision-warning-gives = Você está dando a outro dispositivo acesso à sua conta.
decision-warning-only-if = Só continue se foi você quem começou isto, em um dispositivo que está na sua frente.

decision-tick = Este dispositivo está comigo
decision-nothing-yet = Nada foi permitido ainda.
decision-several-missing = Nada foi permitido ainda, porque faltam várias respostas.
decision-tick-missing = Se o dispositivo está com você, marque a caixa e escolha “Permitir”. Se não está, escolha “Recusar”.
decision-deny = Recusar
decision-approve = Permitir
