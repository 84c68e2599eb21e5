account_device-title = { $name }, { $app }
account_device-title-own = “{ $name }”, { $app }
account_device-title-unnamed = Dispositivo sem nome, { $app }
account_device-unnamed = Dispositivo sem nome
account_device-of = Conectado com { $app }
account_device-was-of = Estava conectado com { $app }

account_device-over = Este dispositivo está desconectado
account_device-over-means = Ele não tem mais acesso à sua conta.
account_device-reported = Você denunciou este dispositivo
account_device-reported-means = Ele foi desconectado, e os responsáveis por este serviço foram avisados.
account_device-reported-password = Se outra pessoa o permitiu em seu nome, ela talvez conheça a sua senha. Escolha uma nova: isso também desconecta todos os outros navegadores e dispositivos.
account_device-change-password = Alterar a senha

account_device-facts = Sobre este dispositivo
account_device-calls-itself = Identifica-se como
account_device-unknown = Ele não diz o que é.
account_device-address = Solicitado de
account_device-address-unknown = endereço de rede desconhecido
account_device-first-used = Primeiro uso
account_device-last-used = Último uso
account_device-ends = Conectado até
account_device-ends-at-latest = { $time } ({ $within }), no máximo
account_device-unless-used = Se não for usado, até

account_device-rights = O que ele pode fazer
account_device-no-rights = Ele não tem permissões. Só sabe que você fez login.
account_device-resources = Ele tem acesso a:

account_device-name = O nome que você dá a ele
account_device-name-hint = Até 64 caracteres. Só você o vê.
account_device-rename = Salvar o nome
account_device-end = Desconectar o dispositivo
account_device-end-means = Ele perde o acesso imediatamente. Para usá-lo de novo, comece de novo no dispositivo.
account_device-sign-out = Desconectar este dispositivo
account_device-mine = Você não conhece este dispositivo?
account_device-mine-means = Denuncie. Ele é desconectado imediatamente, e os responsáveis por este serviço são avisados de onde ele veio.
account_device-report = Não fui eu
