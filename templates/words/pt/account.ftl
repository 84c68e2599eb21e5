account-title = Sua conta
account-heading = Sua conta
account-back = Voltar para a sua conta

account-done-password = A sua senha foi alterada. Todos os outros navegadores e todos os dispositivos foram desconectados.
account-done-name = O nome foi salvo.
account-done-devices = Os dispositivos foram desconectados.
account-done-browsers = Pronto. Só os navegadores da lista abaixo continuam conectados.
account-done-taken-back = Permissão retirada. O dispositivo não recebe acesso.
account-done-not-waiting = Este dispositivo não está mais esperando. Se ele fez login, está na lista abaixo, e você pode desconectá-lo por lá.

account-when = { $ago } ({ $time })
account-when-from = { $ago } ({ $time }), de { $address }
account-ago = { $ago }
account-ago-from = { $ago }, de { $address }
account-when-ahead = { $time } ({ $within })

account-apps = Aplicativos e dispositivos
account-apps-none = Nenhum dispositivo está conectado com a sua conta.
account-app-off = Este aplicativo está desativado por enquanto. Os dispositivos dele não podem fazer nada até que ele seja ativado de novo.
account-device-unnamed = Dispositivo sem nome
account-own-name = “{ $name }”
account-device-used = Último uso: { $ago }
account-device-used-from = Último uso: { $ago }, solicitado de { $address }
account-device-waiting = Permitido { $ago }. O dispositivo entra assim que perguntar de novo.
account-device-take-back = Retirar a permissão
account-app-sign-out = { $count ->
    [one] Desconectar { $count } dispositivo de { $app }
   *[other] Desconectar todos os { $count } dispositivos de { $app }
}
account-devices-only = { $count ->
    [one] Só é mostrado o dispositivo usado por último.
   *[other] Só são mostrados os { $count } dispositivos usados por último.
}
account-devices-sign-out = Desconectar todos os dispositivos

account-browsers = Navegadores
account-browser-unknown = Navegador desconhecido
account-browser-this = Este é o navegador que você está usando agora.
account-browser-since = Login: { $ago }
account-browser-since-from = Login: { $ago }, de { $address }
account-browser-sign-out = Sair
account-browsers-sign-out = Sair de todos os outros navegadores

account-password = Senha
account-password-set = Definida: { $ago }
account-password-change = Alterar a senha

account-activity = Atividade recente
account-activity-none = Nenhuma atividade recente.
account-activity-more = Mais atividade

account-everywhere = Sair de todos os lugares
account-everywhere-ends = Isto encerra todas as sessões, inclusive esta, e desconecta todos os dispositivos. Um dispositivo que você acabou de permitir também não recebe acesso.
account-everywhere-submit = Sair de todos os lugares
