no_cookie-title = Cookies necessários
no_cookie-heading = Seu navegador não enviou nenhum cookie
no_cookie-reason = { $host } precisa de um cookie para reconhecer o seu navegador de uma página para a outra, e o seu navegador não enviou nenhum. Nada foi alterado.
no_cookie-advice = Permita os cookies deste site nas configurações do seu navegador e continue.
no_cookie-again = Se esta página aparecer mais uma vez, pressione o botão de novo: o navegador recebe o cookie com esta página.
