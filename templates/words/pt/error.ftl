error-malformed-title = Não compreendido
error-malformed = Não foi possível compreender a solicitação
error-malformed-reason = O formulário recebido não é um dos nossos. Nada foi alterado.

error-too-slow-title = Lento demais
error-too-slow = O seu formulário não chegou
error-too-slow-reason = O envio demorou demais. Nada foi alterado. Tente de novo, se possível com uma conexão melhor.

error-misdirected-title = Outro endereço
error-misdirected = Este não é o endereço que você solicitou
error-misdirected-reason = Você chegou a { $host } por outro nome. Nada foi alterado.

error-stale-title = Página expirada
error-stale = Esta página expirou
error-stale-reason = Ela ficou aberta por tempo demais ou foi aberta em outro lugar. Nada foi alterado.

error-not-found-title = Página não encontrada
error-not-found = Esta página não existe
error-not-found-reason = O endereço está errado, ou o que havia aqui já terminou.

error-method-title = Não é possível aqui
error-method = Isso não é possível aqui
error-method-reason = A página existe, mas não pode ser usada desta maneira.

error-other-account-title = Outra conta
error-other-account = Você está usando outra conta agora
error-other-account-reason = A conta neste navegador mudou desde que a página foi aberta. Nada mais foi alterado.

error-held-title = Não no momento
error-held = Isto não pode ser permitido no momento
error-held-reason = Solicitações como esta estão sendo investigadas, porque muitas pessoas as receberam. Nada foi permitido.
error-held-advice = Alguém enviou o código a você em uma mensagem ou por telefone? Então não é o seu dispositivo: abra a página de novo e recuse a solicitação. Se for o seu próprio dispositivo, tente de novo mais tarde.

error-unavailable-title = Não disponível
error-unavailable = Não disponível no momento
error-unavailable-reason = Uma parte deste serviço não responde. Nada foi alterado. Tente de novo em um minuto.

error-internal-title = Ocorreu um erro
error-internal = Ocorreu um erro
error-internal-reason = O erro é nosso. Tente de novo e, se ele continuar, avise os responsáveis por este serviço.

error-same-page = Abrir a página de novo
error-another-account = Usar outra conta
error-enter-code = Inserir um código
error-reference = Referência:
