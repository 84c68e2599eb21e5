account_activity-title = Atividade recente
account_activity-heading = Atividade recente
account_activity-only = { $count ->
    [one] Só é mostrada a última atividade.
   *[other] Só são mostradas as últimas { $count } atividades.
}

account_activity-allowed = Você permitiu que { $app } fizesse login em um dispositivo.
account_activity-denied = Você recusou { $app }.
account_activity-wrong-pins = Um dispositivo enviou um PIN errado vezes demais, por isso { $app } não fez login.
account_activity-reported = Você denunciou um dispositivo de { $app } que não conhecia.
account_activity-device-signed-in = Um dispositivo fez login com { $app }.
account_activity-device-signed-out = Um dispositivo de { $app } foi desconectado.
account_activity-app-signed-out = Todos os dispositivos de { $app } foram desconectados.
account_activity-devices-signed-out = Os seus dispositivos foram desconectados.
account_activity-misused = Um dispositivo de { $app } foi desconectado porque a chave dele foi usada duas vezes. Talvez alguém a tenha copiado.
account_activity-logged-in = Você fez login.
account_activity-login-failed = Alguém tentou fazer login com uma senha incorreta.
account_activity-login-throttled = Houve tentativas de login demais. O login ficou suspenso por um tempo.
account_activity-login-locked = Houve senhas erradas demais seguidas. O login foi bloqueado.
account_activity-codes-locked = Foram inseridos códigos errados demais. A inserção de códigos ficou suspensa por um tempo.
account_activity-sessions-ended = Você saiu de outro navegador.
account_activity-password-changed = Você alterou a sua senha.
account_activity-password-set = Os responsáveis por este serviço definiram uma nova senha.
account_activity-signed-out-everywhere = Você saiu de todos os lugares.
account_activity-signed-out-by-operator = Os responsáveis por este serviço encerraram as suas sessões em todos os lugares.
account_activity-disabled = Os responsáveis por este serviço desativaram a sua conta.
account_activity-enabled = Os responsáveis por este serviço ativaram a sua conta.
account_activity-unlocked = Os responsáveis por este serviço desbloquearam o login.
account_activity-added = Os responsáveis por este serviço criaram a sua conta.
