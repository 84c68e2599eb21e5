scope-openid = Saber quem você é
scope-profile = Ver seu nome e seu nome de usuário
scope-email = Ver seu endereço de e-mail
scope-offline-access = Manter a sessão iniciada quando você não estiver presente
