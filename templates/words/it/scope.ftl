scope-openid = Sapere chi sei
scope-profile = Vedere il tuo nome e il tuo nome utente
scope-email = Vedere il tuo indirizzo e-mail
scope-offline-access = Restare connessa quando non ci sei
