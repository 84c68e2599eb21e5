account_signed_out-title = Sessão encerrada
account_signed_out-heading = Você saiu da sua conta
account_signed_out-means = Ninguém está conectado neste navegador. Se você saiu de todos os lugares, todos os outros navegadores e dispositivos também foram desconectados.
account_signed_out-log-in = Fazer login
